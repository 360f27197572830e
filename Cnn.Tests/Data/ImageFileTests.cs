using Cnn.Reference.Data;
using Cnn.Reference.Files;
using SkiaSharp;

namespace Cnn.Tests.Data;

public sealed class ImageFileTests : IDisposable
{
    private readonly ImageSamples samples = new();

    public void Dispose() => samples.Dispose();

    [Fact]
    public void AGreyPngKeepsItsBytes()
    {
        byte[] values = [0, 1, 2, 127, 128, 255];
        string path = samples.Write("grey.png", ImageSamples.GreyPng(3, values));

        Assert.Equal(new ImageFile.Header(2, 3, Grey: true), ImageFile.ReadHeader(path));
        Assert.Equal(values, Pixels(path, 1, 2, 3));
        Assert.Equal([.. values, .. values, .. values], Pixels(path, 3, 2, 3));
    }

    [Fact]
    public void EveryGreyValueStaysItself()
    {
        byte[] values = [.. Enumerable.Range(0, 256).Select(v => (byte)v)];

        Assert.Equal(values, Pixels(samples.Write("grey.png", ImageSamples.GreyPng(16, values)), 1, 16, 16));
        Assert.Equal(
            values, Pixels(samples.Write("colour.png", ImageSamples.Png(16, [.. values.Select(v => new SKColor(v, v, v))])), 1, 16, 16));
    }

    [Fact]
    public void AColourPngIsWrittenPlaneByPlane()
    {
        string path = samples.Write("colour.png", ImageSamples.Png(3,
            new SKColor(1, 2, 3), new SKColor(10, 20, 30), new SKColor(100, 200, 255),
            new SKColor(4, 5, 6), new SKColor(40, 50, 60), new SKColor(0, 255, 7)));

        Assert.Equal(new ImageFile.Header(2, 3, Grey: false), ImageFile.ReadHeader(path));
        Assert.Equal([1, 10, 100, 4, 40, 0, 2, 20, 200, 5, 50, 255, 3, 30, 255, 6, 60, 7], Pixels(path, 3, 2, 3));
        // The second is 2.99 + 11.74 + 3.42 = 18.15, the last 149.685 + 0.798 = 150.483.
        Assert.Equal([2, 18, 176, 5, 48, 150], Pixels(path, 1, 2, 3));
    }

    [Fact]
    public void TransparentPixelsLieOverWhite()
    {
        string path = samples.Write("clear.png", ImageSamples.Png(4,
            new SKColor(10, 20, 30, 255), new SKColor(10, 20, 30, 0), new SKColor(0, 0, 0, 51), new SKColor(255, 255, 255, 100)));

        Assert.Equal([10, 255, 204, 255, 20, 255, 204, 255, 30, 255, 204, 255], Pixels(path, 3, 1, 4));
    }

    [Fact]
    public void JpegsAreReadNearly()
    {
        string grey = samples.Write("grey.jpg", ImageSamples.GreyJpeg(8, Enumerable.Repeat((byte)90, 64).ToArray()));
        string colour = samples.Write("colour.jpg", ImageSamples.Jpeg(8, Enumerable.Repeat(new SKColor(200, 100, 50), 64).ToArray()));

        Assert.True(ImageFile.ReadHeader(grey).Grey);
        Assert.False(ImageFile.ReadHeader(colour).Grey);
        Assert.All(Pixels(grey, 1, 8, 8), value => Assert.InRange(value, 89, 91));
        byte[] pixels = Pixels(colour, 3, 8, 8);
        Assert.All(pixels[..64], value => Assert.InRange(value, 198, 202));
        Assert.All(pixels[64..128], value => Assert.InRange(value, 98, 102));
        Assert.All(pixels[128..], value => Assert.InRange(value, 48, 52));
    }

    /// <summary>What is seen, row by row, of an image stored as A B / C D.</summary>
    [Theory]
    [InlineData(1, "ABCD")]
    [InlineData(2, "BADC")]
    [InlineData(3, "DCBA")]
    [InlineData(4, "CDAB")]
    [InlineData(5, "ACBD")]
    [InlineData(6, "CADB")]
    [InlineData(7, "DBCA")]
    [InlineData(8, "BDAC")]
    public void TheExifOrientationIsHonoured(byte orientation, string seen)
    {
        byte[] stored = [.. Enumerable.Range(0, 16 * 32).Select(n => (byte)(20 + 60 * (n / 32 / 8 * 2 + n % 32 / 16)))];
        string path = samples.Write("turned.jpg", ImageSamples.WithOrientation(ImageSamples.GreyJpeg(32, stored), orientation));
        (int height, int width) = orientation < 5 ? (16, 32) : (32, 16);

        Assert.Equal(new ImageFile.Header(height, width, Grey: true), ImageFile.ReadHeader(path));
        AssertQuarters(Pixels(path, 1, height, width), height, width);
        // Shrunk along one side, and grown along the other.
        AssertQuarters(Pixels(path, 1, 12, 40), 12, 40);

        void AssertQuarters(byte[] pixels, int h, int w)
        {
            for (int quarter = 0; quarter < 4; quarter++)
            {
                int middle = (h / 4 + quarter / 2 * h / 2) * w + w / 4 + quarter % 2 * w / 2;
                int value = 20 + 60 * (seen[quarter] - 'A');
                Assert.InRange(pixels[middle], value - 3, value + 3);
            }
        }
    }

    [Theory]
    [InlineData(300, 300, 200, 200)]
    [InlineData(300, 300, 100, 100)]
    [InlineData(37, 53, 36, 52)]
    [InlineData(64, 48, 37, 48)]
    [InlineData(17, 300, 17, 7)]
    [InlineData(90, 7, 1, 1)]
    [InlineData(40, 10, 15, 10)]
    public void AShrunkImageIsTheMeanOfEachArea(int height, int width, int toHeight, int toWidth)
    {
        // Lines of one pixel, which fall between the points that a bilinear filter looks at.
        byte[] lines = [.. Enumerable.Range(0, height * width).Select(n => (byte)(n / width % 3 == 1 || n % width % 5 == 2 ? 255 : 0))];
        byte[] chequered = [.. Enumerable.Range(0, height * width).Select(n => (byte)((n / width + n % width) % 2 * 255))];
        byte[] noise = new byte[height * width];
        new Random(height).NextBytes(noise);
        foreach (byte[] values in new[] { lines, chequered, noise })
        {
            string path = samples.Write("shrunk.png", ImageSamples.GreyPng(width, values));
            byte[] means = Means(values, height, width, toHeight, toWidth);
            Assert.All(Pixels(path, 1, toHeight, toWidth).Zip(means), pair => Assert.InRange(pair.First, pair.Second - 1, pair.Second + 1));
        }
    }

    [Fact]
    public void ShrinkingMixesColoursByTheirOpacity()
    {
        // A clear pixel has no colour of its own, though one is stored.
        string path = samples.Write("clear.png", ImageSamples.Png(2, new SKColor(200, 0, 100, 255), new SKColor(0, 255, 0, 0)));

        Assert.Equal([227, 127, 177], Pixels(path, 3, 1, 1));
    }

    /// <summary>Where one side grows and the other shrinks, neither is left to chance.</summary>
    [Fact]
    public void OneSideMayShrinkWhileTheOtherGrows()
    {
        byte[] chequered = [.. Enumerable.Range(0, 99 * 2).Select(n => (byte)(n % 2 == n / 99 % 2 ? 10 : 250))];
        string path = samples.Write("both.png", ImageSamples.GreyPng(99, chequered));

        byte[] pixels = Pixels(path, 1, 8, 3);

        // 33 columns: 17 of one value and 16 of the other.
        Assert.All(pixels, value => Assert.InRange(value, 125, 135));
    }

    [Fact]
    public void ASideThatKeepsItsLengthKeepsItsValues()
    {
        byte[] values = [0, 255, 0, 255, 90, 10];
        string path = samples.Write("wider.png", ImageSamples.GreyPng(1, values));

        byte[] pixels = Pixels(path, 1, 6, 3);

        Assert.Equal(values.SelectMany(value => new[] { value, value, value }), pixels);
    }

    [Fact]
    public void GrowingNeverPassesTheEndsOfTheScale()
    {
        // A bicubic filter overshoots at edges, and most where opacity and colour jump together.
        SKColor[] colours = [SKColors.White, SKColors.Black, new(0, 0, 0, 0), SKColors.White, new(255, 255, 255, 0), SKColors.Black];
        string path = samples.Write(
            "edges.png", ImageSamples.Png(6, [.. Enumerable.Repeat(colours, 6).SelectMany((row, n) => n % 2 == 0 ? row : row.Reverse())]));
        byte[] pixels = Pixels(path, 3, 60, 60);

        // White areas that came round would be nearly black, and next to them is what is nearly white.
        for (int y = 0; y < 60; y++)
            for (int x = 1; x < 60; x++)
                Assert.InRange(Math.Abs(pixels[60 * y + x] - pixels[60 * y + x - 1]), 0, 80);
    }

    [Fact]
    public void TheWholeImageIsStretched()
    {
        // Left half dark, right half light; a crop to the wanted square would show one of them only.
        string path = samples.Write(
            "wide.png", ImageSamples.GreyPng(8, 10, 10, 10, 10, 250, 250, 250, 250, 10, 10, 10, 10, 250, 250, 250, 250));

        byte[] pixels = Pixels(path, 1, 16, 16);

        for (int row = 0; row < 16; row++)
        {
            Assert.InRange(pixels[16 * row], 9, 11);
            Assert.InRange(pixels[16 * row + 15], 249, 251);
        }
    }

    [Fact]
    public void TheContentAndNotTheNameTellsTheFormat()
    {
        string path = samples.Write("really-a-png.jpg", ImageSamples.GreyPng(2, 7, 9));

        Assert.Equal([7, 9], Pixels(path, 1, 1, 2));
    }

    [Fact]
    public void EveryFaultIsOneSentence()
    {
        AssertFault(samples.Write("empty.png", []), "is empty");
        AssertFault(samples.Write("text.png", "These are words, not pixels."u8.ToArray()), "is not a PNG, JPEG, WebP, BMP or GIF image");
        AssertFault(
            samples.Write("tiff.png", [.. "II*\0"u8, .. new byte[100]]), "is a TIFF image, and only PNG, JPEG, WebP, BMP and GIF are read");

        byte[] png = ImageSamples.GreyPng(8, [.. Enumerable.Range(0, 64).Select(n => (byte)(n * n))]);
        AssertFault(samples.Write("header.png", png[..20]), "is truncated or damaged in its header");
        AssertFault(samples.Write("cut.png", png[..^40]), "is truncated: its pixels end early");
        byte[] turned = [.. png];
        turned[^30] ^= 1;
        AssertFault(samples.Write("damaged.png", turned), "is damaged: its pixels cannot be decoded");

        byte[] jpeg = ImageSamples.GreyJpeg(8, [.. Enumerable.Range(0, 64).Select(n => (byte)(n * n))]);
        AssertFault(samples.Write("header.jpg", jpeg[..50]), "is truncated or damaged in its header");
        AssertFault(samples.Write("cut.jpg", jpeg[..^8]), "is truncated: its end mark is missing");
    }

    [Fact]
    public void AHeaderThatPromisesGigabytesIsRefused()
    {
        byte[] png = ImageSamples.GreyPng(1, 5);
        (png[17], png[21]) = (1, 1);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), PictureBytes.Crc32(png.AsSpan(12, 17)));

        AssertFault(samples.Write("bomb.png", png), "promises 65537 x 65537 pixels, and at most 268435456 are read");
    }

    [Fact]
    public void AMissingAndAHeldFileAreNamed()
    {
        Assert.StartsWith($"'{samples.PathOf("none.png")}' cannot be read (", Fault(samples.PathOf("none.png")).Message);

        string path = samples.Write("held.png", ImageSamples.GreyPng(1, 5));
        using FileStream held = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.StartsWith($"'{path}' cannot be read (", Fault(path).Message);
    }

    [Fact]
    public void AFileCutAnywhereIsRefused()
    {
        byte[] values = [.. Enumerable.Range(0, 12 * 12).Select(n => (byte)(n * n % 251))];
        foreach (byte[] whole in new[] { ImageSamples.GreyPng(12, values), ImageSamples.GreyJpeg(12, values) })
        {
            Pixels(samples.Write("whole", whole), 1, 12, 12);
            for (int length = 0; length < whole.Length; length++)
            {
                string path = samples.Write("cut", whole[..length]);
                Assert.StartsWith($"'{path}' is ", Fault(path).Message);
            }
        }
    }

    [Fact]
    public void APngWithAnyBitTurnedNeverGivesOtherPixels()
    {
        byte[] values = [.. Enumerable.Range(0, 36).Select(n => (byte)(n * n % 251))];
        byte[] whole = ImageSamples.GreyPng(6, values);
        for (int bit = 0; bit < 8 * whole.Length; bit++)
        {
            byte[] content = [.. whole];
            content[bit / 8] ^= (byte)(1 << (bit % 8));
            string path = samples.Write("damaged.png", content);
            try
            {
                Assert.Equal(values, Pixels(path, 1, 6, 6));
            }
            catch (DatasetException e)
            {
                Assert.StartsWith($"'{path}' ", e.Message);
            }
        }
    }

    private static byte[] Pixels(string path, int channels, int height, int width)
    {
        var pixels = new byte[channels * height * width];
        ImageFile.ReadPixels(path, pixels, channels, height, width);
        return pixels;
    }

    /// <summary>The mean of what each new pixel covers, in parts of pixels; by the definition, in float64.</summary>
    private static byte[] Means(byte[] values, int height, int width, int toHeight, int toWidth)
    {
        static double Overlap(int from, int length, int to, int toLength) =>
            Math.Max(0,
                Math.Min((from + 1.0) / length, (to + 1.0) / toLength) - Math.Max((double)from / length, (double)to / toLength)) * toLength;

        var means = new byte[toHeight * toWidth];
        for (int y = 0; y < toHeight; y++)
            for (int x = 0; x < toWidth; x++)
            {
                double sum = 0;
                for (int row = y * height / toHeight; row < height && row * toHeight < (y + 1) * height; row++)
                    for (int column = x * width / toWidth; column < width && column * toWidth < (x + 1) * width; column++)
                        sum += Overlap(row, height, y, toHeight) * Overlap(column, width, x, toWidth) * values[row * width + column];
                means[y * toWidth + x] = (byte)Math.Round(sum);
            }
        return means;
    }

    private static DatasetException Fault(string path) => Assert.Throws<DatasetException>(() => ImageFile.ReadHeaderAndCheckPixels(path));

    private static void AssertFault(string path, string fault)
    {
        Assert.Equal($"'{path}' {fault}.", Fault(path).Message);
        Assert.Equal((path, fault), (Fault(path).Path, Fault(path).Fault));
        Assert.Equal(fault, Assert.Throws<DatasetException>(() => Pixels(path, 1, 4, 4)).Fault);
    }
}
