using System.Xml.Linq;
using Cnn.Reference.Report;
using SkiaSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Report;

/// <summary>Pictures hold the pixels that their numbers ask for.</summary>
public sealed class PictureTests : IDisposable
{
    private static readonly SKColor Blue = new(20, 74, 160), White = new(252, 252, 252), Red = new(196, 38, 22), Black = new(0, 0, 0);

    private readonly ReportSamples samples = new();

    public void Dispose() => samples.Dispose();

    [Fact]
    public void SignedNumbersAreBlueWhiteAndRed()
    {
        var plane = new Plane(2, 3, [-2, 0, 2, 1, float.NaN, 9]);
        Assert.Equal([Blue, White, Red, new(224, 145, 137), Black, Red], Pixels(Picture.OfSigned(plane, 2)));
        Assert.Equal([White, White], Pixels(Picture.OfSigned(new(1, 2, [0, 0]), 0)));
        var notFull = Pixels(Picture.OfSigned(new(2, 2, [-1, 0, 1]), 1));
        Assert.Equal([Blue, White, Red], notFull[..3]);
        Assert.Equal(0, notFull[3].Alpha);
    }

    [Fact]
    public void ImagesKeepTheirColours()
    {
        Plane red = new(1, 2, [255, 10]), green = new(1, 2, [0, 20]), blue = new(1, 2, [128, 30]);
        Assert.Equal([new(255, 0, 128), new(10, 20, 30)], Pixels(Picture.OfImage([red, green, blue])));
        Assert.Equal([new(255, 255, 255), new(10, 10, 10)], Pixels(Picture.OfImage([red])));
    }

    [Fact]
    public void ShrinkingTakesMeansAndCutsAtTheBorder()
    {
        var plane = new Plane(3, 5, [.. Enumerable.Range(0, 15).Select(n => (float)n)]);
        var small = plane.ShrunkTo(3);
        Assert.Equal((2, 3), (small.Height, small.Width));
        Assert.Equal([3, 5, 6.5f, 10.5f, 12.5f, 14], small.Values);
        Assert.Same(plane, plane.ShrunkTo(5));
        Assert.Equal([7], plane.ShrunkTo(1).Values);
    }

    /// <summary>Every kernel of the first convolution, at its place, on one scale.</summary>
    [Fact]
    public void KernelsOfOneChannelAreSigned()
    {
        var run = samples.Run("relu, conv 2 2x3, flatten, fc 3");
        SetWeight(run, "1.weight", [0, 0, 0, 0, 0, 2, -4, -2, 0, 2, 2, 0], [2, 1, 2, 3]);
        var pictures = Pictures(run);
        Assert.Equal([White, White, White, White, White, new(224, 145, 137)], pictures[0]);
        Assert.Equal([Blue, new(136, 163, 206), White, new(224, 145, 137), new(224, 145, 137), White], pictures[1]);
        Assert.Equal(2, pictures.Length);
    }

    [Fact]
    public void KernelsOfThreeChannelsAreColours()
    {
        var run = samples.Run("conv 2 1x2, flatten, fc 3", channels: 3);
        SetWeight(run, "0.weight", [1, 0, 0, -1, 0.5f, 0, 0, float.NaN, 0, 0, 0, 0], [2, 3, 1, 2]);
        var pictures = Pictures(run);
        Assert.Equal([new(255, 128, 191), new(128, 0, 128)], pictures[0]);
        Assert.Equal(new(128, 128, 128), pictures[1][0]);
        Assert.Equal(0, pictures[1][1].Alpha);
    }

    [Fact]
    public void OfManyKernelsSomeAreShownAndAllCounted()
    {
        var section = ReportSamples.Section(ReportSamples.Read(samples.Run("conv 300 2, flatten, fc 3")), "kernels");
        Assert.Equal(96, Kernels(section).Length);
        Assert.Contains("96 of 300 filters", section.Value, StringComparison.Ordinal);
        section = ReportSamples.Section(ReportSamples.Read(samples.Run("conv 4 1, flatten, fc 3", channels: 200)), "kernels");
        Assert.Equal(96, Kernels(section).Length);
        Assert.Contains("1 of 4 filters, each with 96 of 200 channels", section.Value, StringComparison.Ordinal);
        Assert.Contains("no convolution", ReportSamples.Section(ReportSamples.Read(samples.Run("flatten, fc 3")), "kernels").Value,
            StringComparison.Ordinal);
    }

    /// <summary>A network that anyone can follow: minus the image, what of it is above zero, and two sums.</summary>
    [Fact]
    public void FeatureMapsAreWhatLeavesEachLayer()
    {
        var run = samples.Of(
            "conv 1 1 nobias, relu, flatten, fc 2", new([0, 255, 51, 0], [0, 1], 1, 1, 2, ["dark", "bright"]), [ReportSamples.Epoch(1)]);
        SetWeight(run, "0.weight", [-1], [1, 1, 1, 1]);
        SetWeight(run, "3.weight", [1, 1, -1, -1], [2, 2]);
        SetWeight(run, "3.bias", [1, -1], [2]);
        XElement[] journeys = [.. ReportSamples.Section(ReportSamples.Read(run), "features").Elements("details")];
        Assert.Equal(["Test image 0: dark, recognised", "Test image 1: bright, taken for dark"],
            journeys.Select(journey => journey.Element("summary")!.Value));
        Assert.Equal(
            ["image 1 x 1 x 2", "conv 1 1 nobias 1 x 1 x 2; up to 1 from zero", "relu 1 x 1 x 2; all zero", "flatten 2; all zero",
                "fc 2 2; up to 1 from zero", "softmax probabilities"],
            journeys[0].Descendants("figcaption").Select(caption => caption.Value));
        Assert.Equal([[new(0, 0, 0), new(255, 255, 255)], [White, Blue], [White, White], [White, White], [Red, Blue]],
            journeys[0].Descendants("img").Select(Pixels));
        Assert.Equal(["dark (true)88.0 %", "bright11.9 %"], journeys[0].Descendants("tr").Select(row => row.Value));
    }

    [Fact]
    public void OfManyChannelsAndNumbersSomeAreShownAndAllCounted()
    {
        var run = samples.Run("conv 40 1, flatten, fc 5000, fc 3", height: 3, width: 4);
        var journey = ReportSamples.Section(ReportSamples.Read(run), "features").Elements("details").First();
        string[] captions = [.. journey.Descendants("figcaption").Select(caption => caption.Value)];
        Assert.StartsWith("conv 40 1 40 x 3 x 4; 32 of 40 channels", captions[1], StringComparison.Ordinal);
        Assert.StartsWith("fc 5000 5000; the first 4,096", captions[3], StringComparison.Ordinal);
        Assert.Equal(32, journey.Descendants("div").First(div => (string?)div.Attribute("role") == "img").Elements("img").Count());
    }

    private static void SetWeight(RunSummary run, string name, float[] values, long[] shape)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        run.Network.get_parameter(name)!.copy_(tensor(values, shape));
    }

    private static XElement[] Kernels(XElement section) =>
        [.. section.Descendants("img").Where(image => image.Attribute("alt")!.Value.StartsWith("Kernel", StringComparison.Ordinal))];

    private static SKColor[][] Pictures(RunSummary run) =>
        [.. Kernels(ReportSamples.Section(ReportSamples.Read(run), "kernels")).Select(Pixels)];

    private static SKColor[] Pixels(XElement image)
    {
        using var bitmap = ReportSamples.Decode(image);
        return bitmap.Pixels;
    }

    private static SKColor[] Pixels(byte[] png)
    {
        using var bitmap = ReportSamples.Decode(png);
        return bitmap.Pixels;
    }
}
