using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Lesson;

/// <summary>Inputs for the lesson's tests, and the comparison of what comes out.</summary>
internal static class Tensors
{
    public static Tensor Reals(Random random, params long[] shape) =>
        Fill(shape, _ => 2 * random.NextDouble() - 1);

    /// <summary>Integers so small that every product and every partial sum is exact, even in float32.</summary>
    public static Tensor Integers(Random random, params long[] shape) =>
        Fill(shape, _ => random.Next(-4, 5));

    /// <summary>Integers of which no two are equal: no window ties.</summary>
    public static Tensor Distinct(Random random, params long[] shape)
    {
        var values = Enumerable.Range(0, (int)shape.Aggregate((p, n) => p * n)).ToArray();
        random.Shuffle(values);
        return Fill(shape, i => values[i]);
    }

    private static Tensor Fill(long[] shape, Func<int, double> value) =>
        tensor(Enumerable.Range(0, (int)shape.Aggregate((p, n) => p * n)).Select(value).ToArray(), shape, dtype: ScalarType.Float64);

    /// <summary>The same values, laid out otherwise in memory.</summary>
    public static Tensor Strided(Tensor t)
    {
        // Axes reversed in memory, and only every second cell of the last one used.
        var axes = Enumerable.Range(0, (int)t.ndim).Select(axis => (long)axis).Reverse().ToArray();
        var view = t.permute(axes).repeat_interleave(2, dim: 0).permute(axes)[TensorIndex.Ellipsis, TensorIndex.Slice(step: 2)];
        Assert.False(view.is_contiguous());
        return view;
    }

    public static double[] Values(Tensor t) => t.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();

    /// <summary>Same dtype, same shape, same value in every place, without tolerance.</summary>
    public static void AssertSame(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.dtype, actual.dtype);
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(Values(expected), Values(actual));
    }
}
