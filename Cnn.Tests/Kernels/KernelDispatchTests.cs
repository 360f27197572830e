using Cnn.Layers;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;

namespace Cnn.Tests.Kernels;

/// <summary>The fast loops read memory by address, so no tensor of another shape than the geometry's may reach them.</summary>
public class KernelDispatchTests
{
    private static readonly Conv2DGeometry Geometry = Conv2DGeometry.Create(new(2, 4, 5, 7), new(6, 2, 3, 2), (1, 2), (1, 0), (0, 1),
        (1, 2), 2);
    private static readonly Pool2DGeometry Pool = Pool2DGeometry.Create(new(2, 4, 5, 7), (3, 2), (1, 2), (1, 1), (1, 1), ceilMode: false);

    [Theory]
    [InlineData(Algorithm.Fast)]
    [InlineData(Algorithm.Literal)]
    public void ATensorOfAnotherShapeIsRefused(Algorithm algorithm)
    {
        var (right, wrong) = (new Sizes(Geometry.InputShape, Geometry.WeightShape, Geometry.OutputShape, 6), new Shape4(1, 1, 1, 1));
        Run(algorithm, right);
        foreach (var sizes in new[]
        {
            right with { Input = wrong }, right with { Weight = wrong }, right with { Output = wrong }, right with { Bias = 5 },
        })
            Assert.All(Run(algorithm, sizes), exception => Assert.True(exception is null or ArgumentException, exception?.ToString()));
        // all see the output
        Assert.All(Run(algorithm, right with { Output = wrong }), exception => Assert.IsType<ArgumentException>(exception));
        Assert.All(Run(algorithm, right), Assert.Null);
    }

    [Theory]
    [InlineData(Algorithm.Fast)]
    [InlineData(Algorithm.Literal)]
    public void APoolsTensorOfAnotherShapeIsRefused(Algorithm algorithm)
    {
        Shape4 right = Pool.InputShape, pooled = Pool.OutputShape, wrong = new(2, 4, 5, 6);
        Assert.All(RunPool(algorithm, right, pooled, pooled), Assert.Null);
        Assert.All(RunPool(algorithm, wrong, pooled, pooled), exception => Assert.IsType<ArgumentException>(exception));
        Assert.All(RunPool(algorithm, right, wrong, pooled), exception => Assert.IsType<ArgumentException>(exception));
        Assert.All(RunPool(algorithm, right, pooled, wrong).Take(3), exception => Assert.IsType<ArgumentException>(exception));
    }

    [Fact]
    public void IntegersHaveTheLiteralPoolAlone()
    {
        Assert.Equal(["literal"], MaxPool2DKernels<int>.Table.Explain(Pool).Select(kernel => kernel.Name));
        Assert.StartsWith("fast", MaxPool2DKernels<float>.Table.Explain(Pool).Last().Name, StringComparison.Ordinal);
        Assert.StartsWith("fast", MaxPool2DKernels<double>.Table.Explain(Pool).Last().Name, StringComparison.Ordinal);
        Assert.StartsWith("fast", KernelTables<float>.AvgPool2D.Explain(Pool).Last().Name, StringComparison.Ordinal);
    }

    // Every member of both pools, what they throw; the average's have no indices, and come last.
    private static List<Exception?> RunPool(Algorithm algorithm, Shape4 input, Shape4 output, Shape4 indices)
    {
        return
        [
            Record.Exception(() => KernelDispatch.MaxPool2DForward(algorithm, Pool, Of(input), Of(output), Winners())),
            Record.Exception(() => KernelDispatch.MaxPool2DGradInput<float>(algorithm, Pool, Of(output), Winners(), Of(input))),
            Record.Exception(() => KernelDispatch.MaxPool2DTakeWinners<float>(algorithm, Pool, Of(input), Winners(), Of(output))),
            Record.Exception(() => KernelDispatch.AvgPool2DForward(algorithm, Pool, Of(input), Of(output))),
            Record.Exception(() => KernelDispatch.AvgPool2DGradInput(algorithm, Pool, Of(output), Of(input))),
        ];

        NchwSpan<long> Winners() => new(new long[indices.Elements], indices);
    }

    // Forward and the gradients, each on its own; what they throw.
    private static List<Exception?> Run(Algorithm algorithm, Sizes sizes) =>
    [
        Record.Exception(() =>
            KernelDispatch.Conv2DForward(algorithm, Geometry, Of(sizes.Input), Of(sizes.Weight), new float[sizes.Bias], Of(sizes.Output))),
        Record.Exception(() => KernelDispatch.Conv2DGradInput(algorithm, Geometry, Of(sizes.Output), Of(sizes.Weight), Of(sizes.Input))),
        Record.Exception(() => KernelDispatch.Conv2DGradWeight(algorithm, Geometry, Of(sizes.Output), Of(sizes.Input), Of(sizes.Weight))),
        Record.Exception(() => KernelDispatch.Conv2DGradBias(algorithm, Geometry, Of(sizes.Output), new float[sizes.Bias])),
        Record.Exception(() => KernelDispatch.Conv2DGradWeightAndBias(
            algorithm, Geometry, Of(sizes.Output), Of(sizes.Input), Of(sizes.Weight), new float[sizes.Bias])),
    ];

    private static NchwSpan<float> Of(Shape4 shape) => new(new float[shape.Elements], shape);

    private sealed record Sizes(Shape4 Input, Shape4 Weight, Shape4 Output, int Bias);
}
