using Cnn.Reference.Mistakes;
using Cnn.Reference.Tensors;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>
/// One question that an exercise is asked: sizes, from which the numbers follow. They are small whole numbers, so that a cell can be
/// worked by hand, or halves where that is asked for; those of a pool are all different, but for ties that are asked for.
/// </summary>
/// <param name="Operation">What is asked for.</param>
/// <param name="Images">m.</param>
/// <param name="Rows">n_H_prev.</param>
/// <param name="Columns">n_W_prev.</param>
/// <param name="Channels">n_C_prev.</param>
internal sealed record ExerciseCase(Operation Operation, long Images, long Rows, long Columns, long Channels)
{
    private const int LargestBias = 90, MostTied = 2;

    /// <summary>n_C of a convolution.</summary>
    public long Filters { get; init; } = 1;

    /// <summary>f along height and width: the exercise's windows are square, but for its mask and its distribution.</summary>
    public (long H, long W) Side { get; init; } = (1, 1);

    /// <summary>The stride along both axes.</summary>
    public long Stride { get; init; } = 1;

    /// <summary>The pad on all sides.</summary>
    public long Pad { get; init; }

    /// <summary>From one cell of a window to the next.</summary>
    public long Dilation { get; init; } = 1;

    /// <summary>Groups of a convolution.</summary>
    public long Groups { get; init; } = 1;

    /// <summary>Whether a convolution's filters each take one cell of the window as it is: out come the windows, laid flat.</summary>
    public bool CopiesWindows { get; init; }

    /// <summary>Whether a pool's numbers are few, so that some maxima are equal.</summary>
    public bool Ties { get; init; }

    /// <summary>Whether all numbers are below zero.</summary>
    public bool Negative { get; init; }

    /// <summary>Whether all numbers are halves of whole ones: who makes integers of them is found out.</summary>
    public bool Halves { get; init; }

    private bool IsConv => Operation is Operation.SingleStep or Operation.ConvForward or Operation.ConvBackward;

    private bool IsBackward => Operation is Operation.ConvBackward or Operation.MaxBackward or Operation.AverageBackward;

    /// <summary>Draws the numbers: the same ones each time. The tensors are those of the caller's scope.</summary>
    public Call ToCall()
    {
        var call = OfWholeNumbers();
        return !Halves ? call : call with
        {
            Input = call.Input.Over(2),
            Weight = CopiesWindows ? call.Weight : call.Weight?.Over(2),
            Bias = call.Bias?.Over(2),
            GradOutput = call.GradOutput?.Over(2),
        };
    }

    private Call OfWholeNumbers()
    {
        var random = new Random((int)(Images + 10 * Rows + 100 * Columns + 1000 * Channels + Stride));
        var draw = new Draw(random);
        var windows = new Windows(Side)
        {
            Stride = (Stride, Stride),
            Padding = (Pad, Pad),
            Dilation = (Dilation, Dilation),
            Groups = Groups,
            EveryMaximum = Operation is Operation.MaxBackward or Operation.Mask,
        };
        long[] shape = [Images, Channels, Rows, Columns];
        var call = new Call(Operation, windows, Ties ? draw.Few(shape, MostTied) : IsConv ? draw.Few(shape) : draw.Different(shape));
        if (Negative) call = call with { Input = -call.Input.abs() };
        if (CopiesWindows) return call with { Weight = OneHot(Channels, Side) };
        if (IsConv) call = call with { Weight = draw.Few([Filters, Channels / Groups, Side.H, Side.W]) };
        if (Operation is Operation.SingleStep or Operation.ConvForward) call = call with { Bias = draw.Few([Filters], LargestBias) };
        if (Operation == Operation.Distribute) return call with { GradOutput = tensor([random.Next(10, 100) + 0.5]).reshape(1, 1, 1, 1) };
        if (!IsBackward) return call;
        var (height, width) = call.Outputs();
        call = call with { GradOutput = draw.Few([Images, IsConv ? Filters : Channels, height, width]) };
        // No gradient depends on the bias: it is there to be misused.
        return IsConv ? call with { Bias = draw.Few([Filters], LargestBias) } : call;
    }

    /// <summary>A larger case of the same kind, with numbers of its own.</summary>
    public ExerciseCase Larger() => Operation switch
    {
        // The window is the whole image.
        Operation.Mask or Operation.Distribute => this with { Rows = Rows + 2, Columns = Columns + 2, Side = (Side.H + 2, Side.W + 2) },
        Operation.SingleStep =>
            this with { Rows = Rows + 1, Columns = Columns + 1, Side = (Side.H + 1, Side.W + 1), Channels = Channels + 1 },
        _ => this with
        {
            Images = Images + 1,
            Rows = 2 * Rows + 1,
            Columns = 2 * Columns,
            Channels = Channels + 1,
            Filters = Filters + 2,
        },
    };

    /// <summary>The sizes in the exercise's words.</summary>
    public override string ToString()
    {
        using var scope = NewDisposeScope();
        return CallSizes.Of(ToCall());
    }

    // Each filter takes one cell of the window, in the order of rows, columns, channels.
    private static Tensor OneHot(long channels, (long H, long W) side)
    {
        long cells = side.H * side.W * channels;
        return Nhwc.ToFilters(eye(cells, dtype: ScalarType.Float64).reshape(side.H, side.W, channels, cells));
    }
}
