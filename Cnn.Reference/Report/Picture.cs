using System.Globalization;
using System.Xml.Linq;
using SkiaSharp;
using static Cnn.Reference.Report.Html;

namespace Cnn.Reference.Report;

/// <summary>Pictures of numbers, as PNG within the page.</summary>
internal static class Picture
{
    // Blue and red are told apart by those who confuse red with green. In dark mode the style sheet turns light into dark.
    private static readonly SKColor Lowest = new(20, 74, 160), Zero = new(252, 252, 252), Highest = new(196, 38, 22),
        NotFinite = new(0, 0, 0);

    /// <summary>An image of a dataset: in colour if it has three channels, else its first one in grey.</summary>
    public static byte[] OfImage(IReadOnlyList<Plane> channels) => channels.Count == 3
        ? Encode(channels[0], SKColorType.Rgb888x, at => new(Byte(channels[0], at), Byte(channels[1], at), Byte(channels[2], at)))
        : Encode(channels[0], SKColorType.Gray8, at => new(Byte(channels[0], at), 0, 0));

    /// <summary>Signed numbers: blue below zero, white at it, red above, strongest where they are this far from it; black what is not
    /// finite.</summary>
    public static byte[] OfSigned(Plane plane, float most) => Encode(
        plane, plane.Values.Length < plane.Height * plane.Width ? SKColorType.Rgba8888 : SKColorType.Rgb888x,
        at => at < plane.Values.Length ? Diverging(plane.Values[at], most) : SKColor.Empty);

    /// <summary>Signed numbers for red, green and blue: middle grey where all are zero, and full where they are this far from it; empty
    /// where one is not finite.</summary>
    public static byte[] OfSignedColours(IReadOnlyList<Plane> colours, float most) => Encode(
        colours[0], colours.All(colour => colour.IsFinite) ? SKColorType.Rgb888x : SKColorType.Rgba8888,
        at => colours.All(colour => float.IsFinite(colour.Values[at]))
            ? new(Around(colours[0].Values[at], most), Around(colours[1].Values[at], most), Around(colours[2].Values[at], most))
            : SKColor.Empty);

    /// <summary>The PNG as an element, every cell so many pixels of the screen wide.</summary>
    /// <param name="png">The picture.</param>
    /// <param name="alt">What it shows, for those who cannot see it; empty where words beside it say so.</param>
    /// <param name="width">Pixels of the screen; height follows.</param>
    /// <param name="title">What is shown when the pointer rests on it.</param>
    public static XElement Element(byte[] png, string alt, int width, string? title = null) =>
        Html.Element("img",
            Attribute("src", $"data:image/png;base64,{Convert.ToBase64String(png)}"),
            Attribute("alt", alt),
            title is null ? null : Attribute("title", title),
            Attribute("style", string.Create(CultureInfo.InvariantCulture, $"width:{width}px")));

    /// <summary>How wide a picture is shown: a whole multiple of its cells, so that all of them are equal, near the wanted size.</summary>
    public static int Width(Plane plane, int wanted) => plane.Width * Math.Max(1, wanted / Math.Max(plane.Height, plane.Width));

    private static byte Byte(Plane plane, int at) => (byte)MathF.Round(plane.Values[at]);

    private static byte Around(float value, float most) =>
        most == 0 ? (byte)128 : (byte)Math.Clamp(MathF.Round(127.5f + 127.5f * value / most), 0, 255);

    private static SKColor Diverging(float value, float most)
    {
        if (!float.IsFinite(value)) return NotFinite;
        float part = most == 0 ? 0 : Math.Min(1, MathF.Abs(value) / most);
        var end = value < 0 ? Lowest : Highest;
        return new(Mix(Zero.Red, end.Red, part), Mix(Zero.Green, end.Green, part), Mix(Zero.Blue, end.Blue, part));
    }

    private static byte Mix(byte from, byte to, float part) => (byte)MathF.Round(from + (to - from) * part);

    private static unsafe byte[] Encode(Plane shape, SKColorType type, Func<int, SKColor> colourAt)
    {
        int bytes = type == SKColorType.Gray8 ? 1 : 4;
        var pixels = new byte[shape.Height * shape.Width * bytes];
        for (int at = 0; at < shape.Height * shape.Width; at++)
        {
            var colour = colourAt(at);
            pixels[at * bytes] = colour.Red;
            if (bytes == 1) continue;
            (pixels[at * bytes + 1], pixels[at * bytes + 2], pixels[at * bytes + 3]) = (colour.Green, colour.Blue, colour.Alpha);
        }
        var alpha = type == SKColorType.Rgba8888 ? SKAlphaType.Unpremul : SKAlphaType.Opaque;
        fixed (byte* first = pixels)
        {
            using var pixmap = new SKPixmap(new(shape.Width, shape.Height, type, alpha), (nint)first);
            using var png = pixmap.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.NoFilters, zLibLevel: 9));
            return png!.ToArray();
        }
    }
}
