using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Cases;

/// <summary>
/// Random problems, the same for the same seed. Most are asymmetric in everything (H != W, kh != kw, sh != sw, ph != pw,
/// dh != dw, more than one image and group), because a symmetric problem cannot tell one axis from the other.
/// </summary>
internal static class CaseGenerator
{
    private const double MostWork = 60_000; // multiply-adds: a literal kernel takes well below a millisecond

    // Now and then a convolution that is wider and deeper than the blocks that a fast kernel works in.
    private const int LargeOneIn = 30;
    private const double MostWorkOfLarge = 600_000;

    // Adaptive pools have a source of numbers of their own, and stand between the others: those are as they were without them.
    private const int AdaptiveOneIn = 12;

    /// <summary>An endless sequence of valid problems.</summary>
    public static IEnumerable<Case> Cases(int seed)
    {
        Random random = new(seed), ofAdaptive = new(~seed);
        for (int i = 1; ; i++)
        {
            if (i % AdaptiveOneIn == 0) yield return Adaptive(ofAdaptive) with { Seed = ofAdaptive.Next(1, 1_000_000) };
            else yield return Windowed(random);
        }
    }

    // A convolution, or a pool whose windows slide.
    private static Case Windowed(Random random)
    {
        while (true)
        {
            int kind = random.Next(10);
            var candidate = kind switch { < 6 => Conv(random), < 8 => Max(random), _ => Avg(random) };
            bool large = random.Next(LargeOneIn) == 0;
            if (large && candidate.Kind == LayerKind.Conv) candidate = Enlarge(candidate, random);
            if (candidate.Work <= (large ? MostWorkOfLarge : MostWork) && Fits(candidate))
                return candidate with { Seed = random.Next(1, 1_000_000) };
        }
    }

    private static Case Conv(Random random)
    {
        long groups = Pick(random, (1, 4), (2, 3), (3, 2), (4, 1));
        bool depthwise = random.Next(6) == 0;
        long perGroup = depthwise ? 1 : random.Next(1, 5);
        var kernel = Distinct(random, 1, 5);
        bool same = random.Next(8) == 0;
        var border = Pick(
            random, (PaddingModes.Zeros, 7), (PaddingModes.Reflect, 1), (PaddingModes.Replicate, 1), (PaddingModes.Circular, 1));
        return Common(random, LayerKind.Conv) with
        {
            C = groups * perGroup,
            O = groups * random.Next(1, 5),
            Groups = groups,
            Kernel = kernel,
            Stride = same ? (1, 1) : Distinct(random, 1, 4),
            Padding = same ? (0, 0) : Distinct(random, 0, 4),
            Dilation = random.Next(2) == 0 ? (1, 1) : Distinct(random, 1, 3),
            Bias = random.Next(3) != 0,
            Same = same,
            PaddingMode = border,
            DType = Pick(random, (ScalarType.Float32, 6), (ScalarType.Float64, 2), (ScalarType.BFloat16, 1), (ScalarType.Float16, 1)),
        };
    }

    private static Case Enlarge(Case @case, Random random) => random.Next(2) == 0
        ? @case with { C = @case.C * random.Next(5, 40), O = @case.O * random.Next(1, 6) }
        : @case with { H = random.NextInt64(20, 60), W = random.NextInt64(20, 90), O = @case.O * random.Next(1, 3) };

    private static Case Max(Random random)
    {
        var kernel = Distinct(random, 1, 5);
        return Common(random, LayerKind.Max) with
        {
            C = random.Next(1, 6),
            Kernel = kernel,
            Stride = Distinct(random, 1, 4),
            Padding = (random.NextInt64(kernel.H / 2 + 1), random.NextInt64(kernel.W / 2 + 1)),
            Dilation = random.Next(2) == 0 ? (1, 1) : Distinct(random, 1, 3),
            CeilMode = random.Next(2) == 0,
            DType = Pick(
                random, (ScalarType.Float32, 6), (ScalarType.Float64, 2), (ScalarType.BFloat16, 1), (ScalarType.Float16, 1),
                (ScalarType.Byte, 1),
                (ScalarType.Int8, 1), (ScalarType.Int16, 1), (ScalarType.Int32, 1), (ScalarType.Int64, 1)),
        };
    }

    private static Case Avg(Random random)
    {
        var kernel = Distinct(random, 1, 5);
        return Common(random, LayerKind.Avg) with
        {
            C = random.Next(1, 6),
            Kernel = kernel,
            Stride = Distinct(random, 1, 4),
            Padding = (random.NextInt64(kernel.H / 2 + 1), random.NextInt64(kernel.W / 2 + 1)),
            CeilMode = random.Next(2) == 0,
            CountIncludePad = random.Next(2) == 0,
            DivisorOverride = random.Next(4) == 0 ? Pick(random, (-3L, 1), (1L, 1), (5L, 1), (7L, 1)) : null,
            DType = Pick(random, (ScalarType.Float32, 6), (ScalarType.Float64, 2), (ScalarType.BFloat16, 1), (ScalarType.Float16, 1)),
        };
    }

    private static Case Adaptive(Random random)
    {
        bool global = random.Next(5) == 0;
        return Common(random, LayerKind.Adaptive) with
        {
            C = random.Next(1, 20), // more and fewer than a register's lanes
            OutputSize = global ? (1, 1) : Distinct(random, random.Next(20) == 0 ? 0 : 1, 15),
            DType = Pick(random, (ScalarType.Float32, 6), (ScalarType.Float64, 2), (ScalarType.BFloat16, 1), (ScalarType.Float16, 1)),
        };
    }

    private static Case Common(Random random, LayerKind kind)
    {
        var layout = Pick(
            random, (Layout.Contiguous, 6), (Layout.ChannelsLast, 1), (Layout.Strided, 1), (Layout.Cropped, 1), (Layout.Expanded, 1),
            (Layout.Unbatched, 1));
        var (height, width) = Distinct(random, 1, 15);
        return new Case
        {
            Kind = kind,
            Layout = layout,
            N = layout == Layout.Unbatched ? 1 : Pick(random, (2L, 6), (3L, 3), (1L, 2), (0L, 1)),
            H = height,
            W = width,
        };
    }

    /// <summary>Two different numbers, most of the time; now and then the same twice.</summary>
    private static (long H, long W) Distinct(Random random, long least, long most)
    {
        long first = random.NextInt64(least, most + 1);
        if (random.Next(8) == 0) return (first, first);
        long second = random.NextInt64(least, most);
        return (first, second < first ? second : second + 1);
    }

    private static T Pick<T>(Random random, params ReadOnlySpan<(T Value, int Weight)> choices)
    {
        int total = 0;
        foreach (var (_, weight) in choices) total += weight;
        int at = random.Next(total);
        foreach (var (value, weight) in choices)
        {
            if (at < weight) return value;
            at -= weight;
        }
        return choices[^1].Value;
    }

    private static bool Fits(Case @case)
    {
        if (@case.Kind == LayerKind.Conv && !@case.Same)
        {
            long reach = @case.PaddingMode switch { PaddingModes.Reflect => -1, PaddingModes.Circular => 0, _ => int.MaxValue };
            if (@case.Padding.H > @case.H + reach || @case.Padding.W > @case.W + reach) return false;
        }
        if (@case.Same && @case.PaddingMode is PaddingModes.Reflect or PaddingModes.Circular)
        {
            if ((@case.Kernel.H - 1) * @case.Dilation.H >= @case.H || (@case.Kernel.W - 1) * @case.Dilation.W >= @case.W) return false;
        }
        return (@case.Same || FitsAxis(@case.H, @case.Kernel.H, @case.Padding.H, @case.Dilation.H))
            && (@case.Same || FitsAxis(@case.W, @case.Kernel.W, @case.Padding.W, @case.Dilation.W));

        static bool FitsAxis(long size, long kernel, long padding, long dilation) => size + 2 * padding >= dilation * (kernel - 1) + 1;
    }
}
