using System.Xml;
using System.Xml.Linq;
using Cnn.Layers;
using Cnn.Reference.Data;
using Cnn.Reference.Report;
using Cnn.Reference.Training;
using SkiaSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Tests.Report;

/// <summary>Runs made to order, and their reports read back.</summary>
internal sealed class ReportSamples : IDisposable
{
    private readonly List<IDisposable> owned = [];

    /// <summary>A run of a network with random weights on random images, whose labels go round.</summary>
    public RunSummary Run(
        string layers, int classes = 3, int channels = 1, int height = 8, int width = 6, int images = 7,
        IReadOnlyList<EpochRecord>? epochs = null,
        IReadOnlyList<string>? names = null, string dataset = "samples")
    {
        var data = Images(classes, channels, height, width, images, names);
        return Of(layers, data, epochs ?? [Epoch(1)], dataset);
    }

    /// <summary>A run on these images.</summary>
    public RunSummary Of(string layers, ImageDataset data, IReadOnlyList<EpochRecord> epochs, string dataset = "samples")
    {
        var plan = new NetworkPlan(LayerWords.Parse(layers), new(data.Channels, data.Height, data.Width), data.ClassNames.Count);
        random.manual_seed(5);
        var network = plan.Build(Algorithm.Fast);
        owned.Add(network);
        return new(dataset, new(layers, Batch: 2, OptimizerKind.Adam, 0.001, Decay: 0.8, Seed: 1, Algorithm.Fast, Threads: 1), plan,
            network, data, data, epochs);
    }

    /// <summary>A run of a network that gives image n these scores: image n is bright at pixel n alone, and "flatten, fc" looks it
    /// up.</summary>
    public RunSummary WithScores(float[][] scores, int[] labels, params string[] names)
    {
        var pixels = new byte[scores.Length * scores.Length];
        for (int n = 0; n < scores.Length; n++) pixels[n * scores.Length + n] = 255;
        var run = Of($"flatten, fc {names.Length}", new(pixels, labels, 1, 1, scores.Length, names), [Epoch(1)]);
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        run.Network.get_parameter("1.weight")!.copy_(tensor(scores.SelectMany(row => row).ToArray(), [scores.Length, names.Length]).t());
        run.Network.get_parameter("1.bias")!.zero_();
        return run;
    }

    public static ImageDataset Images(int classes, int channels, int height, int width, int images, IReadOnlyList<string>? names = null)
    {
        var pixels = new byte[images * channels * height * width];
        new Random(3).NextBytes(pixels);
        return new(pixels, [.. Enumerable.Range(0, images).Select(n => n % classes)], channels, height, width,
            names ?? [.. Enumerable.Range(0, classes).Select(n => $"class {n}")]);
    }

    /// <summary>An epoch whose figures follow from its number.</summary>
    public static EpochRecord Epoch(int number, bool twin = false, double? loss = null)
    {
        var score = new Score(loss ?? 1.0 / number, 1 - 0.5 / number);
        return new(number, score, new(score.Loss + 0.25, score.Accuracy - 0.125), 2,
            twin ? new(score, score, 4, 188, 0.5, "step 17, layer 2, gradient of the weight") : null);
    }

    public static IReadOnlyList<EpochRecord> Epochs(int count, Func<int, bool> twin) =>
        [.. Enumerable.Range(1, count).Select(number => Epoch(number, twin(number)))];

    public static string Write(RunSummary run)
    {
        using var file = new MemoryStream();
        TrainingReport.Write(file, run);
        return System.Text.Encoding.UTF8.GetString(file.ToArray());
    }

    public static XElement Read(RunSummary run) => Parse(Write(run));

    public static XElement Parse(string page)
    {
        using var reader = XmlReader.Create(new StringReader(page), new() { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader, LoadOptions.PreserveWhitespace);
    }

    public static XElement Section(XElement page, string id) =>
        page.Descendants("section").Single(section => (string?)section.Attribute("id") == id);

    /// <summary>The pixels of a picture in the page.</summary>
    public static SKBitmap Decode(XElement img)
    {
        string source = img.Attribute("src")!.Value;
        Assert.StartsWith("data:image/png;base64,", source, StringComparison.Ordinal);
        return Decode(Convert.FromBase64String(source["data:image/png;base64,".Length..]));
    }

    public static SKBitmap Decode(byte[] png) => SKBitmap.Decode(png,
        new SKImageInfo { ColorType = SKColorType.Rgba8888, AlphaType = SKAlphaType.Unpremul, Width = Size(png).W, Height = Size(png).H });

    public void Dispose()
    {
        foreach (var network in owned) network.Dispose();
    }

    private static (int W, int H) Size(byte[] png)
    {
        using var bitmap = SKBitmap.Decode(png);
        return (bitmap.Width, bitmap.Height);
    }
}
