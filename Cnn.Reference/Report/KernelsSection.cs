using System.Xml.Linq;
using Cnn.Reference.Printing;
using Cnn.Reference.Training;
using TorchSharp;
using static Cnn.Reference.Report.Html;
using static TorchSharp.torch;

namespace Cnn.Reference.Report;

/// <summary>What the filters of the first convolution have come to look for.</summary>
internal static class KernelsSection
{
    private const int MostPictures = 96, Longest = 64;

    /// <summary>The section.</summary>
    public static XElement Section(RunSummary run)
    {
        var first = run.Plan.Layers.Zip(run.Network.named_children()).FirstOrDefault(pair => pair.First.Spec is ConvSpec);
        return Html.Section("kernels", "Kernels of the first convolution", first.First is null
            ? [Paragraph("The network has no convolution.")]
            : Kernels(first.First.Spec.Words, first.Second.module.get_parameter("weight")!));
    }

    private static object?[] Kernels(string words, Tensor weight)
    {
        int filters = (int)weight.shape[0], channels = (int)weight.shape[1];
        bool inColour = channels == 3;
        int shownFilters = Math.Min(filters, Math.Max(1, MostPictures / (inColour ? 1 : channels)));
        int shownChannels = inColour ? 3 : Math.Min(channels, MostPictures);
        Plane[][] kernels = [.. Enumerable.Range(0, shownFilters).Select(filter =>
            Enumerable.Range(0, shownChannels).Select(channel => Planes.Of(weight[filter, channel]).ShrunkTo(Longest)).ToArray())];
        float most = Plane.Largest(kernels.SelectMany(planes => planes));
        string count = shownFilters == filters ? Figures.Count(filters, "filter") : $"{shownFilters} of {Figures.Count(filters, "filter")}";
        if (!inColour && channels > 1)
            count += shownChannels == channels ? $", each with {channels} channels"
            : $", each with {shownChannels} of {Figures.Whole(channels)} channels";
        string colours = inColour
            ? "Weights for red, green and blue are shown as these colours: middle grey where all three are zero, and full at "
            : "Weights below zero are blue and those above it red. At zero, the colours fade into the page; they are full at ";
        return
        [
            Paragraph($"\u201C{words}\u201D: {count}. {colours}{Numbers.General(most)}, the largest weight shown."),
            inColour ? null : Palette.Key(most),
            kernels.All(planes => planes.All(plane => plane.IsFinite)) ? null
                : Warning($"Some weights are not finite numbers: {(inColour ? "their cells are empty" : Palette.NotFinite)}."),
            Element("div", Class(inColour ? "pictures" : "pictures signed"),
                inColour
                    ? kernels.Select((planes, filter) => Kernel(Picture.OfSignedColours(planes, most), planes[0], $"filter {filter + 1}"))
                    : kernels.SelectMany((planes, filter) => planes.Select((plane, channel) =>
                        Kernel(Picture.OfSigned(plane, most), plane,
                            channels == 1 ? $"filter {filter + 1}" : $"filter {filter + 1}, channel {channel + 1}")))),
        ];
    }

    private static XElement Kernel(byte[] png, Plane plane, string name) =>
        Picture.Element(png, $"Kernel of {name}", Picture.Width(plane, Longest), name);
}
