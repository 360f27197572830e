using System.Globalization;
using System.Xml.Linq;
using ScottPlot;
using ScottPlot.Plottables;
using ScottPlot.TickGenerators;

namespace Cnn.Reference.Report;

/// <summary>Curves over epochs, as SVG within the page.</summary>
/// <remarks>
/// ScottPlot draws the lines and the markers. It is given no text: it would place every letter for the fonts of the machine
/// that trains, which the reader's may not have. The text is added here, in the page's font, and takes its place by an anchor.
/// Colours are the style sheet's, so that they follow the reader's dark mode.
/// </remarks>
internal sealed class Chart(string title, string yAxis, IReadOnlyList<Series> series, Func<double, string> format)
{
    private const int Width = 480, Height = 300, Left = 66, Right = 14, Top = 12, Bottom = 48;
    private const int MostMarkers = 40, MostPoints = 400;

    private static readonly Color Grid = Color.FromHex("#000101"), Frame = Color.FromHex("#000102");

    /// <summary>The drawing; null if there is no point to draw.</summary>
    /// <param name="id">Precedes the names within the drawing, which must be the page's only ones.</param>
    public XElement? Svg(string id)
    {
        var points = series.SelectMany(line => line.Drawn).ToArray();
        if (points.Length == 0) return null;
        int first = points.Min(point => point.Epoch), last = points.Max(point => point.Epoch);
        var (low, high) = Range(points.Min(point => point.Value), points.Max(point => point.Value));
        double[] epochs = Ticks.Whole(first, last, most: 8);
        var (values, text) = Ticks.Round(low, high);
        double margin = Math.Max(0.5, 0.03 * (last - first));

        using var plot = new Plot();
        plot.FigureBackground.Color = plot.DataBackground.Color = Colors.Transparent;
        plot.Layout.Fixed(new PixelPadding(Left, Right, Bottom, Top));
        plot.Axes.Top.IsVisible = plot.Axes.Right.IsVisible = plot.Axes.Left.FrameLineStyle.IsVisible = false;
        plot.Axes.Bottom.FrameLineStyle.Color = Frame;
        plot.Axes.Bottom.MajorTickStyle = plot.Axes.Left.MajorTickStyle = new() { Length = 0, Width = 0 };
        plot.Axes.Bottom.TickGenerator = new NumericManual(epochs, new string[epochs.Length].Select(_ => "").ToArray());
        plot.Axes.Left.TickGenerator = new NumericManual(values, new string[values.Length].Select(_ => "").ToArray());
        plot.Grid.MajorLineColor = Grid;
        plot.Axes.SetLimits(first - margin, last + margin, low, high);

        // Each run of points has a colour of its own, by which it is found again.
        var runs = new List<(Series Series, (int Epoch, double Value)[] Points)>();
        foreach (var line in series)
            foreach (var run in line.Runs(MostPoints))
            {
                runs.Add((line, run));
                bool marked = line.Drawn.Count <= MostMarkers || run.Length == 1;
                Add(plot, line, run, RunColour(runs.Count), marked);
            }
        var svg = XElement.Parse(plot.GetSvgXml(Width, Height));
        return Finish(svg, id, runs, plot, epochs, values, text);
    }

    private static void Add(Plot plot, Series line, (int Epoch, double Value)[] run, Color colour, bool marked)
    {
        Scatter scatter = plot.Add.Scatter(
            run.Select(point => (double)point.Epoch).ToArray(), run.Select(point => point.Value).ToArray(), colour);
        scatter.LineWidth = run.Length > 1 ? 2 : 0;
        scatter.MarkerShape = marked ? line.IsTwin ? MarkerShape.OpenCircle : MarkerShape.FilledCircle : MarkerShape.None;
        // Rings, in which ours is seen: the two are much the same.
        bool crowded = line.Drawn.Count > 15;
        scatter.MarkerSize = line.IsTwin ? crowded ? 8 : 12 : crowded ? 3 : 6;
        scatter.MarkerLineWidth = crowded ? 1.2f : 2;
    }

    private XElement Finish(
        XElement drawn, string id, List<(Series Series, (int Epoch, double Value)[] Points)> runs, Plot plot, double[] epochs,
        double[] values, Func<double, string> text)
    {
        foreach (var element in drawn.Descendants())
        {
            element.Name = element.Name.LocalName;
            if (element.Attribute("id") is { } own) own.Value = $"{id}-{own.Value}";
            if (element.Attribute("clip-path") is { } clip) clip.Value = clip.Value.Replace("#", $"#{id}-", StringComparison.Ordinal);
            foreach (string paint in new[] { "fill", "stroke" })
                if (element.Attribute(paint) is { } colour && StyleOf(colour.Value, runs) is { } style)
                {
                    element.SetAttributeValue("class", $"{paint} {style}");
                    colour.Remove();
                }
        }
        foreach (var (group, (line, points)) in drawn.Elements("g").Zip(runs))
            foreach (var (marker, (epoch, value)) in group.Elements("ellipse").Zip(points))
                marker.Add(new XElement("title", $"epoch {epoch}, {line.Name}: {format(value)}"));

        var (middle, centre) = ((Left + Width - Right) / 2.0, (Top + Height - Bottom) / 2.0);
        return new("svg",
            new XAttribute("viewBox", $"0 0 {Width} {Height}"), new XAttribute("role", "img"), new XAttribute("aria-label", title),
            drawn.Elements(),
            epochs.Select(epoch =>
                Text(plot.GetPixel(new(epoch, values[0])).X, Height - Bottom + 18, "middle", epoch.ToString(CultureInfo.InvariantCulture))),
            values.Select(value => Text(Left - 8, plot.GetPixel(new(epochs[0], value)).Y + 5, "end", text(value))),
            Text(middle, Height - 6, "middle", "epoch"),
            new XElement("text", new XAttribute("transform", FormattableString.Invariant($"translate(16 {centre}) rotate(-90)")),
                new XAttribute("text-anchor", "middle"), yAxis));
    }

    private static XElement Text(double x, double y, string anchor, string text) =>
        new("text", new XAttribute("x", FormattableString.Invariant($"{x:F1}")),
            new XAttribute("y", FormattableString.Invariant($"{y:F1}")), new XAttribute("text-anchor", anchor), text);

    private static Color RunColour(int number) => new((byte)1, (byte)(number / 256), (byte)(number % 256));

    private static string? StyleOf(string colour, List<(Series Series, (int Epoch, double Value)[] Points)> runs)
    {
        if (colour is "none") return null;
        if (colour == Grid.ToHex()) return "grid";
        if (!colour.StartsWith("#01", StringComparison.Ordinal)) return "frame";
        int number = Convert.ToInt32(colour[3..], 16);
        return runs[number - 1].Series.Style;
    }

    // From zero where that costs little; a single value stands in the middle.
    private static (double Low, double High) Range(double low, double high)
    {
        double pad = high - low > 1e-9 * Math.Abs(high) ? 0.06 * (high - low) : Math.Max(Math.Abs(high) / 10, 0.05);
        return (low >= 0 && low < high / 2 ? -pad / 3 : low - pad, high + pad);
    }
}
