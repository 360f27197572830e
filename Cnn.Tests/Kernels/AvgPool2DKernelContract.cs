using System.Numerics;
using Cnn.Layers.Kernels;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Tests.Kernels;

/// <summary>What every average pool kernel owes: the sums of <see cref="IAvgPool2DKernel{T}"/>, in their order, from any memory.</summary>
public abstract class AvgPool2DKernelContract<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int RandomProblems = 150;
    private readonly IAvgPool2DKernel<T> kernel;
    private readonly IAvgPool2DKernel<T> libtorch = new LibtorchAvgPool2D<T>();

    internal AvgPool2DKernelContract(IAvgPool2DKernel<T> kernel) => this.kernel = kernel;

    private static IEnumerable<Case> Cases => KernelCases.Many<T>(
        LayerKind.Avg, RandomProblems,
        "avg n2 c3 h9 w12 k4x3 s3x2 p2x1 seed1",
        "avg n2 c3 h9 w12 k4x3 s3x2 p2x1 ceil seed2", // the divisor leaves out the overhang
        "avg n2 c3 h9 w12 k4x3 s3x2 p2x1 ceil nopad strided seed3",
        "avg n3 c2 h8 w11 k2x5 s3x4 p1x2 ceil div-3 channels_last seed4",
        "avg n2 c2 h5 w6 k1 s2 p0 ceil expanded seed5",
        "avg n2 c2 h4 w5 k1x2 s2 p0x1 ceil seed6", // a second window of padding only would give NaN
        "avg n0 c2 h5 w6 k2x3 s1x2 p1 seed7"); // no image

    [Fact]
    public void ForwardEqualsLibtorch() =>
        EqualsLibtorch("output", (kernel, @case) => Forward(kernel, @case, Input(@case, r => r.SmallIntegers<T>())));

    [Fact]
    public void ForwardEqualsLibtorchWithNaNAndInfinities() =>
        EqualsLibtorch("output", (kernel, @case) => Forward(kernel, @case, Input(@case, r => r.Special<T>())));

    [Fact]
    public void GradInputEqualsLibtorch() =>
        EqualsLibtorch("gradInput", (kernel, @case) => GradInput(kernel, @case, GradOutput(@case, r => r.SmallIntegers<T>())));

    [Theory]
    [InlineData("avg n2 c2 h6 w7 k4x3 s2x1 p2x1 ceil")]
    [InlineData("avg n2 c2 h6 w7 k4x3 s2x1 p2x1 nopad")]
    [InlineData("avg n2 c2 h6 w7 k4x3 s2x1 p2x1 div7")]
    public void ForwardSumsOverKhKwAndDividesOnce(string line)
    {
        var @case = CaseWords.Parse(line);
        var input = Input(@case, r => r.Reals<T>());
        KernelAssert.SameBits(line, "output", Forward(kernel, @case, input), (n, c, oh, ow) =>
        {
            T acc = T.Zero;
            for (long kh = 0; kh < @case.Kernel.H; kh++)
                for (long kw = 0; kw < @case.Kernel.W; kw++)
                    if (Row(@case, oh, kh) is var ih && Column(@case, ow, kw) is var iw && IsInside(@case, ih, iw))
                        acc += input[n, c, ih, iw];
            return acc / Divisor(@case, oh, ow);
        });
    }

    [Theory]
    [InlineData("avg n2 c2 h6 w7 k4x3 s2x1 p2x1 ceil")]
    [InlineData("avg n2 c2 h6 w7 k4x3 s2x1 p2x1 nopad")]
    [InlineData("avg n2 c2 h6 w7 k4x3 s2x1 p2x1 div7")]
    public void GradInputSumsQuotientsOverOhOw(string line)
    {
        var @case = CaseWords.Parse(line);
        var gradOutput = GradOutput(@case, r => r.Reals<T>());
        KernelAssert.SameBits(line, "gradInput", GradInput(kernel, @case, gradOutput), (n, c, ih, iw) =>
        {
            T acc = T.Zero;
            for (long oh = 0; oh < gradOutput.Shape.H; oh++)
                for (long ow = 0; ow < gradOutput.Shape.W; ow++)
                    if (Reads(@case, oh, ow, ih, iw))
                        acc += gradOutput[n, c, oh, ow] / Divisor(@case, oh, ow);
            return acc;
        });
    }

    [Fact]
    public void EveryMemoryLayoutGivesTheSameBits()
    {
        var layouts = Enum.GetValues<Layout>().Where(layout => layout != Layout.Unbatched);
        foreach (var (from, to) in from i in layouts from o in layouts select (i, o))
        {
            var @case = CaseWords.Parse("avg n3 c2 h9 w7 k3x2 s2x1 p1 ceil");
            string name = $"{@case}, input {from}, output {to}";
            var input = Input(@case with { Layout = Layout.Expanded }, r => r.Reals<T>());
            KernelAssert.SameBits(name, "output", Forward(kernel, @case, input),
                Forward(kernel, @case with { Layout = to }, input.In(from)));
            var gradOutput = GradOutput(@case with { Layout = Layout.Expanded }, r => r.Reals<T>());
            KernelAssert.SameBits(name, "gradInput", GradInput(kernel, @case, gradOutput),
                GradInput(kernel, @case with { Layout = to }, gradOutput.In(from)));
        }
    }

    private void EqualsLibtorch(string name, Func<IAvgPool2DKernel<T>, Case, StridedArray<T>> run)
    {
        foreach (var @case in Cases) KernelAssert.SameValues($"{@case}", name, run(libtorch, @case), run(kernel, @case));
    }

    private static StridedArray<T> Input(Case @case, Func<Random, Func<T>> numbers) =>
        StridedArray<T>.Of(KernelCases.PoolOf(@case).InputShape, @case.Layout, numbers(new Random(@case.Seed)));

    private static StridedArray<T> GradOutput(Case @case, Func<Random, Func<T>> numbers) =>
        StridedArray<T>.Of(KernelCases.PoolOf(@case).OutputShape, @case.Layout, numbers(new Random(@case.Seed)));

    private static StridedArray<T> Forward(IAvgPool2DKernel<T> kernel, Case @case, StridedArray<T> input)
    {
        var geometry = KernelCases.PoolOf(@case);
        var output = StridedArray<T>.ForOutput(geometry.OutputShape, @case.Layout);
        kernel.Forward(geometry, input.Span, output.Span);
        input.AssertUnchanged("input", $"{@case}");
        output.AssertNothingElseWritten("output", $"{@case}");
        return output;
    }

    private static StridedArray<T> GradInput(IAvgPool2DKernel<T> kernel, Case @case, StridedArray<T> gradOutput)
    {
        var geometry = KernelCases.PoolOf(@case);
        var gradInput = StridedArray<T>.ForOutput(geometry.InputShape, @case.Layout);
        kernel.GradInput(geometry, gradOutput.Span, gradInput.Span);
        gradOutput.AssertUnchanged("gradOutput", $"{@case}");
        gradInput.AssertNothingElseWritten("gradInput", $"{@case}");
        return gradInput;
    }

    // Written out here, and not by the geometry's members, which are under test as well.
    private static long Row(Case @case, long oh, long kh) => oh * @case.Stride.H + kh - @case.Padding.H;

    private static long Column(Case @case, long ow, long kw) => ow * @case.Stride.W + kw - @case.Padding.W;

    private static bool IsInside(Case @case, long ih, long iw) => ih >= 0 && ih < @case.H && iw >= 0 && iw < @case.W;

    private static bool Reads(Case @case, long oh, long ow, long ih, long iw) =>
        ih >= Row(@case, oh, 0) && ih < Row(@case, oh, @case.Kernel.H)
        && iw >= Column(@case, ow, 0) && iw < Column(@case, ow, @case.Kernel.W);

    private static T Divisor(Case @case, long oh, long ow)
    {
        long cells = 0;
        for (long kh = 0; kh < @case.Kernel.H; kh++)
            for (long kw = 0; kw < @case.Kernel.W; kw++)
            {
                var (ih, iw) = (Row(@case, oh, kh), Column(@case, ow, kw));
                bool inPadded = ih < @case.H + @case.Padding.H && iw < @case.W + @case.Padding.W;
                if (@case.CountIncludePad ? inPadded : IsInside(@case, ih, iw)) cells++;
            }
        return T.CreateChecked(@case.DivisorOverride ?? cells);
    }
}
