using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Comparison;

/// <summary>
/// How far two tensors are apart, at the element where that is most. NaN equals NaN; NaN and a number are infinitely far apart.
/// </summary>
/// <param name="Largest">The difference there; infinite where shapes differ.</param>
/// <param name="Index">The element; empty where shapes differ.</param>
internal readonly record struct Deviation(double Largest, long[] Index)
{
    private const long Slice = 1 << 24; // of elements, so that float64 copies stay small

    /// <summary>Compares two tensors.</summary>
    public static Deviation Of(Tensor expected, Tensor actual)
    {
        if (!expected.shape.SequenceEqual(actual.shape)) return new(double.PositiveInfinity, []);
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        Tensor flatExpected = expected.detach().reshape(-1), flatActual = actual.detach().reshape(-1);
        if (flatExpected.numel() == 0) return new(0, []);
        var (largest, at) = (0.0, 0L);
        for (long start = 0; start < flatExpected.numel(); start += Slice)
        {
            using var ofSlice = NewDisposeScope();
            long count = Math.Min(Slice, flatExpected.numel() - start);
            var (e, a) = (flatExpected.narrow(0, start, count), flatActual.narrow(0, start, count));
            var (there, worst) = e.dtype == ScalarType.Float32 && a.dtype == ScalarType.Float32 ? Worst((a - e).abs()) : (double.NaN, 0L);
            if (!double.IsFinite(there)) // something is not finite, or the type is another
            {
                (e, a) = (e.to(ScalarType.Float64), a.to(ScalarType.Float64));
                var apart = (a - e).abs().nan_to_num(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);
                (there, worst) = Worst(where((e == a) | (e.isnan() & a.isnan()), zeros_like(apart), apart));
            }
            if (there > largest) (largest, at) = (there, start + worst);
        }
        return new(largest, TensorComparison.IndexOf(at, expected.shape));
    }

    // Where any is NaN, that.
    private static (double Value, long At) Worst(Tensor apart)
    {
        long at = apart.argmax().item<long>();
        return (apart[at].to(ScalarType.Float64).item<double>(), at);
    }

    /// <summary>The largest finite magnitude of a tensor.</summary>
    public static double Size(Tensor tensor)
    {
        if (tensor.numel() == 0) return 0;
        using var scope = NewDisposeScope();
        return tensor.detach().abs().nan_to_num(0, 0, 0).max().to(ScalarType.Float64).item<double>();
    }
}
