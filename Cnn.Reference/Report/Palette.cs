using System.Xml.Linq;
using Cnn.Reference.Printing;
using static Cnn.Reference.Report.Html;

namespace Cnn.Reference.Report;

/// <summary>The key to the colours of signed numbers.</summary>
internal static class Palette
{
    private const int Cells = 65; // odd, so that one of them is zero

    /// <summary>How what is not finite is shown.</summary>
    public const string NotFinite = "black, or white on a dark page";

    /// <summary>A bar of the colours; its ends are named if it is the key to one picture alone.</summary>
    public static XElement Key(float? most = null)
    {
        float[] values = [.. Enumerable.Range(0, Cells).Select(cell => 2f * cell / (Cells - 1) - 1)];
        string end = most is { } number ? Numbers.General(number) : "largest";
        return Element("p", Class("palette signed"),
            Element("span", most is null ? "as far below zero" : $"\u2212{end}"),
            Picture.Element(Picture.OfSigned(new(1, Cells, values), 1), "from blue, through white at zero, to red", 195),
            Element("span", end));
    }
}
