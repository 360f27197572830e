using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>The kinds of change that mistakes are made of.</summary>
internal static class Changes
{
    /// <summary>Other windows, as many as there were: loops with the right bounds, and wrong indices in them.</summary>
    public static Change Windows(Func<Windows, Windows> change) =>
        (call, compute) => SameOutputs(call, call with { Windows = change(call.Windows) }, compute);

    /// <summary>Other windows, and as many as that makes: the output has another size.</summary>
    public static Change Sizes(Func<Windows, Windows> change) => (call, compute) => compute(call with { Windows = change(call.Windows) });

    /// <summary>Another input.</summary>
    public static Change Input(Func<Tensor, Tensor> change) => (call, compute) => compute(call with { Input = change(call.Input) });

    /// <summary>Other filters.</summary>
    public static Change Weight(Func<Tensor, Tensor> change) => (call, compute) => compute(call with { Weight = change(call.Weight!) });

    /// <summary>Another bias, made of the call; where there is none, none.</summary>
    public static Change Bias(Func<Tensor, Call, Tensor?> change) =>
        (call, compute) => compute(call.Bias is null ? call : call with { Bias = change(call.Bias, call) });

    /// <summary>Another gradient of the output.</summary>
    public static Change GradOutput(Func<Tensor, Tensor> change) =>
        (call, compute) => compute(call with { GradOutput = change(call.GradOutput!) });

    /// <summary>Another output, of what comes out.</summary>
    public static Change Output(Func<Tensor, Call, Tensor> change) => (call, compute) =>
    {
        var results = compute(call);
        return results with { Output = change(results.Output!, call) };
    };

    /// <summary>Other outputs, of what comes out; where there are indices, the same of them.</summary>
    public static Change EachOutput(Func<Tensor, Call, Tensor> change) =>
        (call, compute) => compute(call).OnOutputs(outputs => change(outputs, call));

    /// <summary>Loops that do not run over all outputs: forwards the others stay zero, backwards their gradients are not used.</summary>
    public static Change Outputs(Func<Tensor, Tensor> only) => (call, compute) =>
    {
        if (call.IsBackward) return compute(call with { GradOutput = only(call.GradOutput!) });
        return compute(call).OnOutputs(only);
    };

    /// <summary>Another gradient of the input, of what comes out.</summary>
    public static Change GradInput(Func<Tensor, Call, Tensor> change) => (call, compute) =>
    {
        var results = compute(call);
        return results with { GradInput = change(results.GradInput!, call) };
    };

    /// <summary>Another gradient of the filters, of what comes out.</summary>
    public static Change GradWeight(Func<Tensor, Call, Tensor> change) => (call, compute) =>
    {
        var results = compute(call);
        return results with { GradWeight = change(results.GradWeight!, call) };
    };

    /// <summary>Another gradient of the bias, of what comes out.</summary>
    public static Change GradBias(Func<Tensor, Call, Tensor> change) => (call, compute) =>
    {
        var results = compute(call);
        return results with { GradBias = change(results.GradBias!, call) };
    };

    /// <summary>
    /// A changed call, with as many outputs as there were. Where windows reach beyond the image, they find nothing, as behind an if around
    /// each cell, and a mean is that of what they find; those that are too many are not computed, and backwards their gradients are zeros.
    /// </summary>
    public static Results SameOutputs(Call call, Call changed, Compute compute) => TheseOutputs(call.Outputs(), call, changed, compute);

    /// <summary>A changed call, with as many outputs as are wanted, as <see cref="SameOutputs"/> has it.</summary>
    public static Results TheseOutputs((long H, long W) wanted, Call call, Call changed, Compute compute)
    {
        var (input, windows) = (changed.Input.shape, changed.Windows);
        var (kernel, stride, dilation, before, behind) =
            (windows.Kernel, windows.Stride, windows.Dilation, windows.Padding, windows.PaddingBehind);
        long below = Missing(input[2] + before.H + behind.H, wanted.H, kernel.H, stride.H, dilation.H);
        long right = Missing(input[3] + before.W + behind.W, wanted.W, kernel.W, stride.W, dilation.W);
        if (below > 0 || right > 0)
            changed = changed with { Input = nn.functional.pad(changed.Input, [0, right, 0, below], PaddingModes.Constant, Nothing(call)) };
        if (call.IsBackward)
        {
            var gradients = compute(changed with { GradOutput = Fit(call.GradOutput!, changed.Outputs()) });
            return gradients.GradInput is { } gradInput ? gradients with { GradInput = Fit(gradInput, (input[2], input[3])) } : gradients;
        }
        var results = Reindexed(compute(changed), changed.Input.shape[3], (0, 0), input[3]).OnOutputs(outputs => Fit(outputs, wanted));
        bool isMean = call.Operation == Operation.AverageForward && windows is { DivisorOverride: null, CountIncludePad: true };
        return isMean && (below > 0 || right > 0) ? results with { Output = results.Output! / Found() } : results;

        // The part of each window that is there. The mean of nothing is NaN.
        Tensor Found()
        {
            var ones = nn.functional.pad(ones_like(changed.Input), [before.W, behind.W, before.H, behind.H], PaddingModes.Constant, 1);
            ones.narrow(2, ones.shape[2] - below, below).Fill(0);
            ones.narrow(3, ones.shape[3] - right, right).Fill(0);
            return Fit(Correct.Of(changed with { Input = ones, Windows = windows.WithoutPadding() }).Output!, wanted);
        }

        // Cells that the last window lacks; with ceil_mode, it may lack some.
        long Missing(long size, long windows, long kernel, long stride, long dilation)
        {
            long missing = (windows - 1) * stride + (kernel - 1) * dilation + 1 - size;
            return missing < (changed.Windows.CeilMode ? stride : 1) ? 0 : missing;
        }

        static double Nothing(Call call) =>
            call.Operation is Operation.MaxForward or Operation.MaxBackward ? double.NegativeInfinity : 0;
    }

    /// <summary>
    /// The call's windows, of other counts along height and width. What of a window lies beyond the image is not there: of a pool it is
    /// not seen, and of a convolution's one row or column is broadcast to those of the filter. Backwards, windows find nothing there.
    /// </summary>
    /// <returns>Null where a window is beyond the image, so that there is nothing to multiply the filter with.</returns>
    public static Results? OtherCounts((long H, long W) wanted, Call call, Compute compute)
    {
        var (windows, outputs) = (call.Windows, call.Outputs());
        if (call.IsBackward) return TheseOutputs(wanted, call, call, compute);
        if (wanted.H <= outputs.H && wanted.W <= outputs.W) return compute(call).OnOutputs(images => Fit(images, wanted));
        if (windows.CeilMode || windows.Circular) return null;
        if (!call.IsConv) return TheseOutputs(wanted, call, call, compute);
        var ((sh, sw), (dh, dw), filter) = (windows.Stride, windows.Dilation, call.Weight!.shape);
        var padded = Correct.Pad(call.Input, windows.Padding);
        if (Lacking(padded.shape[2] - (wanted.H - 1) * sh, (filter[2] - 1) * dh + 1) is not { } below) return null;
        if (Lacking(padded.shape[3] - (wanted.W - 1) * sw, (filter[3] - 1) * dw + 1) is not { } right) return null;
        padded = Copies(padded, (0, 0), (padded.shape[2] + below, padded.shape[3] + right));
        return TheseOutputs(wanted, call, call with { Input = padded, Windows = windows.WithoutPadding() }, compute);

        static long? Lacking(long left, long side) => left >= side ? 0 : left == 1 ? side - 1 : null;
    }

    /// <summary>
    /// A changed call, of which only what fits is computed, as behind an if around each window: outputs that are missing keep the zeros
    /// of <c>np.zeros</c>, and backwards their gradients are not used.
    /// </summary>
    public static Results WhatFits(Call call, Call changed, Compute compute)
    {
        if (call.IsBackward) return compute(changed with { GradOutput = Fit(call.GradOutput!, changed.Outputs()) });
        return compute(changed).OnOutputs(outputs => Fit(outputs, call.Outputs()));
    }

    /// <summary>Indices of cells of one plane as those of the same cells in another.</summary>
    /// <param name="results">Results with indices, or without: they stay.</param>
    /// <param name="width">Columns of the plane that they are of.</param>
    /// <param name="shift">Where that plane begins in the other one.</param>
    /// <param name="wanted">Columns of the other one.</param>
    public static Results Reindexed(Results results, long width, (long H, long W) shift, long wanted) =>
        results.Indices is not { } indices || (width == wanted && shift == (0, 0)) ? results : results with
        {
            Indices = indices.FloorOver(width).Plus(shift.H).Times(wanted).Plus(indices.Remainder(width)).Plus(shift.W),
        };

    /// <summary>The top left part of each image, or zeros around it to the right and below.</summary>
    public static Tensor Fit(Tensor images, (long H, long W) size)
    {
        if (images.shape[2] == size.H && images.shape[3] == size.W) return images;
        long h = Math.Min(size.H, images.shape[2]), w = Math.Min(size.W, images.shape[3]);
        return nn.functional.pad(images.narrow(2, 0, h).narrow(3, 0, w), [0, size.W - w, 0, size.H - h]);
    }

    /// <summary>A part of each image that may reach beyond it: there are copies of its outermost cells.</summary>
    /// <param name="images">(N, C, H, W).</param>
    /// <param name="from">Its first row and column.</param>
    /// <param name="size">Its rows and columns.</param>
    public static Tensor Copies(Tensor images, (long H, long W) from, (long H, long W) size)
    {
        return images.index_select(2, Cells(from.H, size.H, images.shape[2])).index_select(3, Cells(from.W, size.W, images.shape[3]));

        static Tensor Cells(long from, long count, long there) => HeldNumbers.UpTo(count).Plus(from).Within(0, there - 1);
    }
}
