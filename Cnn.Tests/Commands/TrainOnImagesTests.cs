using System.Globalization;
using System.Text.RegularExpressions;
using Cnn.Tests.Build;
using Cnn.Tests.Data;
using SkiaSharp;

namespace Cnn.Tests.Commands;

/// <summary>A folder of images as people have them, from the command line to what the network has learned.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class TrainOnImagesTests : IDisposable
{
    private const int PerClass = 100;
    private readonly ImageSamples samples = new();
    private readonly TemporaryFolder temporary = new();
    private readonly Random random = new(1);

    public TrainOnImagesTests()
    {
        for (int n = 0; n < PerClass; n++)
        {
            WriteStripes($"lying/{n}", lying: true, n);
            WriteStripes($"standing/{n}", lying: false, n);
        }
    }

    private string[] Train =>
    [
        "train", "--data", samples.Folder, "--size", "24x32", "--epochs", "20", "--batch", "16",
        "--layers", "conv 12 5 stride 2, relu, pool 2, flatten, fc 2", "--output", temporary["run"],
    ];

    public void Dispose()
    {
        samples.Dispose();
        temporary.Dispose();
    }

    [Fact]
    public void StripesOfBothDirectionsAreToldApart()
    {
        var (code, output, error) = CommandLine.Run([.. Train, "--test-share", "0.3"]);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("140 training images and 60 test images of 3 x 24 x 32, 2 classes.", output, StringComparison.Ordinal);
        AssertLearned(output);
    }

    [Fact]
    public void DamagedFilesAreNamedAndSkippedOnDemandOnly()
    {
        byte[] png = ImageSamples.GreyPng(20, Stripes(20, 20, lying: true)),
        jpeg = ImageSamples.GreyJpeg(20, Stripes(20, 20, lying: false));
        string[] bad =
        [
            $"'{samples.Write("lying/cut.jpg", jpeg[..^20])}' is truncated: its end mark is missing",
            $"'{samples.Write("lying/cut.png", png[..(png.Length / 2)])}' is truncated: its pixels end early",
            $"'{samples.Write("lying/empty.png", [])}' is empty",
            $"'{samples.Write("standing/cut.jpg", PictureBytes.Gif(20, Stripes(20, 20, lying: true))[..^50])}' is truncated: its pixels end early",
            $"'{samples.Write("standing/words.png", "words"u8.ToArray())}' is not a PNG, JPEG, WebP, BMP or GIF image",
        ];

        var (code, output, error) = CommandLine.Run(Train);
        Assert.Equal((2, ""), (code, output));
        // What can be seen is found before any pixels are decoded.
        Assert.Equal($"{bad[0]}; --skip-bad leaves such files out.", error.TrimEnd());

        foreach (string name in new[] { "lying/1.heic", "standing/2.heic" }) samples.Write(
            name, [0, 0, 0, 24, .. "ftypheic\0\0\0\0mif1heic"u8]);
        (code, output, error) = CommandLine.Run([.. Train, "--skip-bad"]);
        Assert.Equal((0, ""), (code, error));
        IEnumerable<string> lines =
            [.. bad.Select(sentence => $"Skipped: {sentence}."), "Left out: 2 HEIC images within the classes' folders."];
        Assert.Equal(lines, output.Split('\n').Take(bad.Length + 1).Select(line => line.TrimEnd()));
        Assert.Contains("160 training images and 40 test images of 3 x 24 x 32, 2 classes.", output, StringComparison.Ordinal);
        AssertLearned(output);
    }

    /// <summary>The test images are told apart, the report is there, and a file of any size is recognised.</summary>
    private void AssertLearned(string output)
    {
        var last = Regex.Match(output, @"^Test images: (\d+\.\d) % right after 20 epochs", RegexOptions.Multiline);
        Assert.True(last.Success && double.Parse(last.Groups[1].Value, CultureInfo.InvariantCulture) > 95, output);
        string report = File.ReadAllText(Path.Combine(temporary["run"], "report.html"));
        Assert.Contains("standing", report, StringComparison.Ordinal);
        Assert.Contains("times 0.8642 after each epoch", report, StringComparison.Ordinal); // of twenty epochs, the last has a sixteenth

        string standing = samples.Write("one.png", ImageSamples.GreyPng(51, Stripes(70, 51, lying: false)));
        var (code, bars, error) = CommandLine.Run("predict", "--run", temporary["run"], standing);
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(@"^  standing +(9\d|100)\.\d % #+", bars.Split('\n')[1]);
    }

    /// <summary>Of sizes, colours and formats that vary, none of which tells the class.</summary>
    private void WriteStripes(string name, bool lying, int n)
    {
        int height = random.Next(20, 60), width = random.Next(20, 60);
        byte[] values = Stripes(height, width, lying);
        int tint = random.Next(256);
        SKColor[] colours = [.. values.Select(value => new SKColor(value, (byte)tint, (byte)(255 - value)))];
        samples.Write(n % 2 == 0 ? $"{name}.png" : $"{name}.JPG", (n % 4) switch
        {
            0 => ImageSamples.Png(width, colours),
            1 => ImageSamples.Jpeg(width, colours),
            2 => ImageSamples.GreyPng(width, values),
            _ => ImageSamples.GreyJpeg(width, values),
        });
    }

    private byte[] Stripes(int height, int width, bool lying)
    {
        double period = (lying ? height : width) / random.Next(4, 7), phase = random.NextDouble() * Math.Tau;
        return [.. Enumerable.Range(0, height * width).Select(n =>
            (byte)(128 + 100 * Math.Sin((lying ? n / width : n % width) / period * Math.Tau + phase) + random.Next(-20, 21)))];
    }
}
