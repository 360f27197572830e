namespace Cnn.Reference.Data.Pictures;

/// <summary>What a file is. Those up to <see cref="Gif"/> are read.</summary>
internal enum PictureKind
{
    Unknown,
    Png,
    Jpeg,
    WebP,
    Bmp,
    Gif,
    Tiff,
    Heic,
    Avif,
    JpegXl,
    Jpeg2000,
    Photoshop,
    Icon,
}

/// <summary>What the kinds are called.</summary>
internal static class PictureKinds
{
    /// <summary>All that are read.</summary>
    public const string Read = "PNG, JPEG, WebP, BMP and GIF";

    /// <summary>Any of them.</summary>
    public const string ReadAny = "PNG, JPEG, WebP, BMP or GIF";

    /// <summary>Whether the kind is read.</summary>
    public static bool IsRead(this PictureKind kind) => kind is > PictureKind.Unknown and <= PictureKind.Gif;

    /// <summary>"TIFF image": what a file of the kind is called.</summary>
    public static string Noun(this PictureKind kind) => kind switch
    {
        PictureKind.WebP => "WebP image",
        PictureKind.JpegXl => "JPEG XL image",
        PictureKind.Jpeg2000 => "JPEG 2000 image",
        PictureKind.Photoshop => "Photoshop image",
        PictureKind.Icon => "icon",
        _ => $"{kind.ToString().ToUpperInvariant()} image",
    };
}
