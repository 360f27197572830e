#:project ../Cnn.Reference/Cnn.Reference.csproj
#:package TorchSharp-cpu

// Puts a kernel of your own to the test: here a convolution that forgets the dilation in one of its two axes.
using Cnn.Reference;
using TorchSharp;

var report = KernelCheck.Conv2d<float>(MyConvolution);
Console.WriteLine("All that conv2d does:");
Console.WriteLine(report); // the smallest case that fails, worked by hand
Console.WriteLine("\nThe same as a test for xunit:\n");
Console.WriteLine(report.Smallest?.XunitTest);

// What a kernel does not claim is left out, by name. In a test: .ThrowIfFailed();
var without = KernelCheck.Conv2d<float>(MyConvolution, new KernelCheckOptions { Dilation = false });
Console.WriteLine();
Console.WriteLine("All but dilation:");
Console.WriteLine(without);
return !report.Passed && without.Passed ? 0 : 1;

static void MyConvolution(
    ReadOnlySpan<float> input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> output, Conv2dSizes sizes)
{
    int channels = sizes.InChannels / sizes.Groups, filters = sizes.OutChannels / sizes.Groups; // of a group
    int at = 0;
    for (int n = 0; n < sizes.N; n++)
        for (int oc = 0; oc < sizes.OutChannels; oc++)
            for (int oh = 0; oh < sizes.OutHeight; oh++)
                for (int ow = 0; ow < sizes.OutWidth; ow++)
                {
                    float sum = bias.IsEmpty ? 0 : bias[oc];
                    for (int c = 0; c < channels; c++)
                        for (int kh = 0; kh < sizes.KernelHeight; kh++)
                            for (int kw = 0; kw < sizes.KernelWidth; kw++)
                            {
                                int ih = oh * sizes.StrideHeight - sizes.PadHeight + kh * sizes.DilationHeight;
                                int iw = ow * sizes.StrideWidth - sizes.PadWidth + kw; // the mistake: no * sizes.DilationWidth
                                if (ih < 0 || ih >= sizes.InHeight || iw < 0 || iw >= sizes.InWidth) continue;
                                int ic = oc / filters * channels + c;
                                float x = input[((n * sizes.InChannels + ic) * sizes.InHeight + ih) * sizes.InWidth + iw];
                                sum += x * weight[((oc * channels + c) * sizes.KernelHeight + kh) * sizes.KernelWidth + kw];
                            }
                    output[at++] = sum;
                }
}
