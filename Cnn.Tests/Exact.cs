using Cnn.Layers;
using Cnn.Reference.Comparison;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests;

/// <summary>Small integers, whose sums have the same bits in any order, and equality at tolerance zero.</summary>
internal static class Exact
{
    /// <summary>Both algorithms, for a theory.</summary>
    public static readonly Algorithm[] Algorithms = [Algorithm.Fast, Algorithm.Literal];

    /// <summary>Every row with both algorithms.</summary>
    public static TheoryData<T, Algorithm> WithAlgorithms<T>(params IEnumerable<T> rows)
    {
        var data = new TheoryData<T, Algorithm>();
        foreach (var row in rows)
            foreach (var algorithm in Algorithms) data.Add(row, algorithm);
        return data;
    }

    /// <summary>Integers from -4 to 4, the same for the same seed.</summary>
    public static Tensor Integers(int seed, ScalarType dtype, params long[] shape)
    {
        var random = new Random(seed);
        double[] values = new double[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++) values[i] = random.Next(-4, 5);
        using var wide = tensor(values);
        using var flat = wide.to(dtype);
        return flat.reshape(shape);
    }

    /// <inheritdoc cref="Integers(int, ScalarType, long[])"/>
    public static Tensor Integers(int seed, params long[] shape) => Integers(seed, ScalarType.Float32, shape);

    /// <summary>Integers of which a gradient is wanted.</summary>
    public static Tensor Leaf(int seed, params long[] shape) => Integers(seed, shape).requires_grad_();

    /// <summary>Shape, type and every element equal.</summary>
    public static void Equal(Tensor? expected, Tensor? actual, string name = "result")
    {
        Assert.NotNull(expected);
        Assert.NotNull(actual);
        var comparison = TensorComparison.Exact(name, expected, actual);
        Assert.True(comparison.Passed, $"{name}: {comparison.FirstMismatch}");
    }
}

/// <summary>
/// Tests that read what the whole process shares (its memory, libtorch's random numbers, the last failure of a backward
/// pass): nothing else runs beside them.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = nameof(Alone);
}
