using Cnn.Reference.Cases;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>Problems with one thing less than another: an image, a channel, a tap, a step, a row, an option.</summary>
internal static class SmallerCases
{
    private delegate IEnumerable<Instance> Step(Instance instance);

    private static readonly Step[] Volume = [Images, Groups, InChannels, OutChannels, Options];

    private static readonly Step[] Window =
        [.. Enumerable.Range(0, 2).SelectMany(axis =>
            (Step[])[each => Kernel(each, axis), each => Stride(each, axis), each => Dilation(each, axis), each => Padding(each, axis)])];

    // For a kernel that is the same along both axes, or claims no other.
    private static readonly Step[] Square =
        [.. ((Func<Instance, int, IEnumerable<Instance>>[])[Kernel, Stride, Dilation, Padding]).Select(step =>
            (Step)(instance => step(instance, 0).SelectMany(half => step(half, 1)).Where(each => IsSquare(each.Case))))];

    private static readonly Step[] Sizes = [each => Size(each, 0), each => Size(each, 1)];

    /// <summary>Smaller problems, those that take away most first.</summary>
    public static IEnumerable<Instance> Of(KernelKind kind, Instance instance) =>
        from candidate in Leaps(instance).Concat(Volume.Concat(Window).Concat(IsSquare(instance.Case) ? Square : []).Concat(Sizes)
            .SelectMany(step => step(instance)))
        where candidate.Case != instance.Case && Claims.IsValid(candidate.Case)
        select Fitted(kind, candidate);

    // Everything at once, or all but one thing: where each failure ends a process, small steps take long.
    private static IEnumerable<Instance> Leaps(Instance instance)
    {
        yield return Leap(instance, [.. Volume, .. Window, .. Sizes]);
        foreach (var kept in Volume.Concat(Window))
            yield return Leap(instance, [.. Volume.Concat(Window).Where(step => step != kept), .. Sizes]);
        yield return Leap(instance, [.. Volume]);
        yield return Leap(instance, [.. Window, .. Sizes]);
    }

    // Each step's first, which takes away most.
    private static Instance Leap(Instance instance, Step[] steps) =>
        steps.Aggregate(instance, (current, step) => step(current).FirstOrDefault(next => Claims.IsValid(next.Case)) ?? current);

    private static IEnumerable<Instance> Images(Instance instance)
    {
        var (@case, operands) = instance;
        foreach (long n in Less(@case.N, 1))
            foreach (long[] kept in Ends(@case.N, n))
                yield return new(
                    @case with { N = n },
                    operands with { Input = operands.Input.Select(0, kept), GradOutput = operands.GradOutput?.Select(0, kept) });
    }

    private static IEnumerable<Instance> Groups(Instance instance)
    {
        var (@case, operands) = instance;
        long inGroup = @case.C / @case.Groups, outGroup = @case.O / @case.Groups;
        foreach (long groups in Less(@case.Groups, 1))
            foreach (long[] kept in Ends(@case.Groups, groups))
                yield return new(
                    @case with { Groups = groups, C = groups * inGroup, O = groups * outGroup },
                    Filters(operands, Within(kept, inGroup, All(inGroup)), Within(kept, outGroup, All(outGroup))));
    }

    private static IEnumerable<Instance> InChannels(Instance instance)
    {
        var (@case, operands) = instance;
        long inGroup = @case.C / @case.Groups; // a pool has one group
        foreach (long c in Less(inGroup, 1))
            foreach (long[] kept in Ends(inGroup, c))
                yield return new(
                    @case with { C = @case.Groups * c },
                    operands with
                    {
                        Input = operands.Input.Select(1, Within(All(@case.Groups), inGroup, kept)),
                        Weight = operands.Weight?.Select(1, kept),
                    });
    }

    private static IEnumerable<Instance> OutChannels(Instance instance)
    {
        var (@case, operands) = instance;
        long outGroup = @case.O / @case.Groups;
        if (@case.Kind != LayerKind.Conv) yield break;
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

    // What makes a window smaller is tried with an image that is smaller by as much first: the output keeps its size.
    private static IEnumerable<Instance> Kernel(Instance instance, int axis)
    {
        var (@case, operands) = instance;
        var one = new AxisOf(@case, axis);
        foreach (long kernel in Less(one.Kernel, 1))
            foreach (long[] kept in Ends(one.Kernel, kernel))
            {
                // Half a pool's kernel is the most that it may be padded.
                long padding = @case.Kind == LayerKind.Conv ? one.Padding : Math.Min(one.Padding, kernel / 2);
                var cut = instance with { Operands = operands with { Weight = operands.Weight?.Select(2 + axis, kept) } };
                foreach (var each in Fitting(cut, one, one with { Kernel = kernel, Padding = padding })) yield return each;
            }
    }

    private static IEnumerable<Instance> Stride(Instance instance, int axis)
    {
        var one = new AxisOf(instance.Case, axis);
        return Less(one.Stride, 1).SelectMany(stride => Fitting(instance, one, one with { Stride = stride }));
    }

    private static IEnumerable<Instance> Dilation(Instance instance, int axis)
    {
        var one = new AxisOf(instance.Case, axis);
        return Less(one.Dilation, 1).SelectMany(dilation => Fitting(instance, one, one with { Dilation = dilation }));
    }

    private static IEnumerable<Instance> Padding(Instance instance, int axis)
    {
        var one = new AxisOf(instance.Case, axis);
        return Less(one.Padding, 0).SelectMany(padding => Fitting(instance, one, one with { Padding = padding }));
    }

    private static IEnumerable<Instance> Size(Instance instance, int axis)
    {
        var one = new AxisOf(instance.Case, axis);
        IEnumerable<long> ofFewWindows = ((long[])[1, 2, 3]).Select(one.SizeFor).Where(size => size >= 1 && size < one.Size);
        return ofFewWindows.Concat(Less(one.Size, 1)).SelectMany(size => Cut(instance, one, one, size));
    }

    private static IEnumerable<Instance> Fitting(Instance instance, AxisOf before, AxisOf changed)
    {
        long size = changed.SizeFor(before.Windows);
        IEnumerable<Instance> smaller = size >= 1 && size < before.Size ? Cut(instance, before, changed, size) : [];
        return smaller.Append(instance with { Case = changed.Apply(instance.Case) });
    }

    private static IEnumerable<Instance> Cut(Instance instance, AxisOf before, AxisOf changed, long size) =>
        from kept in Ends(before.Size, size)
        select new Instance(
            (changed with { Size = size }).Apply(instance.Case),
            instance.Operands with { Input = instance.Operands.Input.Select(2 + before.Axis, kept) });

    private static IEnumerable<Instance> Options(Instance instance)
    {
        var (@case, operands) = instance;
        var plain = @case with
        {
            Layout = Layout.Contiguous,
            DType = @case.IsReal ? ScalarType.Float32 : @case.DType,
            Bias = @case.Kind != LayerKind.Conv,
            CeilMode = false,
            CountIncludePad = true,
            DivisorOverride = null,
            Seed = 0,
        };
        yield return new(plain, plain.Bias ? operands : operands with { Bias = null });
        if (@case.Layout != Layout.Contiguous) yield return new(@case with { Layout = Layout.Contiguous }, operands);
        if (@case.DType != ScalarType.Float32 && @case.IsReal) yield return new(@case with { DType = ScalarType.Float32 }, operands);
        if (@case is { Kind: LayerKind.Conv, Bias: true }) yield return new(@case with { Bias = false }, operands with { Bias = null });
        if (@case.CeilMode) yield return new(@case with { CeilMode = false }, operands);
        if (!@case.CountIncludePad) yield return new(@case with { CountIncludePad = true }, operands);
        if (@case.DivisorOverride is not null) yield return new(@case with { DivisorOverride = null }, operands);
        if (@case.DivisorOverride is not (null or 2)) yield return new(@case with { DivisorOverride = 2 }, operands);
        if (@case.Seed != 0) yield return new(@case with { Seed = 0 }, operands);
    }

    private static bool IsSquare(Case @case) =>
        @case.Kernel.H == @case.Kernel.W && @case.Stride.H == @case.Stride.W && @case.Padding.H == @case.Padding.W
        && @case.Dilation.H == @case.Dilation.W;

    private static Instance Fitted(KernelKind kind, Instance instance)
    {
        if (kind != KernelKind.Conv2dGradients) return instance;
        var gradOutput = instance.Operands.GradOutput!.Fit(KernelKinds.OutputShape(instance.Case));
        return instance with { Operands = instance.Operands with { GradOutput = gradOutput } };
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

    private static long[] Within(long[] groups, long size, long[] kept) =>
        [.. groups.SelectMany(group => kept.Select(i => group * size + i))];

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
