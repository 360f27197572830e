using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Comparison;

/// <summary>Numbers in a shape, row-major: a tensor that can be cut, printed and sent to another process.</summary>
internal sealed record NumberArray(long[] Shape, double[] Numbers)
{
    /// <summary>A copy of a tensor of any real type.</summary>
    public static NumberArray Of(Tensor tensor)
    {
        using var wide = tensor.detach().to(ScalarType.Float64);
        using var resolved = wide.resolve_neg();
        using var flat = resolved.contiguous();
        return new(flat.shape, flat.numel() == 0 ? [] : MemoryMarshal.Cast<byte, double>(flat.bytes).ToArray());
    }

    /// <summary>How many numbers.</summary>
    [JsonIgnore]
    public int Count => Numbers.Length;

    /// <summary>One number.</summary>
    public double this[params long[] index] => Numbers[Flat(index)];

    /// <summary>A row-major tensor.</summary>
    public Tensor ToTensor(ScalarType type)
    {
        using var flat = tensor(Numbers);
        using var shaped = flat.reshape(Shape);
        return shaped.to(type, copy: true);
    }

    /// <summary>Those parts along an axis whose indices are given, in their order.</summary>
    public NumberArray Select(int axis, IReadOnlyList<long> indices)
    {
        long inner = Product(axis + 1, Shape.Length), size = Shape[axis];
        long[] shape = [.. Shape];
        shape[axis] = indices.Count;
        var numbers = new List<double>();
        for (long outer = 0; outer < Product(0, axis); outer++)
            foreach (long index in indices)
                for (long i = 0; i < inner; i++) numbers.Add(Numbers[(outer * size + index) * inner + i]);
        return new(shape, [.. numbers]);
    }

    /// <summary>The same numbers at the same indices in another shape; ones where there were none.</summary>
    public NumberArray Fit(long[] shape)
    {
        double[] numbers = new double[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < numbers.Length; i++)
        {
            long[] index = TensorComparison.IndexOf(i, shape);
            numbers[i] = index.Zip(Shape).All(pair => pair.First < pair.Second) ? this[index] : 1;
        }
        return new(shape, numbers);
    }

    /// <summary>With other numbers.</summary>
    public NumberArray With(Func<int, double, double> change) =>
        this with { Numbers = [.. Numbers.Select((number, i) => change(i, number))] };

    private int Flat(long[] index)
    {
        long flat = 0;
        for (int axis = 0; axis < Shape.Length; axis++) flat = flat * Shape[axis] + index[axis];
        return (int)flat;
    }

    private long Product(int from, int end)
    {
        long product = 1;
        for (int axis = from; axis < end; axis++) product *= Shape[axis];
        return product;
    }
}
