using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Cnn.Reference.Report;

/// <summary>
/// Pieces of an HTML page. They are XML as well, so that no text can be mistaken for markup, and the page reads the same
/// whichever of the two it is read as.
/// </summary>
internal static class Html
{
    // The only ones that HTML lets end themselves. Any other, written as <p/>, would stay open.
    private static readonly HashSet<string> Void = ["meta", "img", "col"];

    /// <summary>The page's style sheet.</summary>
    public static string StyleSheet { get; } = ReadStyleSheet();

    /// <summary>An element.</summary>
    public static XElement Element(string name, params object?[] content) => new(name, content);

    /// <summary>An attribute.</summary>
    public static XAttribute Attribute(string name, string value) => new(name, value);

    /// <summary>The class that the style sheet knows the element by.</summary>
    public static XAttribute Class(string name) => new("class", name);

    /// <summary>A paragraph.</summary>
    public static XElement Paragraph(params object?[] content) => Element("p", content);

    /// <summary>A paragraph of small print: how to read what is beside it.</summary>
    public static XElement Note(params object?[] content) => Element("p", Class("note"), content);

    /// <summary>A paragraph that warns.</summary>
    public static XElement Warning(params object?[] content) => Element("p", Class("warning"), content);

    /// <summary>A part of the page with a heading, to which its table of contents leads.</summary>
    public static XElement Section(string id, string title, params object?[] content) =>
        Element("section", Attribute("id", id), Element("h2", title), content);

    /// <summary>What may be wider than the screen: it scrolls by itself, by finger as by keyboard.</summary>
    public static XElement Scrolling(string label, XElement content) =>
        Element("div", Class("scrolling"), Attribute("role", "region"), Attribute("aria-label", label), Attribute("tabindex", "0"),
            content);

    /// <summary>A table whose first column names its rows.</summary>
    /// <param name="caption">What the table tells.</param>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="rows">One text a column.</param>
    /// <param name="texts">Columns, counted from 0, that hold words instead of numbers.</param>
    /// <param name="sums">Whether the last row is that of the sums.</param>
    /// <param name="groups">What stands above so many columns each.</param>
    public static XElement Table(
        string caption, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, IReadOnlyList<int>? texts = null,
        bool sums = false,
        params (string Name, int Columns)[] groups)
    {
        return Scrolling(caption, Element("table",
            Element("caption", caption),
            groups.Select(group => Element("colgroup", Attribute("span", $"{group.Columns}"))),
            Element("thead",
                groups.Length == 0 ? null : Element("tr", groups.Select(group => group.Name.Length == 0
                    ? Element("td", Attribute("colspan", $"{group.Columns}"))
                    : Element("th", Attribute("scope", "colgroup"), Attribute("colspan", $"{group.Columns}"), group.Name))),
                Element("tr", columns.Select((column, number) => Element("th", Attribute("scope", "col"), Align(number), column)))),
            Element("tbody", rows.Take(rows.Count - (sums ? 1 : 0)).Select(Row)),
            sums ? Element("tfoot", Row(rows[^1])) : null));

        XElement Row(IReadOnlyList<string> cells) => Element("tr",
            Element("th", Attribute("scope", "row"), cells[0]),
            cells.Skip(1).Select((cell, number) => Element("td", Align(number + 1), cell)));

        XAttribute? Align(int column) => texts is not null && texts.Contains(column) ? Class("text") : null;
    }

    /// <summary>Writes the page as UTF-8.</summary>
    public static void Write(Stream file, XElement page)
    {
        foreach (var element in page.DescendantsAndSelf())
        {
            foreach (var attribute in element.Attributes()) attribute.Value = Printable(attribute.Value);
            foreach (var text in element.Nodes().OfType<XText>()) text.Value = Printable(text.Value);
            if (element.IsEmpty && !Void.Contains(element.Name.LocalName)) element.Value = "";
        }
        using var writer = XmlWriter.Create(
            file, new() { Encoding = new UTF8Encoding(false), OmitXmlDeclaration = true, CloseOutput = false });
        writer.WriteDocType("html", null, null, null);
        page.WriteTo(writer);
    }

    // Folders, and so classes, may have names with characters that no page may hold.
    private static string Printable(string text)
    {
        if (text.All(character => XmlConvert.IsXmlChar(character))) return text;
        var printable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            printable.Append(rune.Value > 0xFFFF || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : "\uFFFD");
        return printable.ToString();
    }

    private static string ReadStyleSheet()
    {
        using var reader = new StreamReader(typeof(Html).Assembly.GetManifestResourceStream("report/report.css")!);
        return reader.ReadToEnd();
    }
}
