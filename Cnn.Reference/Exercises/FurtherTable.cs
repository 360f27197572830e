using Cnn.Reference.Mistakes;

namespace Cnn.Reference.Exercises;

/// <summary>Functions beyond the exercise, for who has written the eight. The same layers know the right answers.</summary>
internal static class FurtherTable
{
    private static readonly string[] Image = ["i", "h", "w", "c"];

    /// <summary>Windows with gaps.</summary>
    public static readonly Exercise DilatedConvForward = new(
        "DilatedConvForward", "dilated_conv_forward", [Images(Part.Output, "Z", Image)],
        [
            new(Operation.ConvForward, 2, 4, 5, 1) { Side = (2, 2), Filters = 2, Dilation = 2 },
            new(Operation.ConvForward, 2, 7, 9, 2) { Side = (3, 3), Filters = 3, Stride = 2, Pad = 1, Dilation = 2 },
            new(Operation.ConvForward, 3, 8, 10, 2) { Side = (2, 2), Filters = 2, Stride = 3, Pad = 2, Dilation = 3, Halves = true },
        ]);

    /// <summary>Filters that see some of the channels.</summary>
    public static readonly Exercise GroupedConvForward = new(
        "GroupedConvForward", "grouped_conv_forward", [Images(Part.Output, "Z", Image)],
        [
            new(Operation.ConvForward, 2, 3, 4, 2) { Side = (2, 2), Filters = 2, Groups = 2 },
            new(Operation.ConvForward, 2, 4, 6, 6) { Side = (2, 2), Filters = 4, Groups = 2, Stride = 2, Pad = 1 },
            new(Operation.ConvForward, 3, 5, 6, 6) { Side = (3, 3), Filters = 6, Groups = 3, Stride = 2, Pad = 2, Halves = true },
        ]);

    /// <summary>Windows as rows of a matrix.</summary>
    public static readonly Exercise Im2Col = new(
        "Im2Col", "im2col", [Images(Part.Output, "columns", ["i", "h", "w", "k"]) with { IsCopy = true }],
        [
            new(Operation.ConvForward, 2, 3, 4, 1) { Side = (2, 2), CopiesWindows = true },
            new(Operation.ConvForward, 2, 4, 6, 2) { Side = (2, 2), Stride = 2, Pad = 1, CopiesWindows = true },
            new(Operation.ConvForward, 3, 5, 7, 3) { Side = (3, 3), Stride = 2, Pad = 2, CopiesWindows = true, Halves = true },
        ])
    {
        Sizes = CallSizes.WithoutFilters,
        Told = FurtherWords.OfIm2Col,
    };

    /// <summary>The gradient of the input, gathered.</summary>
    public static readonly Exercise ConvBackwardByGather = new(
        "ConvBackwardByGather", "conv_backward_by_gather", [Images(Part.GradInput, "dA_prev", Image)], ExerciseTable.ConvBackward.Cases)
    {
        Told = FurtherWords.OfGather,
    };

    /// <summary>All of them, in the order in which they are best done.</summary>
    public static readonly IReadOnlyList<Exercise> All = [Im2Col, ConvBackwardByGather, DilatedConvForward, GroupedConvForward];

    private static ExerciseOutput Images(Part part, string name, string[] axes) => new(part, name, axes, Nhwc.FromNchw, Nhwc.ToNchw);
}
