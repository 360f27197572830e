using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Interchange;

/// <summary>Tensors of every type, shape and layout that a file may hold.</summary>
internal static class SomeTensors
{
    /// <summary>The types that both formats have; safetensors has bfloat16 as well.</summary>
    public static readonly ScalarType[] Types =
    [
        ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.Int64, ScalarType.Int32, ScalarType.Int16, ScalarType.Int8,
        ScalarType.Byte, ScalarType.Bool,
    ];

    /// <summary>A dictionary whose order is no alphabet's.</summary>
    public static Dictionary<string, Tensor> Make(bool bfloat16)
    {
        var tensors = new Dictionary<string, Tensor>();
        manual_seed(5);
        foreach (var type in bfloat16 ? [.. Types, ScalarType.BFloat16] : Types)
        {
            using var scope = NewDisposeScope();
            var numbers = type is ScalarType.Bool ? randint(0, 2, [2, 3, 4]).to(type) : (randn(2, 3, 4) * 50).abs().to(type);
            foreach (var (name, tensor) in new (string, Tensor)[]
            {
                ($"z.{type}.weight", numbers), ($"a.{type}.0-d", numbers[1, 2, 3]), ($"{type}.none", empty(0, 3, type)),
                ($"{type}.row", numbers[1, 1]),
                ($"{type}.turned", numbers.permute(2, 0, 1)), ($"{type}.slice", numbers.slice(1, 1, 3, 1).slice(2, 1, 4, 2)),
                ($"{type}.repeated", numbers[0, 0].expand(3, 4)), ($"größe {type}", numbers.alias()),
            }) tensors.Add(name, tensor.MoveToOuterDisposeScope());
        }
        float[] special = [float.NaN, BitConverter.UInt32BitsToSingle(0xffc12345), float.PositiveInfinity, float.NegativeInfinity, -0f,
            1e-45f, float.MaxValue];
        tensors.Add("special", tensor(special));
        return tensors;
    }

    /// <summary>Type, shape and every bit are the same.</summary>
    public static void AssertSame(Tensor expected, Tensor actual, string name)
    {
        Assert.True(expected.dtype == actual.dtype, $"{name}: {expected.dtype}, {actual.dtype}");
        Assert.True(expected.shape.SequenceEqual(actual.shape),
            $"{name}: [{string.Join(", ", expected.shape)}], [{string.Join(", ", actual.shape)}]");
        Assert.True(actual.is_contiguous(), name);
        Assert.True(HexOf(expected) == HexOf(actual), $"{name}: {HexOf(expected)}, {HexOf(actual)}");
    }

    /// <summary>Names, their order, and each tensor are the same.</summary>
    public static void AssertSame(IReadOnlyDictionary<string, Tensor> expected, IReadOnlyDictionary<string, Tensor> actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var (name, tensor) in expected) AssertSame(tensor, actual[name], name);
    }

    /// <summary>The bytes of the elements, in the order of the indices.</summary>
    public static string HexOf(Tensor tensor)
    {
        using var inOrder = tensor.contiguous();
        return Convert.ToHexStringLower(inOrder.bytes);
    }
}
