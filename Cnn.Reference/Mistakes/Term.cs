using Cnn.Reference.Comparison;

namespace Cnn.Reference.Mistakes;

/// <summary>One product that goes into a cell of a result.</summary>
/// <param name="Part">Which result.</param>
/// <param name="Target">The cell's place there, row-major.</param>
/// <param name="Left">One factor.</param>
/// <param name="Right">The other.</param>
internal readonly record struct Term(Part Part, long Target, double Left, double Right)
{
    /// <summary>
    /// All terms of a call, by loops of their own: of a max pool the cells of its windows, of which the largest is the result; of
    /// everything else what is added up.
    /// </summary>
    public static IEnumerable<Term> Of(Call call) => call.Operation switch
    {
        Operation.ZeroPad => Padded(call),
        _ => call.IsConv ? Products(call) : Cells(call),
    };

    private static IEnumerable<Term> Padded(Call call)
    {
        var (input, (ph, pw)) = (NumberArray.Of(call.Input), call.Windows.Padding);
        long rows = input.Shape[2], columns = input.Shape[3];
        for (long x = 0; x < input.Count; x++)
        {
            long plane = x / (rows * columns), ih = x / columns % rows, iw = x % columns;
            yield return new(Part.Output, (plane * (rows + 2 * ph) + ih + ph) * (columns + 2 * pw) + iw + pw, input.Numbers[x], 1);
        }
    }

    private static IEnumerable<Term> Products(Call call)
    {
        double[] input = Numbers(call.Input), weight = Numbers(call.Weight), bias = Numbers(call.Bias), up = Numbers(call.GradOutput);
        long channels = call.Input.shape[1], filters = call.Weight!.shape[0], inGroup = call.Weight.shape[1];
        foreach (var window in PlacesOf(call, filters))
        {
            long oc = window.Plane % filters, g = oc / (filters / call.Windows.Groups), n = window.Plane / filters;
            if (bias.Length > 0) yield return new(Part.Output, window.At, bias[oc], 1);
            if (call.IsBackward) yield return new(Part.GradBias, oc, up[window.At], 1);
            for (long ic = 0; ic < inGroup; ic++)
                foreach (var (tap, cell) in Taps(call, window))
                {
                    long x = (n * channels + g * inGroup + ic) * call.Input.shape[2] * call.Input.shape[3] + cell;
                    long w = (oc * inGroup + ic) * call.Windows.Kernel.H * call.Windows.Kernel.W + tap;
                    if (!call.IsBackward) yield return new(Part.Output, window.At, input[x], weight[w]);
                    if (call.IsBackward) yield return new(Part.GradInput, x, up[window.At], weight[w]);
                    if (call.IsBackward) yield return new(Part.GradWeight, w, up[window.At], input[x]);
                }
        }
    }

    private static IEnumerable<Term> Cells(Call call)
    {
        double[] input = Numbers(call.Input), up = Numbers(call.GradOutput);
        long size = call.Input.shape[2] * call.Input.shape[3];
        bool isMax = call.Operation is Operation.MaxForward or Operation.MaxBackward or Operation.Mask;
        var part = call.Operation is Operation.MaxBackward or Operation.AverageBackward ? Part.GradInput : Part.Output;
        foreach (var window in PlacesOf(call, call.Input.shape[1]))
        {
            long[] cells = [.. Taps(call, window).Select(tap => window.Plane * size + tap.Cell)];
            double share = isMax ? 1 : 1.0 / Divisor(call, window);
            if (call.Operation is Operation.MaxForward or Operation.AverageForward)
            {
                foreach (long x in cells) yield return new(part, window.At, input[x], share);
                continue;
            }
            double most = isMax ? cells.Select(x => input[x]).Prepend(double.NegativeInfinity).Max() : double.NaN;
            var reached = isMax ? cells.Where(x => input[x] == most) : cells;
            if (isMax && !call.Windows.EveryMaximum) reached = reached.Take(1);
            foreach (long x in reached) yield return new(part, x, call.Operation == Operation.Mask ? 1 : up[window.At], share);
        }
    }

    /// <summary>One window of one plane, an image's channel or what a filter makes of the image.</summary>
    private readonly record struct Place(long Plane, long Oh, long Ow, long At);

    private static IEnumerable<Place> PlacesOf(Call call, long planesOfAnImage)
    {
        var (height, width) = call.Outputs();
        for (long at = 0; at < call.Input.shape[0] * planesOfAnImage * height * width; at++)
            yield return new(at / (height * width), at / width % height, at % width, at);
    }

    // The cells of a window that are in the image, by their places in the kernel and in the plane.
    private static IEnumerable<(long Tap, long Cell)> Taps(Call call, Place window)
    {
        var (windows, rows, columns) = (call.Windows, call.Input.shape[2], call.Input.shape[3]);
        for (long tap = 0; tap < windows.Kernel.H * windows.Kernel.W; tap++)
        {
            var (ih, iw) = Cell(windows, window, tap);
            if (ih >= 0 && ih < rows && iw >= 0 && iw < columns) yield return (tap, ih * columns + iw);
        }
    }

    private static (long Ih, long Iw) Cell(Windows windows, Place window, long tap)
    {
        var (kh, kw) = Math.DivRem(tap, windows.Kernel.W);
        return (window.Oh * windows.Stride.H - windows.Padding.H + kh * windows.Dilation.H,
            window.Ow * windows.Stride.W - windows.Padding.W + kw * windows.Dilation.W);
    }

    private static long Divisor(Call call, Place window)
    {
        var windows = call.Windows;
        if (windows.DivisorOverride is { } divisor) return divisor;
        if (!windows.CountIncludePad) return Taps(call, window).Count();
        long cells = windows.Kernel.H * windows.Kernel.W;
        return Enumerable.Range(0, (int)cells).Count(tap => Cell(windows, window, tap) is var (ih, iw)
            && ih < call.Input.shape[2] + windows.Padding.H && iw < call.Input.shape[3] + windows.Padding.W);
    }

    private static double[] Numbers(TorchSharp.torch.Tensor? tensor) => tensor is null ? [] : NumberArray.Of(tensor).Numbers;
}
