namespace Cnn.Layers.Geometry;

/// <summary>The shape of one adaptive pool: input (N, C, H, W), output (N, C, oH, oW); windows never mix channels.</summary>
internal readonly record struct AdaptivePool2DGeometry
{
    /// <summary>
    /// Rows of a piece of a window: longer sums are taken in pieces, as libtorch takes those of a global average. One float32 sum over a
    /// plane of 224 x 224 is wrong by 60 eps, and one over 2^24 cells stops growing.
    /// </summary>
    public const int PieceRows = 16;

    /// <summary>Number of images, N.</summary>
    public long Batch { get; private init; }

    /// <summary>Channels of input and output, C.</summary>
    public long Channels { get; private init; }

    /// <summary>The windows along the height.</summary>
    public AdaptiveAxis Height { get; private init; }

    /// <summary>The windows along the width.</summary>
    public AdaptiveAxis Width { get; private init; }

    /// <summary>(N, C, H, W).</summary>
    public Shape4 InputShape => new(Batch, Channels, Height.In, Width.In);

    /// <summary>(N, C, oH, oW).</summary>
    public Shape4 OutputShape => new(Batch, Channels, Height.Out, Width.Out);

    /// <summary>
    /// What the sum of a window of <paramref name="rows"/> x <paramref name="columns"/> cells is divided by: one number after the
    /// other, each quotient rounded, as libtorch does in row-major memory; of a global average the number of cells, at once.
    /// </summary>
    public (long First, long Second) Divisors(long rows, long columns) =>
        (Height.Out, Width.Out) == (1, 1) ? (rows * columns, 1) : (rows, columns);

    /// <summary>Validates and describes an adaptive pool.</summary>
    /// <param name="input">Shape of the input, (N, C, H, W).</param>
    /// <param name="outputSize">Windows along height and width.</param>
    /// <exception cref="ArgumentException">A size breaks a rule; the sentence names it.</exception>
    public static AdaptivePool2DGeometry Create(Shape4 input, (long H, long W) outputSize)
    {
        CheckOutputSize(outputSize);
        Rule.Require(input is { H: >= 1, W: >= 1 }, nameof(input), $"input has shape {input}: its planes must not be empty.");
        var geometry = new AdaptivePool2DGeometry
        {
            Batch = input.N,
            Channels = input.C,
            Height = new(input.H, outputSize.H),
            Width = new(input.W, outputSize.W),
        };
        Rule.Require(
            geometry.OutputShape.IsAddressable, nameof(input),
            $"input has shape {input}: the output {geometry.OutputShape} has more elements than memory can hold.");
        return geometry;
    }

    /// <summary>Validates what does not depend on the input.</summary>
    /// <inheritdoc cref="Create" path="/param|/exception"/>
    public static void CheckOutputSize((long H, long W) outputSize) =>
        Rule.Require(
            outputSize is { H: >= 0 and <= int.MaxValue, W: >= 0 and <= int.MaxValue }, "output_size",
            $"output_size = {outputSize}: must be from 0 to {int.MaxValue} along both axes.");
}
