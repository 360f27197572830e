using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;

namespace Cnn.Tests.Kernels;

// xunit wants public test classes, and a public class cannot name an internal kernel in its base class. So a contract takes
// its kernel as an object. Those of convolutions and pools stand in the dispatch tables; paddings have no table.

/// <summary>A padding kernel as an object.</summary>
internal abstract class Pad2DKernel<T> where T : unmanaged, INumber<T>
{
    public abstract void Forward(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output);

    public abstract void GradInput(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput);
}

/// <inheritdoc/>
internal sealed class Pad2DKernel<TKernel, T> : Pad2DKernel<T> where TKernel : struct, IPad2DKernel<T> where T : unmanaged, INumber<T>
{
    public override void Forward(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> input, NchwSpan<T> output) =>
        TKernel.Forward(geometry, input, output);

    public override void GradInput(in Pad2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, NchwSpan<T> gradInput) =>
        TKernel.GradInput(geometry, gradOutput, gradInput);
}
