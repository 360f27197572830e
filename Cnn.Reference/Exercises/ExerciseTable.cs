using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>
/// The eight functions in the exercise's order, and what each is asked. No case is square, none has equal numbers everywhere, and of
/// each exercise some have several images, a stride, a size that does not divide, and where numbers are copied or added the
/// last one has halves.
/// </summary>
internal static class ExerciseTable
{
    private static readonly string[] Image = ["i", "h", "w", "c"];

    /// <summary>Zero padding.</summary>
    public static readonly Exercise ZeroPad = new(
        "ZeroPad", "zero_pad", [Images(Part.Output, "X_pad")],
        [
            new(Operation.ZeroPad, 1, 2, 3, 1) { Pad = 1 },
            new(Operation.ZeroPad, 2, 3, 4, 2) { Pad = 2 },
            new(Operation.ZeroPad, 3, 4, 2, 3) { Pad = 0, Halves = true },
        ]);

    /// <summary>One window times one filter.</summary>
    public static readonly Exercise ConvSingleStep = new(
        "ConvSingleStep", "conv_single_step", [new(Part.Output, "Z", [], output => output.reshape([]), yours => yours.reshape(1, 1, 1, 1))],
        [
            new(Operation.SingleStep, 1, 2, 2, 1) { Side = (2, 2) },
            new(Operation.SingleStep, 1, 3, 3, 2) { Side = (3, 3) },
            new(Operation.SingleStep, 1, 4, 4, 3) { Side = (4, 4), Halves = true },
        ]);

    /// <summary>The forward pass of a convolution.</summary>
    public static readonly Exercise ConvForward = new(
        "ConvForward", "conv_forward", [Images(Part.Output, "Z")], Convolutions(Operation.ConvForward));

    /// <summary>The gradients of a convolution.</summary>
    public static readonly Exercise ConvBackward = new(
        "ConvBackward", "conv_backward",
        [
            Images(Part.GradInput, "dA_prev"),
            new(Part.GradWeight, "dW", ["f_H", "f_W", "c_prev", "c"], Nhwc.FromFilters, Nhwc.ToFilters),
            new(Part.GradBias, "db", ["0", "0", "0", "c"], bias => bias.reshape(1, 1, 1, -1), yours => yours.reshape(-1)),
        ],
        Convolutions(Operation.ConvBackward));

    /// <summary>The forward pass of both pools.</summary>
    public static readonly Exercise PoolForward = new(
        "PoolForward", "pool_forward", [Images(Part.Output, "A")],
        [.. Pools(Operation.MaxForward), .. Pools(Operation.AverageForward)]);

    /// <summary>Where the maximum is.</summary>
    public static readonly Exercise CreateMaskFromWindow = new(
        "CreateMaskFromWindow", "create_mask_from_window", [Window("mask") with { DType = ScalarType.Bool }],
        [
            new(Operation.Mask, 1, 2, 3, 1) { Side = (2, 3) },
            new(Operation.Mask, 1, 5, 3, 1) { Side = (5, 3) },
            new(Operation.Mask, 1, 3, 5, 1) { Side = (3, 5), Ties = true },
            new(Operation.Mask, 1, 2, 4, 1) { Side = (2, 4), Negative = true },
        ]);

    /// <summary>A value, spread evenly.</summary>
    public static readonly Exercise DistributeValue = new(
        "DistributeValue", "distribute_value", [Window("a")],
        [
            new(Operation.Distribute, 1, 2, 2, 1) { Side = (2, 2) },
            new(Operation.Distribute, 1, 2, 3, 1) { Side = (2, 3) },
            new(Operation.Distribute, 1, 4, 3, 1) { Side = (4, 3) },
        ]);

    /// <summary>The gradients of both pools.</summary>
    public static readonly Exercise PoolBackward = new(
        "PoolBackward", "pool_backward", [Images(Part.GradInput, "dA_prev")],
        [
            .. Pools(Operation.MaxBackward),
            new(Operation.MaxBackward, 2, 4, 5, 2) { Side = (2, 2), Stride = 1, Ties = true },
            .. Pools(Operation.AverageBackward),
        ]);

    /// <summary>All eight.</summary>
    public static readonly IReadOnlyList<Exercise> All =
    [
        ZeroPad, ConvSingleStep, ConvForward, PoolForward, ConvBackward, CreateMaskFromWindow, DistributeValue, PoolBackward,
    ];

    private static ExerciseCase[] Convolutions(Operation operation) =>
    [
        new(operation, 2, 3, 4, 1) { Side = (2, 2), Filters = 2 },
        new(operation, 2, 4, 6, 2) { Side = (2, 2), Filters = 3, Stride = 2, Pad = 1 },
        new(operation, 3, 5, 6, 3) { Side = (3, 3), Filters = 4, Stride = 2, Pad = 2 },
        new(operation, 2, 6, 9, 2) { Side = (3, 3), Filters = 2, Stride = 3, Pad = 1, Halves = true },
    ];

    private static ExerciseCase[] Pools(Operation operation) =>
    [
        new(operation, 2, 3, 4, 1) { Side = (2, 2) },
        // One row of windows, two columns: the last still reaches the image where it starts too late.
        new(operation, 2, 3, 5, 2) { Side = (2, 2), Stride = 2 },
        new(operation, 2, 5, 7, 2) { Side = (2, 2), Stride = 2 },
        new(operation, 2, 6, 8, 3) { Side = (3, 3), Stride = 2, Halves = true },
    ];

    private static ExerciseOutput Images(Part part, string name) => new(part, name, Image, Nhwc.FromNchw, Nhwc.ToNchw);

    private static ExerciseOutput Window(string name) =>
        new(Part.Output, name, ["h", "w"], window => window[0, 0], yours => yours.unsqueeze(0).unsqueeze(0));
}
