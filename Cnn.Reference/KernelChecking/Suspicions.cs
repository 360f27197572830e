using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;

namespace Cnn.Reference.KernelChecking;

/// <summary>
/// What a wrong kernel may have got wrong: convolutions and pools with one usual mistake, computed with plain loops. One that gives
/// exactly what the kernel gave, in every problem that failed, explains it.
/// </summary>
internal static class Suspicions
{
    /// <summary>A mistake: what it is called, and what it makes of a case and its numbers. Null where it changes nothing.</summary>
    private sealed record Mistake(string Words, Func<Case, Case> Case, Func<Operands, Operands>? Operands = null,
        Func<Loops, Loops>? Loops = null);

    // What mistakes other than those of sizes change in the loops.
    private sealed record Loops(
        bool FirstImageOnly = false, bool FirstGroupOnly = false, bool WholeWindow = false, bool SkipNaN = false,
        bool EdgeAsPadding = false, bool BiasEachProduct = false, bool BiasEachChannel = false, bool Overwrites = false,
        bool ZerosAsPadding = false);

    private static readonly Mistake[] Mistakes =
    [
        new("as if dilation were 1", c => c with { Dilation = (1, 1) }),
        new("as if dilation along the height were that along the width, too", c => c with { Dilation = (c.Dilation.W, c.Dilation.W) }),
        new("as if dilation along the width were that along the height, too", c => c with { Dilation = (c.Dilation.H, c.Dilation.H) }),
        new("as if height and width of dilation were swapped", c => c with { Dilation = Swapped(c.Dilation) }),
        new("as if stride were 1", c => c with { Stride = (1, 1) }),
        new("as if stride along the height were that along the width, too", c => c with { Stride = (c.Stride.W, c.Stride.W) }),
        new("as if stride along the width were that along the height, too", c => c with { Stride = (c.Stride.H, c.Stride.H) }),
        new("as if height and width of stride were swapped", c => c with { Stride = Swapped(c.Stride) }),
        new("as if padding were 0", c => c with { Padding = (0, 0) }),
        new("as if padding along the height were that along the width, too", c => c with { Padding = (c.Padding.W, c.Padding.W) }),
        new("as if padding along the width were that along the height, too", c => c with { Padding = (c.Padding.H, c.Padding.H) }),
        new("as if height and width of padding were swapped", c => c with { Padding = Swapped(c.Padding) }),
        new("as if there were no bias", c => c, o => o with { Bias = o.Bias?.With((_, _) => 0) }),
        new("as if the bias were added twice", c => c, o => o with { Bias = o.Bias?.With((_, number) => 2 * number) }),
        new("as if the bias were added with every product", c => c, null, l => l with { BiasEachProduct = true }),
        new("as if the bias were added once for every channel of the input", c => c, null, l => l with { BiasEachChannel = true }),
        new("as if padding held the cells at the edge", c => c, null, l => l with { EdgeAsPadding = true }),
        new("as if padding held zeros that compete for the maximum", c => c, null, l => l with { ZerosAsPadding = true }),
        new("as if each window overwrote the gradient of the input instead of adding to it", c => c, null,
            l => l with { Overwrites = true }),
        new("as if the kernel were flipped: a convolution as mathematics defines it", c => c,
            o => o with { Weight = o.Weight is null ? null : Flipped(o.Weight) }),
        new("as if every filter read the channels of the first group", c => c, null, l => l with { FirstGroupOnly = true }),
        new("as if every image were the first", c => c, null, l => l with { FirstImageOnly = true }),
        new("as if count_include_pad were true", c => c with { CountIncludePad = true }),
        new("as if count_include_pad were false", c => c with { CountIncludePad = false }),
        new("as if there were no divisor_override", c => c with { DivisorOverride = null }),
        new("as if every window had all its cells: the divisor is the kernel's size", c => c, null, l => l with { WholeWindow = true }),
        new("as if NaN were no number to look at", c => c, null, l => l with { SkipNaN = true }),
    ];

    /// <summary>The mistake that explains every failure; null where none does.</summary>
    /// <param name="kind">What the kernel computes.</param>
    /// <param name="failures">Problems, and what the kernel gave.</param>
    public static string? Explain(KernelKind kind, IReadOnlyList<(Instance Instance, IReadOnlyList<NamedNumbers> Yours)> failures)
    {
        if (failures.Count == 0 || failures.Any(each => each.Yours.Count == 0)) return null;
        return Mistakes.FirstOrDefault(mistake => failures.All(failure => Gives(mistake, kind, failure.Instance, failure.Yours)))?.Words;
    }

    private static bool Gives(Mistake mistake, KernelKind kind, Instance instance, IReadOnlyList<NamedNumbers> yours)
    {
        var changed = mistake.Case(instance.Case);
        var operands = mistake.Operands?.Invoke(instance.Operands) ?? instance.Operands;
        var loops = mistake.Loops?.Invoke(new()) ?? new();
        long[] shape = KernelKinds.OutputShape(instance.Case);
        var computed = kind.Layer() == LayerKind.Conv ? Convolve(kind, changed, operands, loops, shape)
            : Pool(kind, changed, operands, loops, shape);
        return yours.All(each => computed[each.Name].Zip(each.Numbers.Numbers).All(pair => Same(pair.First, pair.Second, instance.Case)));
    }

    // A quotient is rounded to the type.
    private static bool Same(double computed, double yours, Case @case) =>
        computed.Equals(yours) || computed == yours
        || (@case.Kind == LayerKind.Avg
            && Math.Abs(computed - yours) <= TensorComparison.Roundings * TensorComparison.EpsilonOf(@case.DType) * Math.Abs(computed));

    private static Dictionary<string, double[]> Convolve(KernelKind kind, Case @case, Operands operands, Loops loops, long[] shape)
    {
        var (input, weight) = (operands.Input, operands.Weight!);
        double[] output = new double[shape.Aggregate(1L, (product, size) => product * size)];
        double[] gradInput = new double[input.Count], gradWeight = new double[weight.Count], gradBias = new double[@case.O];
        long inGroup = @case.C / @case.Groups, outGroup = @case.O / @case.Groups;
        long at = 0; // of the output
        for (long n = 0; n < @case.N; n++)
            for (long oc = 0; oc < @case.O; oc++)
                for (long oh = 0; oh < shape[2]; oh++)
                    for (long ow = 0; ow < shape[3]; ow++, at++)
                    {
                        long image = loops.FirstImageOnly ? 0 : n, g = loops.FirstGroupOnly ? 0 : oc / outGroup;
                        double up = operands.GradOutput?.Numbers[at] ?? 0;
                        gradBias[oc] += up;
                        for (long ic = 0; ic < inGroup; ic++)
                            for (long kh = 0; kh < @case.Kernel.H; kh++)
                                for (long kw = 0; kw < @case.Kernel.W; kw++)
                                {
                                    long ih = oh * @case.Stride.H - @case.Padding.H + kh * @case.Dilation.H;
                                    long iw = ow * @case.Stride.W - @case.Padding.W + kw * @case.Dilation.W;
                                    if (loops.BiasEachProduct) output[at] += operands.Bias?.Numbers[oc] ?? 0;
                                    if (loops.EdgeAsPadding)
                                        (ih, iw) = (Math.Clamp(ih, 0, @case.H - 1), Math.Clamp(iw, 0, @case.W - 1));
                                    if (ih < 0 || ih >= @case.H || iw < 0 || iw >= @case.W) continue;
                                    long x = ((image * @case.C + g * inGroup + ic) * @case.H + ih) * @case.W + iw;
                                    long w = ((oc * inGroup + ic) * @case.Kernel.H + kh) * @case.Kernel.W + kw;
                                    output[at] += input.Numbers[x] * weight.Numbers[w];
                                    gradInput[x] = (loops.Overwrites ? 0 : gradInput[x]) + up * weight.Numbers[w];
                                    gradWeight[w] += up * input.Numbers[x];
                                }
                        long times = loops.BiasEachProduct ? 0 : loops.BiasEachChannel ? inGroup : 1;
                        if (operands.Bias is { } bias) output[at] += times * bias.Numbers[oc];
                    }
        return kind == KernelKind.Conv2d
            ? new() { ["output"] = output }
            : new() { ["grad input"] = gradInput, ["grad weight"] = gradWeight, ["grad bias"] = gradBias };
    }

    private static Dictionary<string, double[]> Pool(KernelKind kind, Case @case, Operands operands, Loops loops, long[] shape)
    {
        var output = new List<double>();
        for (long n = 0; n < @case.N; n++)
            for (long c = 0; c < @case.C; c++)
                for (long oh = 0; oh < shape[2]; oh++)
                    for (long ow = 0; ow < shape[3]; ow++)
                        output.Add(Window(kind, @case, operands.Input, loops, loops.FirstImageOnly ? 0 : n, c, oh, ow));
        return new() { ["output"] = [.. output] };
    }

    private static double Window(KernelKind kind, Case @case, NumberArray input, Loops loops, long n, long c, long oh, long ow)
    {
        double sum = 0, most = double.NegativeInfinity;
        long cells = 0, padded = 0;
        for (long kh = 0; kh < @case.Kernel.H; kh++)
            for (long kw = 0; kw < @case.Kernel.W; kw++)
            {
                long ih = oh * @case.Stride.H - @case.Padding.H + kh * @case.Dilation.H,
                    iw = ow * @case.Stride.W - @case.Padding.W + kw * @case.Dilation.W;
                if (ih < @case.H + @case.Padding.H && iw < @case.W + @case.Padding.W) padded++;
                if (ih < 0 || ih >= @case.H || iw < 0 || iw >= @case.W)
                {
                    if (loops.ZerosAsPadding) most = Math.Max(most, 0);
                    continue;
                }
                double value = input[n, c, ih, iw];
                if (loops.SkipNaN && double.IsNaN(value)) continue;
                cells++;
                sum += value;
                if (value > most || double.IsNaN(value)) most = value;
            }
        if (kind == KernelKind.MaxPool2d) return most;
        long counted = loops.WholeWindow ? @case.Kernel.H * @case.Kernel.W : @case.CountIncludePad ? padded : cells;
        long divisor = @case.DivisorOverride ?? counted;
        return sum / divisor;
    }

    private static (long, long) Swapped((long H, long W) pair) => (pair.W, pair.H);

    private static NumberArray Flipped(NumberArray weight)
    {
        long taps = weight.Shape[2] * weight.Shape[3];
        return weight.With((i, _) => weight.Numbers[i / taps * taps + taps - 1 - i % taps]);
    }
}
