namespace Cnn.Reference.Data;

/// <summary>How <see cref="ImageFolder"/> turns files of many kinds into images of one.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>A square of this side has as many pixels as an image file may have.</summary>
    internal const int LongestSide = 16384;

    /// <summary>
    /// The height that all images are given. If only one of height and width is set, it stands for both. If neither is,
    /// the images' own size is kept when all have the same, and they become 64 x 64 when not.
    /// </summary>
    public int? Height { get; init; }

    /// <inheritdoc cref="Height"/>
    /// <summary>The width that all images are given.</summary>
    public int? Width { get; init; }

    /// <summary>1 for grey, 3 for red, green and blue. If not set: 1 when all files are stored grey, otherwise 3.</summary>
    public int? Channels { get; init; }

    /// <summary>
    /// Leaves damaged files out and lists them, where otherwise the first ends the loading. Every file is then decoded
    /// twice: what is left must be known before it is split into parts and memory is set aside.
    /// </summary>
    public bool SkipBad { get; init; }

    /// <summary>The share of each class that becomes test images, between 0 and 1; but at least one image, and not all. 0.2 if not
    /// set.</summary>
    public double? TestShare { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A value makes no sense.</exception>
    internal void Validate()
    {
        if (Height is < 1 or > LongestSide) throw OutOfRange(nameof(Height), Height, $"from 1 to {LongestSide}");
        if (Width is < 1 or > LongestSide) throw OutOfRange(nameof(Width), Width, $"from 1 to {LongestSide}");
        if (Channels is not (null or 1 or 3)) throw OutOfRange(nameof(Channels), Channels, "1 or 3");
        if (TestShare is <= 0 or >= 1 or double.NaN) throw OutOfRange(nameof(TestShare), TestShare, "between 0 and 1");
    }

    private static ArgumentOutOfRangeException OutOfRange(string name, object? value, string wanted) =>
        new(name, value, $"{name} must be {wanted}.");
}
