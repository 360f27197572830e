namespace Cnn.Layers.Geometry;

/// <summary>What padding cells hold, where they are not zeros.</summary>
internal enum Border
{
    /// <summary>The input mirrored at its first and last cell, which are not repeated: c b | a b c | b a.</summary>
    Reflect,

    /// <summary>The nearest cell of the input: a a | a b c | c c.</summary>
    Replicate,

    /// <summary>The input again from its other end: b c | a b c | a b.</summary>
    Circular,
}

/// <summary>One axis that grows by copies of its own cells.</summary>
internal readonly record struct PadAxis(long In, long Before, long After, Border Border)
{
    /// <summary>Length with the padding.</summary>
    public long Out => Before + In + After;

    /// <summary>The cell of the input that cell <paramref name="o"/> of the padded axis copies.</summary>
    public long InputIndex(long o)
    {
        long i = o - Before;
        if (i >= 0 && i < In) return i;
        return Border switch
        {
            Border.Reflect => i < 0 ? -i : 2 * (In - 1) - i,
            Border.Replicate => i < 0 ? 0 : In - 1,
            _ => i < 0 ? i + In : i - In,
        };
    }

    /// <summary>The widest padding that the border can fill from an input of this length.</summary>
    public long Most => Border switch
    {
        Border.Reflect => In - 1,
        Border.Replicate => In > 0 ? int.MaxValue : 0,
        _ => In,
    };
}

/// <summary>The shape of a padding: input (N, C, H, W), output (N, C, H + padding, W + padding).</summary>
internal readonly record struct Pad2DGeometry
{
    /// <summary>Number of images, N.</summary>
    public long Batch { get; private init; }

    /// <summary>Channels of input and output, C.</summary>
    public long Channels { get; private init; }

    /// <summary>The rows.</summary>
    public PadAxis Height { get; private init; }

    /// <summary>The columns.</summary>
    public PadAxis Width { get; private init; }

    /// <summary>(N, C, H, W).</summary>
    public Shape4 InputShape => new(Batch, Channels, Height.In, Width.In);

    /// <summary>(N, C, padded H, padded W).</summary>
    public Shape4 OutputShape => new(Batch, Channels, Height.Out, Width.Out);

    /// <summary>Validates and describes a padding.</summary>
    /// <param name="input">Shape of the input, (N, C, H, W).</param>
    /// <param name="before">Padding above and left.</param>
    /// <param name="after">Padding below and right.</param>
    /// <param name="border">What the padding cells hold.</param>
    /// <exception cref="ArgumentException">The padding is negative, or wider than the border can fill.</exception>
    public static Pad2DGeometry Create(Shape4 input, (long H, long W) before, (long H, long W) after, Border border)
    {
        var height = new PadAxis(input.H, before.H, after.H, border);
        var width = new PadAxis(input.W, before.W, after.W, border);
        Rule.Require(
            before is { H: >= 0, W: >= 0 } && after is { H: >= 0, W: >= 0 }, "padding", $"padding = {before}: must not be negative.");
        Rule.Require(
            Math.Max(before.H, after.H) <= height.Most && Math.Max(before.W, after.W) <= width.Most,
            "padding", $"padding = {(Math.Max(before.H, after.H), Math.Max(before.W, after.W))}: "
            + $"padding_mode {border} takes at most {(height.Most, width.Most)} for an input of {(input.H, input.W)}.");
        var geometry = new Pad2DGeometry { Batch = input.N, Channels = input.C, Height = height, Width = width };
        Rule.Require(geometry.OutputShape.IsAddressable, "padding",
            $"padding = {before}: the padded input {geometry.OutputShape} has more elements than memory can hold.");
        return geometry;
    }
}
