using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Reference.Oracle;

/// <summary>The oracle for padding kernels: pad of libtorch, and its gradient by autograd.</summary>
internal sealed class LibtorchPad2D<T> : IPad2DKernel<T> where T : unmanaged, INumber<T>
{
    /// <inheritdoc/>
    public void Forward(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        Pad(geometry, input.ToTensor()).CopyTo(output);
    }

    /// <inheritdoc/>
    public void GradInput(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput)
    {
        using var scope = NewDisposeScope();
        var sizes = geometry;
        LibtorchMemory.Gradient(LibtorchMemory.Zeros<T>(geometry.InputShape), gradOutput.ToTensor(), images => Pad(sizes, images))
            .CopyTo(gradInput);
    }

    private static Tensor Pad(Pad2DGeometry geometry, Tensor input)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        var mode = height.Border switch
        {
            Border.Reflect => PaddingModes.Reflect,
            Border.Replicate => PaddingModes.Replicate,
            _ => PaddingModes.Circular,
        };
        return F.pad(input, [width.Before, width.After, height.Before, height.After], mode);
    }
}
