using Cnn.Reference.Tensors;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Gradients in which one window matters to another.</summary>
internal static class WindowByWindow
{
    /// <summary>Windows are multiplied by slices of the output's gradient.</summary>
    /// <remarks>
    /// The mean of the slice stands for the number where an average is spread. A slice cut off at the edge is broadcast, and one that is
    /// empty is an error: with a maximum, only windows of 2 x 2 with stride 1 get through.
    /// </remarks>
    public static Results? UpstreamSlice(Call call, Compute compute)
    {
        var (kernel, stride) = (call.Windows.Kernel, call.Windows.Stride);
        var gradOutput = call.GradOutput!;
        var (height, width) = (gradOutput.shape[2], gradOutput.shape[3]);
        if (stride != (1, 1) || (call.Operation == Operation.MaxBackward && kernel != (2, 2))) return null;
        if (call.Operation == Operation.AverageBackward)
        {
            return compute(call with { GradOutput = Sums(gradOutput) / Sums(ones_like(gradOutput)) });
        }
        // Each cell of the windows in turn: the gradient that it gets if it is the maximum.
        Tensor? sum = null;
        for (long kh = 0; kh < kernel.H; kh++)
            for (long kw = 0; kw < kernel.W; kw++)
            {
                var shifted = Changes.Copies(gradOutput, (kh, kw), (height, width)); // cut off at the edge, the last is left
                var ofCell = compute(call with { GradOutput = shifted * IsMaximum(call, kh, kw) }).GradInput!;
                sum = sum is null ? ofCell : sum.Plus(ofCell);
            }
        return new() { GradInput = sum };

        // Of each slice, as far as it reaches.
        Tensor Sums(Tensor outputs)
        {
            var padded = nn.functional.pad(outputs, [0, kernel.W - 1, 0, kernel.H - 1]);
            return Correct.Of(new(Operation.AverageForward, new(kernel) { DivisorOverride = 1 }, padded)).Output!;
        }
    }

    /// <summary>Windows that begin where they should, and end where they would with stride 1.</summary>
    /// <remarks>The mean of an empty one is NaN; a maximum it has none, which is an error.</remarks>
    public static Results? EndWithoutStride(Call call, Compute compute)
    {
        var (windows, (height, width)) = (call.Windows, call.Outputs());
        if (windows.Padding != (0, 0) || windows.Dilation != (1, 1) || windows.CeilMode) return null;
        if (windows.Stride == (1, 1)) return compute(call);
        Results? all = null;
        for (long h = 0; h < height; h++)
            for (long w = 0; w < width; w++)
            {
                long rows = windows.Kernel.H - h * (windows.Stride.H - 1), columns = windows.Kernel.W - w * (windows.Stride.W - 1);
                bool isEmpty = rows < 1 || columns < 1;
                if (isEmpty && call.Operation != Operation.AverageForward) return null;
                var changed = isEmpty ? call : call with { Windows = windows with { Kernel = (rows, columns) } };
                if (call.IsBackward) changed = changed with { GradOutput = Only(call.GradOutput!, h, w) };
                var some = Changes.SameOutputs(call with { GradOutput = changed.GradOutput }, changed, compute);
                if (isEmpty) some = some with { Output = some.Output!.FullLike(double.NaN) };
                all = call.IsBackward ? new() { GradInput = all is null ? some.GradInput : all.GradInput!.Plus(some.GradInput!) }
                    : some.OnOutputs(outputs => Only(outputs, h, w)) is var one && all is null ? one
                    : new()
                    {
                        Output = all!.Output!.Plus(one.Output!),
                        Indices = one.Indices is null ? null : all.Indices!.Plus(one.Indices),
                    };
            }
        return all;

        static Tensor Only(Tensor outputs, long h, long w)
        {
            var only = zeros_like(outputs);
            only[.., .., (int)h, (int)w] = outputs[.., .., (int)h, (int)w];
            return only;
        }
    }

    // Windows whose maximum is at (kh, kw).
    private static Tensor IsMaximum(Call call, long kh, long kw)
    {
        var output = Correct.Of(call with { Operation = Operation.MaxForward, GradOutput = null }).Output!;
        return (call.Input.narrow(2, kh, output.shape[2]).narrow(3, kw, output.shape[3]) == output).to(ScalarType.Float64);
    }

    /// <summary>The last window's mark of a cell serves all windows.</summary>
    public static Results WinnerOverwritten(Call call, Compute compute)
    {
        var marks = Overwritten(call with { GradOutput = ones_like(call.GradOutput!) }, Correct.Of).GradInput!;
        var spread = compute(call with
        {
            Operation = Operation.AverageBackward,
            Windows = call.Windows with { DivisorOverride = 1 },
        });
        return spread with { GradInput = marks * spread.GradInput! };
    }

    /// <summary>
    /// The gradient of the last window that reaches a cell, in the loops' order; of a convolution's filters the last of each group.
    /// </summary>
    /// <remarks>Windows that share no cell are computed at once.</remarks>
    public static Results Overwritten(Call call, Compute compute)
    {
        var results = compute(call);
        var gradInput = zeros_like(results.GradInput!);
        var (kernel, stride, dilation) = (call.Windows.Kernel, call.Windows.Stride, call.Windows.Dilation);
        long down = Apart(kernel.H, stride.H, dilation.H), right = Apart(kernel.W, stride.W, dilation.W);
        var (row, column) = LastWindow(call, Reached(call.GradOutput!));
        for (long h = 0; h < down; h++)
            for (long w = 0; w < right; w++)
            {
                var some = zeros_like(call.GradOutput!);
                Some(some).copy_(Some(call.GradOutput!));
                var ofWindows = compute(call with { GradOutput = some }).GradInput!;
                gradInput = where(row.Remainder(down).Is(h) & column.Remainder(right).Is(w), ofWindows, gradInput);

                Tensor Some(Tensor outputs)
                {
                    long ofGroup = call.IsConv ? outputs.shape[1] / call.Windows.Groups : 1;
                    return outputs.slice(1, ofGroup - 1, outputs.shape[1], ofGroup)
                        .slice(2, h, outputs.shape[2], down).slice(3, w, outputs.shape[3], right);
                }
            }
        return results with { GradInput = gradInput.where(row.IsAtLeast(0), zeros_like(gradInput)) };

        // From one window to the next that shares no cell with it.
        static long Apart(long kernel, long stride, long dilation) => ((kernel - 1) * dilation + stride) / stride;
    }

    // How many rows and columns of windows loops run over: those without any gradient behind the last are another mistake's.
    private static (long H, long W) Reached(Tensor gradOutput)
    {
        var isUsed = gradOutput.Is(0).logical_not();
        return (Count(isUsed.any(3)), Count(isUsed.any(2)));

        // Of (N, C, rows or columns).
        static long Count(Tensor lines)
        {
            long[] used = lines.reshape(-1, lines.shape[2]).any(0).nonzero().reshape(-1).data<long>().ToArray();
            return used.Length == 0 ? 0 : used[^1] + 1;
        }
    }

    // Row and column of the last window that reaches a cell; -1 where none does.
    private static (Tensor Row, Tensor Column) LastWindow(Call call, (long H, long W) counts)
    {
        var (windows, (height, width)) = (call.Windows, counts);
        long rows = call.Input.shape[2], columns = call.Input.shape[3];
        long[,] row = new long[rows, columns], column = new long[rows, columns];
        for (long ih = 0; ih < rows; ih++)
            for (long iw = 0; iw < columns; iw++) (row[ih, iw], column[ih, iw]) = (-1, -1);
        for (long oh = 0; oh < height; oh++)
            for (long ow = 0; ow < width; ow++)
                for (long kh = 0; kh < windows.Kernel.H; kh++)
                    for (long kw = 0; kw < windows.Kernel.W; kw++)
                    {
                        long ih = oh * windows.Stride.H - windows.Padding.H + kh * windows.Dilation.H;
                        long iw = ow * windows.Stride.W - windows.Padding.W + kw * windows.Dilation.W;
                        if (ih >= 0 && ih < rows && iw >= 0 && iw < columns) (row[ih, iw], column[ih, iw]) = (oh, ow);
                    }
        return (tensor(row), tensor(column));
    }
}
