using System.Diagnostics;
using Cnn.Reference.Data;
using SkiaSharp;

namespace Cnn.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private static readonly ImageFolderOptions Defaults = new();
    private readonly ImageSamples samples = new();

    public void Dispose() => samples.Dispose();

    [Fact]
    public void EachSubFolderIsAClass()
    {
        WriteTen("cats", 0);
        WriteTen("dogs", 100);

        (ImageDataset train, ImageDataset test, IReadOnlyList<SkippedImage> skipped) = ImageFolder.Load(samples.Folder, Defaults);

        Assert.Equal(["cats", "dogs"], train.ClassNames);
        Assert.Equal(["cats", "dogs"], test.ClassNames);
        Assert.Equal((16, 1, 1, 1), (train.Count, train.Channels, train.Height, train.Width));
        Assert.Equal((4, 1, 1, 1), (test.Count, test.Channels, test.Height, test.Width));
        Assert.Equal(train.Pixels.Select(value => value < 100 ? 0 : 1), train.Labels);
        Assert.Equal(test.Pixels.Select(value => value < 100 ? 0 : 1), test.Labels);
        Assert.Empty(skipped);
    }

    /// <summary>By the hashes as another program computes them.</summary>
    [Fact]
    public void TheSplitIsThatOfTheHash()
    {
        WriteTen("cats", 0);
        WriteTen("dogs", 100);

        (ImageDataset train, ImageDataset test, _) = ImageFolder.Load(samples.Folder, Defaults);

        Assert.Equal([101, 7, 107, 1], test.Pixels);
        Assert.Equal([102, 3, 9, 0, 8, 108, 109, 2, 100, 4, 106, 105, 104, 103, 5, 6], train.Pixels);
    }

    [Fact]
    public void TheSplitIsTheSameInWhateverOrderTheFilesWereMade()
    {
        using var others = new ImageSamples();
        (string Name, byte Value)[] files = [.. Enumerable.Range(0, 60).Select(n => ($"{"abc"[n % 3]}/{n}.png", (byte)n))];
        foreach ((string name, byte value) in files) samples.Write(name, ImageSamples.GreyPng(1, value));
        foreach ((string name, byte value) in files.Reverse()) others.Write(name, ImageSamples.GreyPng(1, value));

        (ImageDataset train, ImageDataset test, _) = ImageFolder.Load(samples.Folder, Defaults);
        (ImageDataset otherTrain, ImageDataset otherTest, _) = ImageFolder.Load(others.Folder, Defaults);

        Assert.Equal(train.Pixels, otherTrain.Pixels);
        Assert.Equal(train.Labels, otherTrain.Labels);
        Assert.Equal(test.Pixels, otherTest.Pixels);
        Assert.Equal(test.Labels, otherTest.Labels);
        // Every image is in exactly one part, and each class is split alike.
        Assert.Equal(Enumerable.Range(0, 60).Select(n => (byte)n), train.Pixels.Concat(test.Pixels).Order());
        Assert.Equal([4, 4, 4], Enumerable.Range(0, 3).Select(label => test.Labels.Count(l => l == label)));
    }

    [Theory]
    [InlineData(2, 0.01, 1)]
    [InlineData(2, 0.99, 1)]
    [InlineData(10, 0.01, 1)]
    [InlineData(10, 0.25, 3)]
    [InlineData(10, 0.34, 3)]
    [InlineData(10, 0.99, 9)]
    public void TheTestShareIsRoundedAndLeavesBothPartsSomething(int count, double share, int expected)
    {
        foreach (string folder in new[] { "a", "b" })
            for (int n = 0; n < count; n++) samples.Write($"{folder}/{n}.png", ImageSamples.GreyPng(1, 5));

        (ImageDataset train, ImageDataset test, _) = ImageFolder.Load(samples.Folder, Defaults with { TestShare = share });

        Assert.Equal((2 * (count - expected), 2 * expected), (train.Count, test.Count));
    }

    [Fact]
    public void FoldersAreSortedByOrdinalAndExtensionsAreOfAnyCase()
    {
        foreach (string folder in new[] { "b", "Z", "a" })
        {
            samples.Write($"{folder}/1.PNG", ImageSamples.GreyPng(1, 1));
            samples.Write($"{folder}/2.Jpg", ImageSamples.GreyJpeg(1, 1));
            samples.Write($"{folder}/3.JPEG", ImageSamples.GreyJpeg(1, 1));
        }

        (ImageDataset train, ImageDataset test, _) = ImageFolder.Load(samples.Folder, Defaults);

        Assert.Equal(["Z", "a", "b"], train.ClassNames);
        Assert.Equal(9, train.Count + test.Count);
    }

    [Fact]
    public void OtherAndHiddenFilesAndFoldersArePassedOver()
    {
        WriteTen("cats", 0);
        WriteTen("dogs", 100);
        samples.Write("cats/notes.txt", [1]);
        samples.Write("cats/._1.png", [1]);
        samples.Write("cats/more/1.png", [1]);
        samples.Write("cats/png", [1]);
        samples.Write("readme.md", [1]);
        samples.Write("top.png", [1]);
        samples.Write(".thumbnails/1.png", [1]);

        (ImageDataset train, ImageDataset test, _) = ImageFolder.Load(samples.Folder, Defaults);

        Assert.Equal(["cats", "dogs"], train.ClassNames);
        Assert.Equal(20, train.Count + test.Count);
    }

    [Fact]
    public void ImagesOfOneSizeKeepIt()
    {
        byte[] values = [1, 2, 3, 4, 5, 6];
        foreach (string name in new[] { "a/1.png", "a/2.png", "b/1.png", "b/2.png" })
            samples.Write(name, ImageSamples.GreyPng(3, values));

        ImageDataset train = ImageFolder.Load(samples.Folder, Defaults).Train;

        Assert.Equal((1, 2, 3), (train.Channels, train.Height, train.Width));
        Assert.Equal([.. values, .. values], train.Pixels);
    }

    [Theory]
    [InlineData(null, null, 64, 64)]
    [InlineData(5, null, 5, 5)]
    [InlineData(null, 6, 6, 6)]
    [InlineData(5, 6, 5, 6)]
    public void ImagesOfSeveralSizesAreStretchedToOne(int? height, int? width, int expectedHeight, int expectedWidth)
    {
        samples.Write("a/1.png", ImageSamples.GreyPng(2, 9, 9));
        samples.Write("a/2.png", ImageSamples.GreyPng(1, 9, 9));
        samples.Write("b/1.png", ImageSamples.GreyPng(1, 9));
        samples.Write("b/2.png", ImageSamples.GreyPng(100, [.. Enumerable.Repeat((byte)9, 7000)]));

        (ImageDataset train, ImageDataset test, _) = ImageFolder.Load(samples.Folder, Defaults with { Height = height, Width = width });

        Assert.Equal((expectedHeight, expectedWidth), (train.Height, train.Width));
        Assert.Equal((expectedHeight, expectedWidth), (test.Height, test.Width));
        Assert.All(train.Pixels.Concat(test.Pixels), value => Assert.Equal(9, value));
    }

    [Fact]
    public void OneSizeIsThatOfTheUprightImages()
    {
        byte[] lying = ImageSamples.GreyJpeg(3, 9, 9, 9, 9, 9, 9);
        foreach (string name in new[] { "a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg" })
            samples.Write(name, ImageSamples.WithOrientation(lying, 6));
        ImageDataset train = ImageFolder.Load(samples.Folder, Defaults).Train;
        Assert.Equal((3, 2), (train.Height, train.Width));

        samples.Write("b/2.jpg", lying);
        train = ImageFolder.Load(samples.Folder, Defaults).Train;
        Assert.Equal((64, 64), (train.Height, train.Width));
    }

    [Theory]
    [InlineData(false, null, 1)]
    [InlineData(false, 3, 3)]
    [InlineData(true, null, 3)]
    [InlineData(true, 1, 1)]
    public void ImagesAreGreyWhenAllFilesAreOrWhenAsked(bool oneInColour, int? channels, int expected)
    {
        foreach (string name in new[] { "a/1.png", "a/2.png", "b/1.png", "b/2.png" })
            samples.Write(name, ImageSamples.GreyPng(1, 50));
        if (oneInColour) samples.Write("b/3.png", ImageSamples.Png(1, new SKColor(50, 50, 50)));

        (ImageDataset train, ImageDataset test, _) = ImageFolder.Load(samples.Folder, Defaults with { Channels = channels });

        Assert.Equal((expected, expected), (train.Channels, test.Channels));
        Assert.All(train.Pixels.Concat(test.Pixels), value => Assert.Equal(50, value));
    }

    /// <summary>An image that is read by itself must be seen as it was when the network learned.</summary>
    [Fact]
    public void AnImageReadAloneIsTheSameAsInItsFolder()
    {
        var colours = new Random(1);
        foreach (string name in new[] { "a/1", "a/2", "b/1", "b/2" })
        {
            SKColor[] pixels = [.. Enumerable.Range(0, 20 * 30).Select(_ => new SKColor((uint)colours.Next(int.MinValue, int.MaxValue)))];
            samples.Write($"{name}.jpg", ImageSamples.WithOrientation(ImageSamples.Jpeg(20, pixels), 6));
            samples.Write($"{name}.png", ImageSamples.Png(30, pixels));
        }
        foreach (int channels in new[] { 1, 3 })
        {
            (ImageDataset train, ImageDataset test, _) = ImageFolder.Load(
                samples.Folder, Defaults with { Height = 13, Width = 25, Channels = channels });
            int size = channels * 13 * 25;
            string[] together = [.. train.Pixels.Concat(test.Pixels).Chunk(size).Select(Convert.ToHexString)];

            foreach (string path in Directory.GetFiles(samples.Folder, "*", SearchOption.AllDirectories))
            {
                byte[] alone = new byte[size];
                ImageFile.ReadPixels(path, alone, channels, 13, 25);
                Assert.Contains(Convert.ToHexString(alone), together);
            }
        }
    }

    [Fact]
    public void LinksAreFollowedAndABrokenOneIsNamed()
    {
        WriteTen("cats", 0);
        using var elsewhere = new ImageSamples();
        for (byte n = 0; n < 10; n++) elsewhere.Write($"dogs/{n}.png", ImageSamples.GreyPng(1, (byte)(100 + n)));
        Directory.CreateSymbolicLink(samples.PathOf("dogs"), elsewhere.PathOf("dogs"));
        File.CreateSymbolicLink(samples.PathOf("cats/link.png"), elsewhere.PathOf("dogs/0.png"));

        (ImageDataset train, ImageDataset test, _) = ImageFolder.Load(samples.Folder, Defaults);
        Assert.Equal(21, train.Count + test.Count);
        Assert.Equal(2, train.Pixels.Concat(test.Pixels).Count(value => value == 100));

        File.CreateSymbolicLink(samples.PathOf("cats/broken.png"), elsewhere.PathOf("none.png"));
        Assert.StartsWith($"'{samples.PathOf("cats/broken.png")}' cannot be read (",
            Assert.Throws<DatasetException>(() => ImageFolder.Load(samples.Folder, Defaults)).Message);
        Assert.Single(ImageFolder.Load(samples.Folder, Defaults with { SkipBad = true }).Skipped);
    }

    /// <summary>Linux takes any bytes for a name, and .NET cannot say those that are no text.</summary>
    [Fact]
    public void AFileWhoseNameIsNoTextIsSkippedLikeOthers()
    {
        if (!OperatingSystem.IsLinux()) return;
        WriteTen("cats", 0);
        WriteTen("dogs", 100);
        Shell("touch \"$(printf 'bad\\377.png')\"");
        try
        {
            var skipped = Assert.Single(ImageFolder.Load(samples.Folder, Defaults with { SkipBad = true }).Skipped);

            Assert.StartsWith(samples.PathOf("cats/bad"), skipped.Path, StringComparison.Ordinal);
            Assert.StartsWith("cannot be read (", skipped.Reason, StringComparison.Ordinal);
        }
        finally
        {
            Shell("rm bad*"); // nor can .NET delete it
        }

        void Shell(string line)
        {
            using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", line]) { WorkingDirectory = samples.PathOf("cats") })!;
            shell.WaitForExit();
        }
    }

    [Fact]
    public void FoldersThatHoldNoDatasetAreNamed()
    {
        AssertFault(samples.Folder, "holds no sub-folders, and each class needs one");

        WriteTen("cats", 0);
        AssertFault(samples.Folder, "has one class only ('cats'), and at least two are needed");

        Directory.CreateDirectory(samples.PathOf("dogs"));
        AssertFault(samples.PathOf("dogs"), "holds 0 readable images, and a class needs at least 2: one to train on and one to test on");

        samples.Write("dogs/1.png", ImageSamples.GreyPng(1, 1));
        AssertFault(samples.PathOf("dogs"), "holds 1 readable image, and a class needs at least 2: one to train on and one to test on");

        Directory.Delete(samples.PathOf("cats"), recursive: true);
        Directory.CreateDirectory(samples.PathOf("cats"));
        File.Delete(samples.PathOf("dogs/1.png"));
        AssertFault(samples.Folder, "holds no images: no PNG, JPEG, WebP, BMP or GIF lies directly in one of its sub-folders");

        string missing = samples.PathOf("missing");
        Assert.Equal($"'{missing}' does not exist.", Assert.Throws<DatasetException>(() => ImageFolder.Load(missing, Defaults)).Message);
        string file = samples.Write("file", [1]);
        Assert.Equal($"'{file}' is a file, not a folder.", Assert.Throws<DatasetException>(() => ImageFolder.Load(file, Defaults)).Message);
    }

    [Fact]
    public void TheFirstDamagedFileIsNamed()
    {
        WriteTen("cats", 0);
        WriteTen("dogs", 100);
        samples.Write("dogs/5.png", "words"u8.ToArray());
        AssertFault(samples.PathOf("dogs/5.png"), "is not a PNG, JPEG, WebP, BMP or GIF image; --skip-bad leaves such files out");

        samples.Write("cats/5.png", []);
        AssertFault(samples.PathOf("cats/5.png"), "is empty; --skip-bad leaves such files out");
    }

    /// <summary>Whatever another thread finds sooner, further on.</summary>
    [Fact]
    public void TheFirstDamagedFileIsNamedByAnyNumberOfThreads()
    {
        byte[] good = ImageSamples.GreyPng(1, 1);
        for (int n = 1000; n < 2000; n++)
        {
            samples.Write($"cats/{n}.png", n == 1990 ? [] : good);
            samples.Write($"dogs/{n}.png", []);
        }
        for (int run = 0; run < 6; run++) AssertFault(samples.PathOf("cats/1990.png"), "is empty; --skip-bad leaves such files out");
    }

    [Theory]
    [InlineData("dogs/7.png")]
    [InlineData("dogs/8.png")]
    public void DamageBehindTheHeaderIsFoundInEitherPart(string name)
    {
        WriteTen("cats", 0);
        WriteTen("dogs", 100);
        samples.Write(name, ImageSamples.GreyPng(1, 1)[..^22]);

        AssertFault(samples.PathOf(name), "is truncated: its pixels end early; --skip-bad leaves such files out");
    }

    [Fact]
    public void DamagedFilesAreSkippedAndListedWhenAsked()
    {
        WriteTen("cats", 0);
        WriteTen("dogs", 100);
        samples.Write("dogs/2.png", []);
        samples.Write("dogs/10.jpg", ImageSamples.GreyJpeg(1, 1)[..^3]);
        samples.Write("cats/7.png", "words"u8.ToArray());
        // Its header alone would make the images of several sizes, and in colour.
        byte[] large = ImageSamples.Png(50, [.. Enumerable.Range(0, 2500).Select(n => new SKColor((uint)(0xFF000000 + n * n)))]);
        samples.Write("cats/large.png", large[..^500]);

        (ImageDataset train, ImageDataset test, IReadOnlyList<SkippedImage> skipped) = ImageFolder.Load(
            samples.Folder, Defaults with { SkipBad = true });

        Assert.Equal(
            [
                new SkippedImage(samples.PathOf("cats/7.png"), "is not a PNG, JPEG, WebP, BMP or GIF image"),
                new SkippedImage(samples.PathOf("cats/large.png"), "is truncated: its pixels end early"),
                new SkippedImage(samples.PathOf("dogs/10.jpg"), "is truncated: its end mark is missing"),
                new SkippedImage(samples.PathOf("dogs/2.png"), "is empty"),
            ],
            skipped);
        Assert.Equal((1, 1, 1), (train.Channels, train.Height, train.Width));
        Assert.Equal([101, 107, 1, 3], test.Pixels);
        Assert.Equal<byte>([0, 2, 4, 5, 6, 8, 9, 100, 103, 104, 105, 106, 108, 109], train.Pixels.Order());
    }

    [Fact]
    public void AClassThatSkippingLeavesTooSmallIsNamed()
    {
        WriteTen("cats", 0);
        samples.Write("dogs/1.png", ImageSamples.GreyPng(1, 1));
        samples.Write("dogs/2.png", []);

        string message = Assert.Throws<DatasetException>(() => ImageFolder.Load(samples.Folder, Defaults with { SkipBad = true })).Message;
        Assert.Equal(
            $"'{samples.PathOf("dogs")}' holds 1 readable image, and a class needs at least 2: one to train on and one to test on.",
            message);
    }

    [Fact]
    public void MoreThanAnArrayCanHaveIsRefused()
    {
        WriteTen("cats", 0);
        WriteTen("dogs", 100);

        string message = Assert.Throws<DatasetException>(() => ImageFolder.Load(samples.Folder,
            Defaults with { Height = 16384, Width = 10000 })).Message;
        Assert.Equal($"'{samples.Folder}' holds 16 training images of 1 x 16384 x 10000 = 2621440000 bytes in all, which is more than an array can have (2147483591).", message);
    }

    [Fact]
    public void OptionsThatMakeNoSenseAreRefused()
    {
        AssertRefused(Defaults with { Height = 0 }, "Height", "Height must be from 1 to 16384.");
        AssertRefused(Defaults with { Width = 16385 }, "Width", "Width must be from 1 to 16384.");
        AssertRefused(Defaults with { Channels = 2 }, "Channels", "Channels must be 1 or 3.");
        AssertRefused(Defaults with { TestShare = 0 }, "TestShare", "TestShare must be between 0 and 1.");
        AssertRefused(Defaults with { TestShare = 1 }, "TestShare", "TestShare must be between 0 and 1.");
        AssertRefused(Defaults with { TestShare = double.NaN }, "TestShare", "TestShare must be between 0 and 1.");

        void AssertRefused(ImageFolderOptions options, string name, string message)
        {
            var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => ImageFolder.Load(samples.Folder, options));
            Assert.Equal(name, refusal.ParamName);
            Assert.StartsWith(message, refusal.Message);
        }
    }

    /// <summary>0.png to 9.png, each one grey pixel: the folder's first value, and so on.</summary>
    private void WriteTen(string folder, byte first)
    {
        for (int n = 0; n < 10; n++)
            samples.Write($"{folder}/{n}.png", ImageSamples.GreyPng(1, (byte)(first + n)));
    }

    private void AssertFault(string path, string fault) =>
        Assert.Equal($"'{path}' {fault}.", Assert.Throws<DatasetException>(() => ImageFolder.Load(samples.Folder, Defaults)).Message);
}
