using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using Cnn.Reference.Cases;

namespace Cnn.Reference.Benchmarks;

/// <summary>The arrays of one convolution, for kernels that are called without a layer around them.</summary>
/// <param name="case">The convolution.</param>
internal sealed class KernelCalls<T>(Case @case) where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Conv2DGeometry geometry = @case.ConvGeometry();
    private readonly T[] input = Numbers(@case.ConvGeometry().InputShape.Elements, 1),
        weight = Numbers(@case.ConvGeometry().WeightShape.Elements, 2);
    private readonly T[] gradOutput = Numbers(@case.ConvGeometry().OutputShape.Elements, 3), bias = Numbers(@case.O, 4);
    private readonly T[] output = new T[@case.ConvGeometry().OutputShape.Elements],
        gradInput = new T[@case.ConvGeometry().InputShape.Elements];
    private readonly T[] gradWeight = new T[@case.ConvGeometry().WeightShape.Elements], gradBias = new T[@case.O];

    /// <summary>Has a kernel compute one pass so many times.</summary>
    public void Run(IConv2DKernel<T> kernel, KernelPass pass, int calls)
    {
        var (x, w, y) = (geometry.InputShape, geometry.WeightShape, geometry.OutputShape);
        for (int call = 0; call < calls; call++)
        {
            if (pass == KernelPass.Forward) kernel.Forward(geometry, Of(input, x), Of(weight, w), bias, Of(output, y));
            else if (pass == KernelPass.GradInput) kernel.GradInput(geometry, Of(gradOutput, y), Of(weight, w), Of(gradInput, x));
            else kernel.GradWeightAndBias(geometry, Of(gradOutput, y), Of(input, x), Of(gradWeight, w), gradBias);
        }
    }

    private static NchwSpan<T> Of(T[] numbers, Shape4 shape) => new(numbers.AsSpan(), shape);

    private static T[] Numbers(long count, int seed)
    {
        var random = new Random(seed);
        var numbers = new T[count];
        foreach (ref var number in numbers.AsSpan()) number = T.CreateTruncating(2 * random.NextDouble() - 1);
        return numbers;
    }
}
