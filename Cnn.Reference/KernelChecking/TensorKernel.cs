using Cnn.Reference.Cases;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>A kernel that takes tensors and returns new ones.</summary>
internal sealed class TensorKernel(Delegate yours) : Kernel(yours)
{
    /// <inheritdoc/>
    public override KernelKind Kind { get; } = yours switch
    {
        Conv2dFunction => KernelKind.Conv2d,
        Conv2dGradientsFunction => KernelKind.Conv2dGradients,
        MaxPool2dFunction => KernelKind.MaxPool2d,
        _ => KernelKind.AvgPool2d,
    };

    /// <inheritdoc/>
    public override Tensor?[] Run(Case @case, Tensor?[] operands, int? fill)
    {
        using var memory = fill is { } which ? new FilledHeap(which) : null;
        return Call(@case, operands);
    }

    /// <inheritdoc/>
    public override bool IsFill(double number, ScalarType type, int fill) => FilledHeap.Holds(number, type, fill);

    private Tensor?[] Call(Case @case, Tensor?[] operands)
    {
        // Arrays of the kernel's own: what it writes into them is nobody's.
        long[] kernel = [@case.Kernel.H, @case.Kernel.W], stride = [@case.Stride.H, @case.Stride.W];
        long[] padding = [@case.Padding.H, @case.Padding.W], dilation = [@case.Dilation.H, @case.Dilation.W];
        switch (Yours)
        {
            case Conv2dFunction conv2d:
                return [conv2d(operands[0]!, operands[1]!, operands[2], stride, padding, dilation, @case.Groups)];
            case Conv2dGradientsFunction gradients:
                var (gradInput, gradWeight, gradBias) =
                    gradients(operands[0]!, operands[1]!, operands[2]!, @case.Bias, stride, padding, dilation, @case.Groups);
                return [gradInput, gradWeight, gradBias];
            case MaxPool2dFunction max:
                return [max(operands[0]!, kernel, stride, padding, dilation, @case.CeilMode)];
            case AvgPool2dFunction average:
                return [average(operands[0]!, kernel, stride, padding, @case.CeilMode, @case.CountIncludePad, @case.DivisorOverride)];
            default:
                throw new ArgumentException($"yours is a {Yours.GetType().Name}: must be one of the delegates of KernelCheck.");
        }
    }
}
