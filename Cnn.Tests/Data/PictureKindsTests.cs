using Cnn.Reference.Data;
using SkiaSharp;

namespace Cnn.Tests.Data;

/// <summary>A picture is what its first bytes say, whatever its name.</summary>
public sealed class PictureKindsTests : IDisposable
{
    private const string Read = "and only PNG, JPEG, WebP, BMP and GIF are read";
    private readonly ImageSamples samples = new();

    public void Dispose() => samples.Dispose();

    [Theory]
    [InlineData("picture.bmp")]
    [InlineData("picture.jpg")]
    [InlineData("picture")]
    public void ABmpIsReadUnderAnyName(string name)
    {
        string path = samples.Write(
            name, PictureBytes.Bmp(3, (1, 2, 3), (10, 20, 30), (100, 200, 255), (4, 5, 6), (40, 50, 60), (0, 255, 7)));

        Assert.Equal((2, 3), (ImageFile.ReadHeader(path).Height, ImageFile.ReadHeader(path).Width));
        Assert.Equal([1, 10, 100, 4, 40, 0, 2, 20, 200, 5, 50, 255, 3, 30, 255, 6, 60, 7], Pixels(path, 3, 2, 3));
    }

    [Fact]
    public void OfAGifTheFirstFrameIsRead()
    {
        byte[] first = [.. Enumerable.Range(0, 15 * 20).Select(n => (byte)(n * 7))], second = [.. first.Reverse()];
        string path = samples.Write("moving.gif", PictureBytes.Gif(20, first, second));

        Assert.Equal((15, 20), (ImageFile.ReadHeader(path).Height, ImageFile.ReadHeader(path).Width));
        Assert.Equal(first, Pixels(path, 1, 15, 20));
    }

    [Fact]
    public void AWebPIsRead()
    {
        SKColor[] colours = [.. Enumerable.Range(0, 48).Select(n => new SKColor((byte)(5 * n), 100, (byte)(255 - n)))];
        string path = samples.Write("picture.webp", ImageSamples.WebP(6, colours));

        byte[] pixels = Pixels(path, 3, 8, 6);

        Assert.All(pixels[..48].Zip(colours), pair => Assert.InRange(pair.First, pair.Second.Red - 3, pair.Second.Red + 3));
        Assert.All(pixels[48..96], value => Assert.InRange(value, 97, 103));
    }

    [Theory]
    [MemberData(nameof(OtherKinds))]
    public void WhatIsNotReadIsCalledWhatItIs(string kind, byte[] content)
    {
        string path = samples.Write("picture.jpg", [.. content, .. new byte[100]]);

        Assert.Equal($"'{path}' is {kind}, {Read}.", Assert.Throws<DatasetException>(() => ImageFile.ReadHeader(path)).Message);
    }

    public static TheoryData<string, byte[]> OtherKinds => new()
    {
        { "a TIFF image", "II*\0"u8.ToArray() },
        { "a TIFF image", "MM\0*"u8.ToArray() },
        { "a HEIC image", "\0\0\0\u0018ftypheic\0\0\0\0mif1heic"u8.ToArray() },
        { "a HEIC image", "\0\0\0\u0018ftypmif1\0\0\0\0mif1heic"u8.ToArray() },
        { "an AVIF image", "\0\0\0\u0018ftypavif\0\0\0\0mif1miaf"u8.ToArray() },
        { "an AVIF image", "\0\0\0\u001cftypmif1\0\0\0\0mif1avifmiaf"u8.ToArray() },
        { "a JPEG XL image", [0xFF, 0x0A] },
        { "a JPEG 2000 image", [0, 0, 0, 12, .. "jP  \r\n"u8] },
        { "a Photoshop image", "8BPS\0\u0001"u8.ToArray() },
        { "an icon", [0, 0, 1, 0, 1, 0, 16, 16] },
    };

    /// <summary>Words may begin as a picture does.</summary>
    [Theory]
    [InlineData("BMW is a maker of cars, and this is a text about it.")]
    [InlineData("RIFFRAFF, a song; WEBPAGES are elsewhere.")]
    [InlineData("GIFTS for all.")]
    public void WordsAreNoPicture(string words)
    {
        string path = samples.Write("words.png", System.Text.Encoding.ASCII.GetBytes(words));

        Assert.Equal($"'{path}' is not a PNG, JPEG, WebP, BMP or GIF image.",
            Assert.Throws<DatasetException>(() => ImageFile.ReadHeader(path)).Message);
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
    public void TheOrientationOfPngAndWebPIsHonoured(byte orientation, string seen)
    {
        byte[] stored = [.. Enumerable.Range(0, 16 * 32).Select(n => (byte)(20 + 60 * (n / 32 / 8 * 2 + n % 32 / 16)))];
        byte[] png = ImageSamples.GreyPng(32, stored), webP = ImageSamples.WebP(32, [.. stored.Select(v => new SKColor(v, v, v))]);
        (int height, int width) = orientation < 5 ? (16, 32) : (32, 16);
        (string, byte[])[] files =
        [
            ("before.png", PictureBytes.WithPngChunk(png, "eXIf", PictureBytes.Exif(orientation))),
            ("behind.png", PictureBytes.WithPngChunk(png, "eXIf", PictureBytes.Exif(orientation, bigEndian: true), behindPixels: true)),
            ("plain.webp", PictureBytes.WithExif(webP, 16, 32, PictureBytes.Exif(orientation))),
            ("prefixed.webp", PictureBytes.WithExif(webP, 16, 32, [.. "Exif\0\0"u8, .. PictureBytes.Exif(orientation, bigEndian: true)])),
        ];
        foreach ((string name, byte[] content) in files)
        {
            string path = samples.Write(name, content);
            Assert.Equal((height, width), (ImageFile.ReadHeader(path).Height, ImageFile.ReadHeader(path).Width));
            byte[] pixels = Pixels(path, 1, height, width);
            for (int quarter = 0; quarter < 4; quarter++)
            {
                int value = 20 + 60 * (seen[quarter] - 'A');
                Assert.InRange(
                    pixels[(height / 4 + quarter / 2 * height / 2) * width + width / 4 + quarter % 2 * width / 2], value - 3, value + 3);
            }
        }
    }

    /// <summary>EXIF data that makes no sense turns nothing.</summary>
    [Fact]
    public void EveryOtherExifLeavesThePictureAsItIs()
    {
        byte[] png = ImageSamples.GreyPng(2, 1, 2, 3, 4);
        byte[] exif = PictureBytes.Exif(6);
        List<byte[]> others = [[], PictureBytes.Exif(0), PictureBytes.Exif(9), .. Enumerable.Range(0, 19).Select(length => exif[..length])];
        byte[] far = [.. exif];
        far[7] = 0x7F; // the entries lie behind the end
        others.Add(far);
        foreach (byte[] other in others)
            Assert.Equal([1, 2, 3, 4], Pixels(samples.Write("other.png", PictureBytes.WithPngChunk(png, "eXIf", other)), 1, 2, 2));
        // "Exif" alone, as JPEG has it, is some writers' habit in PNG too.
        Assert.Equal([3, 1, 4, 2],
            Pixels(samples.Write("prefixed.png", PictureBytes.WithPngChunk(png, "eXIf", [.. "Exif\0\0"u8, .. exif])), 1, 2, 2));
    }

    private static byte[] Pixels(string path, int channels, int height, int width)
    {
        var pixels = new byte[channels * height * width];
        ImageFile.ReadPixels(path, pixels, channels, height, width);
        return pixels;
    }
}
