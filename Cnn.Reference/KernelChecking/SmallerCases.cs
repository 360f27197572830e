using Cnn.Reference.Cases;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>Problems with one thing less than another: an image, a channel, a tap, a step, a row, an option.</summary>
internal static class SmallerCases
{
    /// <summary>Smaller problems, those that take away most first.</summary>
    public static IEnumerable<Instance> Of(KernelKind kind, Instance instance)
    {
        foreach (var candidate in Candidates(instance))
        {
            if (candidate.Case == instance.Case || !Claims.IsValid(candidate.Case)) continue;
            yield return Fitted(kind, candidate);
        }
    }

    private static IEnumerable<Instance> Candidates(Instance instance) =>
        [.. Images(instance), .. Channels(instance), .. Axis(instance, 0), .. Axis(instance, 1), .. Options(instance)];

    private static IEnumerable<Instance> Images(Instance instance)
    {
        var (@case, operands) = instance;
        foreach (long n in Less(@case.N, 1))
            foreach (long[] kept in Ends(@case.N, n))
                yield return new(
                    @case with { N = n },
                    operands with { Input = operands.Input.Select(0, kept), GradOutput = operands.GradOutput?.Select(0, kept) });
    }

    private static IEnumerable<Instance> Channels(Instance instance)
    {
        var (@case, operands) = instance;
        if (@case.Kind != LayerKind.Conv)
        {
            foreach (long c in Less(@case.C, 1))
                foreach (long[] kept in Ends(@case.C, c)) yield return new(@case with { C = c }, operands with { Input = operands.Input.Select(1, kept) });
            yield break;
        }
        long inGroup = @case.C / @case.Groups, outGroup = @case.O / @case.Groups;
        foreach (long groups in Less(@case.Groups, 1))
            foreach (long[] kept in Ends(@case.Groups, groups))
                yield return new(
                    @case with { Groups = groups, C = groups * inGroup, O = groups * outGroup },
                    Filters(operands, Within(kept, inGroup, All(inGroup)), Within(kept, outGroup, All(outGroup))));
        foreach (long c in Less(inGroup, 1))
            foreach (long[] kept in Ends(inGroup, c))
                yield return new(
                    @case with { C = @case.Groups * c },
                    operands with
                    {
                        Input = operands.Input.Select(1, Within(All(@case.Groups), inGroup, kept)),
                        Weight = operands.Weight!.Select(1, kept),
                    });
        foreach (long o in Less(outGroup, 1))
            foreach (long[] kept in Ends(outGroup, o))
                yield return new(@case with { O = @case.Groups * o }, Filters(operands, null, Within(All(@case.Groups), outGroup, kept)));
    }

    // Input channels and filters that are kept; null for all.
    private static Operands Filters(Operands operands, long[]? channels, long[] filters) => operands with
    {
        Input = channels is null ? operands.Input : operands.Input.Select(1, channels),
        Weight = operands.Weight!.Select(0, filters),
        Bias = operands.Bias?.Select(0, filters),
        GradOutput = operands.GradOutput?.Select(1, filters),
    };

    // Along one axis: shorter kernels, steps, padding and images. What makes a window smaller is tried with an image that is smaller
    // by as much, too: the output keeps its size.
    private static IEnumerable<Instance> Axis(Instance instance, int axis)
    {
        var (@case, operands) = instance;
        var one = new AxisOf(@case, axis);
        foreach (long kernel in Less(one.Kernel, 1))
            foreach (long[] kept in Ends(one.Kernel, kernel))
            {
                var weights = operands with { Weight = operands.Weight?.Select(2 + axis, kept) };
                // Half a pool's kernel is the most that it may be padded.
                var smaller = one with { Kernel = kernel, Padding = @case.Kind == LayerKind.Conv ? one.Padding : Math.Min(one.Padding, kernel / 2) };
                foreach (var each in WithSizes(weights, smaller)) yield return each;
            }
        foreach (long stride in Less(one.Stride, 1))
            foreach (var each in WithSizes(operands, one with { Stride = stride })) yield return each;
        foreach (long dilation in Less(one.Dilation, 1))
            foreach (var each in WithSizes(operands, one with { Dilation = dilation })) yield return each;
        foreach (long padding in Less(one.Padding, 0))
            foreach (var each in WithSizes(operands, one with { Padding = padding })) yield return each;
        for (long windows = 1; windows <= 3; windows++)
            if (one.SizeFor(windows) is var size && size >= 1 && size < one.Size)
                foreach (var each in Sizes(operands, one, size)) yield return each;
        foreach (long size in Less(one.Size, 1))
            foreach (var each in Sizes(operands, one, size)) yield return each;

        IEnumerable<Instance> WithSizes(Operands given, AxisOf changed)
        {
            long size = changed.SizeFor(one.Windows);
            if (size >= 1 && size < one.Size)
                foreach (var each in Sizes(given, changed, size)) yield return each;
            yield return new(changed.Apply(@case), given);
        }

        IEnumerable<Instance> Sizes(Operands given, AxisOf changed, long size)
        {
            foreach (long[] kept in Ends(one.Size, size))
                yield return new((changed with { Size = size }).Apply(@case), given with { Input = given.Input.Select(2 + axis, kept) });
        }
    }

    private static IEnumerable<Instance> Options(Instance instance)
    {
        var (@case, operands) = instance;
        if (@case.Layout != Layout.Contiguous) yield return new(@case with { Layout = Layout.Contiguous }, operands);
        if (@case.DType != ScalarType.Float32 && @case.IsReal) yield return new(@case with { DType = ScalarType.Float32 }, operands);
        if (@case is { Kind: LayerKind.Conv, Bias: true }) yield return new(@case with { Bias = false }, operands with { Bias = null });
        if (@case.CeilMode) yield return new(@case with { CeilMode = false }, operands);
        if (!@case.CountIncludePad) yield return new(@case with { CountIncludePad = true }, operands);
        if (@case.DivisorOverride is not null) yield return new(@case with { DivisorOverride = null }, operands);
        if (@case.DivisorOverride is not (null or 2)) yield return new(@case with { DivisorOverride = 2 }, operands);
        if (@case.Seed != 0) yield return new(@case with { Seed = 0 }, operands);
    }

    private static Instance Fitted(KernelKind kind, Instance instance)
    {
        if (kind != KernelKind.Conv2dGradients) return instance;
        return instance with { Operands = instance.Operands with { GradOutput = instance.Operands.GradOutput!.Fit(KernelKinds.OutputShape(instance.Case)) } };
    }

    // The least, half, one less.
    private static IEnumerable<long> Less(long size, long least) =>
        ((long[])[least, Math.Max(least, size / 2), size - 1]).Where(each => each >= least && each < size).Distinct();

    // The first, and the last.
    private static IEnumerable<long[]> Ends(long size, long count)
    {
        yield return [.. All(count)];
        if (count < size) yield return [.. All(count).Select(i => size - count + i)];
    }

    private static long[] All(long count) => [.. Enumerable.Range(0, (int)count)];

    private static long[] Within(long[] groups, long size, long[] kept) => [.. groups.SelectMany(group => kept.Select(i => group * size + i))];

    /// <summary>One axis of a case.</summary>
    private sealed record AxisOf(int Axis, long Size, long Kernel, long Stride, long Padding, long Dilation)
    {
        public AxisOf(Case @case, int axis)
            : this(
                axis, Pick((@case.H, @case.W), axis), Pick(@case.Kernel, axis), Pick(@case.Stride, axis), Pick(@case.Padding, axis),
                Pick(@case.Dilation, axis))
        {
            long[] output = KernelKinds.OutputShape(@case);
            Windows = output[2 + axis];
        }

        /// <summary>How many windows the case has along the axis.</summary>
        public long Windows { get; }

        /// <summary>The least size with so many windows.</summary>
        public long SizeFor(long windows) => (windows - 1) * Stride + Dilation * (Kernel - 1) + 1 - 2 * Padding;

        public Case Apply(Case @case) => @case with
        {
            H = Axis == 0 ? Size : @case.H,
            W = Axis == 1 ? Size : @case.W,
            Kernel = Put(@case.Kernel, Kernel),
            Stride = Put(@case.Stride, Stride),
            Padding = Put(@case.Padding, Padding),
            Dilation = Put(@case.Dilation, Dilation),
        };

        private static long Pick((long H, long W) pair, int axis) => axis == 0 ? pair.H : pair.W;

        private (long H, long W) Put((long H, long W) pair, long value) => Axis == 0 ? (value, pair.W) : (pair.H, value);
    }
}
