using Cnn.Reference.Comparison;
using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>
/// Two layers fed with the same numbers, input and upstream gradient: what each makes of them differs by the order of its sums alone.
/// </summary>
/// <remarks>
/// Equal bits are equal. Where bits differ, the bound is that of the whole project (<see cref="TensorComparison.Bounded"/>): of the
/// expected layer in float64, on the same numbers, the larger of 4 eps of the same sums over magnitudes and twice what the expected
/// layer itself is off in float32. Sums that leave it, such as long ones of numbers of one sign, may be as far apart as two orders of
/// summation leave them (<see cref="RoundingBound"/>), and are then given in parts of that; so are those of a layer that is in float64
/// itself, which has no wider truth. What is no sum of products (a normalisation, say) is measured by the largest number of its tensor.
/// Values of a maximum are not rounded: they are equal.
/// </remarks>
internal sealed class IsolatedComparison(nn.Module<Tensor, Tensor> expected, nn.Module<Tensor, Tensor> actual, int seed)
{
    /// <summary>Compares the two on what one call of the expected layer got.</summary>
    public IReadOnlyList<IsolatedFinding> Compare(Tensor input, Tensor? outputGradient)
    {
        using var theirs = LayerPass.Of(expected, input, outputGradient, seed);
        LayerPass ours;
        try
        {
            ours = LayerPass.Of(actual, input, outputGradient, seed);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return [IsolatedFinding.Incomparable(LayerPass.Output, $"it throws: {FirstLine(exception)}")];
        }
        using var disposed = ours;
        var findings = new List<IsolatedFinding>();
        Yardstick? yardstick = null;
        try
        {
            foreach (var (what, tensor) in theirs.Results)
            {
                if (what == LayerPass.NewInput) continue; // what is counted on there shows in what comes through
                findings.Add(ours.Find(what) is { } found
                    ? Compare(what, tensor, found, () => yardstick ??= new(expected, input, outputGradient, seed))
                    : IsolatedFinding.Incomparable(what, LayerPass.IsChange(what) ? "it is left as it was" : "it is missing"));
            }
            foreach (var (what, _) in ours.Results)
                if (LayerPass.IsChange(what) && theirs.Find(what) is null)
                    findings.Add(IsolatedFinding.Incomparable(what, "it changes what the other leaves as it is"));
            return findings;
        }
        finally
        {
            yardstick?.Dispose();
        }
    }

    /// <summary>The first line of what was thrown: libtorch adds its own stack.</summary>
    public static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].TrimEnd('.', ' ', '\r');

    private IsolatedFinding Compare(string what, Tensor tensor, Tensor found, Func<Yardstick> measure)
    {
        var equal = TensorComparison.Exact(what, tensor, found);
        if (equal.Passed) return new(what, 0, [], double.NaN, double.NaN);
        if (equal.WorstIndex is null) return IsolatedFinding.Incomparable(what, equal.FirstMismatch!);
        if (!tensor.is_floating_point()) return Found(equal); // a counter
        if (LayerTraits.TakesMaxima(expected) && what == LayerPass.Output) return Found(equal);
        return Found(measure().Compare(what, tensor, found));

        IsolatedFinding Found(TensorComparison comparison)
        {
            long[] index = comparison.WorstIndex ?? [];
            return new(what, comparison.WorstRatio, index, TensorComparison.ValueAt(tensor, index), TensorComparison.ValueAt(found, index));
        }
    }

    /// <summary>What the expected layer gives in float64, and how large its sums are: made once something differs.</summary>
    private sealed class Yardstick : IDisposable
    {
        private readonly LayerPass? truth, magnitude, terms;
        private readonly double divisor; // of an average: what its terms, counted with ones, were divided by

        public Yardstick(nn.Module<Tensor, Tensor> layer, Tensor input, Tensor? outputGradient, int seed)
        {
            using var scope = NewDisposeScope();
            bool isSum = LayerTraits.IsSumOfProducts(layer), picks = LayerTraits.TakesMaxima(layer);
            divisor = LayerTraits.LargestDivisor(layer, input.shape);
            truth = Try(Wide, Wide, Wide);
            if (isSum) (magnitude, terms) = (Try(Size, Size, Size), Try(One, One, One));
            if (picks) (magnitude, terms) = (Try(Wide, Size, Wide), Try(Wide, One, Wide)); // the winners stay

            LayerPass? Try(Func<Tensor, Tensor> ofInput, Func<Tensor, Tensor> ofGradient, Func<Tensor, Tensor> ofOwn)
            {
                try
                {
                    return LayerPass.Of(layer, ofInput(input), outputGradient is null ? null : ofGradient(outputGradient), seed, ofOwn);
                }
                catch (Exception exception) when (exception is not OutOfMemoryException)
                {
                    return null; // a layer of the user's own that float64 does not suit
                }
            }
        }

        public TensorComparison Compare(string what, Tensor expected, Tensor actual)
        {
            using var scope = NewDisposeScope();
            if (truth?.Find(what) is not { } wide)
            {
                double eps = TensorComparison.EpsilonOf(expected.dtype);
                return TensorComparison.Near(what, expected, actual, RoundingBound.Likely(expected.numel()) * eps);
            }
            var size = magnitude?.Find(what)?.abs() ?? wide.FullLike(Deviation.Size(wide));
            var bounded = TensorComparison.Bounded(what, wide, size, expected, actual);
            if ((bounded.Passed && expected.dtype != ScalarType.Float64) || terms?.Find(what) is not { } counts) return bounded;
            return TensorComparison.Reordered(what, size, counts.abs().Times(divisor), expected, actual);
        }

        public void Dispose()
        {
            truth?.Dispose();
            magnitude?.Dispose();
            terms?.Dispose();
        }

        private static Tensor Wide(Tensor tensor) =>
            tensor.is_floating_point() ? tensor.to(ScalarType.Float64, copy: true) : tensor.clone();

        private static Tensor Size(Tensor tensor) => tensor.is_floating_point() ? Wide(tensor).abs() : tensor.clone();

        private static Tensor One(Tensor tensor) => tensor.is_floating_point() ? ones_like(tensor, ScalarType.Float64) : tensor.clone();
    }
}

/// <summary>One tensor of two layers that were fed alike.</summary>
/// <param name="What">Which.</param>
/// <param name="Ratio">The largest error in parts of the bound.</param>
/// <param name="Index">Where it is; empty for none, and where shapes differ.</param>
/// <param name="Expected">What the expected layer has there.</param>
/// <param name="Actual">What the other has there.</param>
internal sealed record IsolatedFinding(string What, double Ratio, long[] Index, double Expected, double Actual)
{
    /// <summary>How far apart the two may be there; zero where they are equal, or may not differ.</summary>
    public double Allowed =>
        Ratio > 0 && double.IsFinite(Ratio) && double.IsFinite(Expected - Actual) ? Math.Abs(Expected - Actual) / Ratio : 0;

    /// <summary>What else is to be said; null for nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Tensors of which no element can be compared with another.</summary>
    public static IsolatedFinding Incomparable(string what, string remark) =>
        new(what, double.PositiveInfinity, [], double.NaN, double.NaN) { Remark = remark };
}
