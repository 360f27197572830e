using System.Diagnostics;
using Cnn.Reference.Data;
using SkiaSharp;

namespace Cnn.Tests.Data;

/// <summary>Pictures that take long, claim much, or have lost a part: what a person may have by accident or by malice.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class DamagedPictureTests : IDisposable
{
    private static readonly byte[] Values = [.. Enumerable.Range(0, 24 * 40).Select(n => (byte)(n * n % 251))];
    private readonly ImageSamples samples = new();

    public void Dispose() => samples.Dispose();

    [Theory]
    [InlineData("iTXt", false)]
    [InlineData("tEXt", true)]
    [InlineData("eXIf", false)]
    [InlineData("prVt", true)]
    public void APngWithALongChunkBesideItsPixelsIsReadAtOnce(string type, bool behindPixels)
    {
        byte[] png = PictureBytes.WithPngChunk(ImageSamples.GreyPng(40, Values), type, new byte[12 << 20], behindPixels);
        string path = samples.Write("long.png", png);

        var watch = Stopwatch.StartNew();
        Assert.Equal(Values, Pixels(path, 24, 40));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 6);
    }

    /// <summary>These the decoder needs, and gathers piece by piece.</summary>
    [Theory]
    [InlineData("PLTE", "is damaged: its chunk PLTE has 12582912 bytes")]
    [InlineData("tRNS", "is damaged: its chunk tRNS has 12582912 bytes")]
    [InlineData("CRIT", "needs the chunk CRIT, which is none of PNG's own")]
    public void APngWhosePaletteIsLongIsRefusedAtOnce(string type, string fault)
    {
        string path = samples.Write("long.png", PictureBytes.WithPngChunk(ImageSamples.GreyPng(40, Values), type, new byte[12 << 20]));

        var watch = Stopwatch.StartNew();
        Assert.Equal(fault, Fault(path));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 6);
    }

    [Fact]
    public void ASmallFileThatClaimsManyPixelsIsRefused()
    {
        byte[] png = PictureBytes.PngThatClaims(16384, 16384, pixelBytes: 24);
        Assert.Equal("promises 16384 x 16384 pixels in 81 bytes, which is taken for damage", Fault(samples.Write("bomb.png", png)));

        // So many any file may claim, and it is the decoder that finds the damage.
        Assert.Equal("is truncated: its pixels end early",
            Fault(samples.Write("large.png", PictureBytes.PngThatClaims(4096, 4096, pixelBytes: 24))));
    }

    [Fact]
    public void AJpegWithoutItsEndMarkIsTruncated()
    {
        byte[] jpeg = ImageSamples.GreyJpeg(40, Values);
        const string fault = "is truncated: its end mark is missing";

        Assert.Equal(fault, Fault(samples.Write("cut.jpg", jpeg[..^2])));
        Assert.Equal(fault, Fault(samples.Write("cut.jpg", jpeg[..^1])));
        int half = jpeg.Length - 200;
        Assert.Equal(fault, Fault(samples.Write("half.jpg", [.. jpeg[..half], .. new byte[200]])));
        Assert.Equal(fault, Fault(samples.Write("half.jpg", [.. jpeg[..half], .. Enumerable.Repeat((byte)0xFF, 200)])));
    }

    /// <summary>What the decoder reads whole is no damage, however odd.</summary>
    [Fact]
    public void ZerosBehindAJpegsLastCodeAreRead()
    {
        byte[] jpeg = ImageSamples.GreyJpeg(40, Values);
        foreach (int count in (int[])[1, 3, 8])
        {
            var plain = Pixels(samples.Write("plain.jpg", jpeg), 24, 40);
            Assert.Equal(plain, Pixels(samples.Write("padded.jpg", [.. jpeg[..^2], .. new byte[count], .. jpeg[^2..]]), 24, 40));
        }
    }

    [Fact]
    public void APlainWebPOfManyPixelsIsNoDamage()
    {
        using var bitmap = new SKBitmap(5000, 5000);
        bitmap.Erase(SKColors.White);
        using var webp = bitmap.Encode(SKEncodedImageFormat.Webp, 100);
        Assert.InRange(webp.Size, 1, 3000); // fewer bytes than any PNG could have
        Assert.All(Pixels(samples.Write("white.webp", webp.ToArray()), 2, 2), value => Assert.Equal(255, value));
    }

    [Fact]
    public void AProgressiveJpegIsReadAndOneThatIsCutIsTruncated()
    {
        byte[] blocks = [.. Enumerable.Range(0, 12).Select(n => (byte)(20 + 17 * n))];
        byte[] whole = PictureBytes.ProgressiveJpeg(4, blocks);
        Assert.Equal(
            blocks, Enumerable.Range(0, 12).Select(n => Pixels(samples.Write("whole.jpg", whole), 24, 32)[n / 4 * 8 * 32 + n % 4 * 8]));

        int pixels = whole.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]) + 10;
        for (int length = pixels; length < whole.Length; length++)
            Assert.Equal("is truncated: its end mark is missing", Fault(samples.Write("cut.jpg", whole[..length])));
    }

    [Fact]
    public void AJpegOfManyScansIsReadAndOneThatIsCutIsRefused()
    {
        byte[] whole = PictureBytes.TenScans;
        Assert.True(Pixels(samples.Write("whole.jpg", whole), 20, 44).Distinct().Count() > 50);

        for (int length = 0; length < whole.Length; length++)
            Assert.StartsWith("is ", Fault(samples.Write("cut.jpg", whole[..length])), StringComparison.Ordinal);
    }

    /// <summary>Most damage leaves a code that is none, or too many or too few: the decoder fills up, and says nothing.</summary>
    [Theory]
    [InlineData("one scan", 40, 80)]
    [InlineData("one scan", 2, 40)]
    [InlineData("ten scans", 40, 95)]
    [InlineData("ten scans", 2, 50)]
    public void MostJpegsWhoseBytesWereChangedAreRefused(string kind, int count, int leastPercent)
    {
        var random = new Random(1);
        SKColor[] colours = [.. Enumerable.Range(0, 65 * 97).Select(n => Wave(n % 97, n / 97, random.Next(20)))];
        byte[] whole = kind == "one scan" ? ImageSamples.Jpeg(97, colours) : PictureBytes.TenScans;
        Pixels(samples.Write("whole.jpg", whole), 20, 44);
        int first = whole.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]) + 14, refused = 0;
        for (int n = 0; n < 100; n++)
        {
            byte[] changed = [.. whole];
            random.NextBytes(changed.AsSpan(random.Next(first, whole.Length - 2 - count), count));
            try
            {
                Pixels(samples.Write("changed.jpg", changed), 20, 44);
            }
            catch (DatasetException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, leastPercent, 100);

        static SKColor Wave(int x, int y, int noise) =>
            new((byte)(100 + 80 * Math.Sin(x / 7.0 + y / 11.0) + noise), (byte)(100 + 80 * Math.Sin(x / 16.0) + noise),
                (byte)(2 * y + noise));
    }

    /// <summary>What else a camera puts behind a picture is no damage; what nobody puts there is.</summary>
    [Fact]
    public void WhatLiesBehindAJpegsEndMarkIsLookedAt()
    {
        byte[] jpeg = ImageSamples.GreyJpeg(40, Values), values = Pixels(samples.Write("alone.jpg", jpeg), 24, 40);
        byte[][] known =
        [
            new byte[512], [0xFF, 0xFF, 0xFF], "\r\n"u8.ToArray(),
            jpeg, // a preview
            [.. new byte[100], .. jpeg],
            [0, 0, 0, 24, .. "ftypmp42"u8, .. new byte[100]], // a moving picture
            [.. new byte[100], .. "SEFT"u8],
        ];
        foreach (byte[] behind in known) Assert.Equal(values, Pixels(samples.Write("more.jpg", [.. jpeg, .. behind]), 24, 40));

        byte[] noise = new byte[300];
        new Random(1).NextBytes(noise);
        Assert.Equal("is damaged: 300 bytes lie behind its end mark", Fault(samples.Write("noise.jpg", [.. jpeg, .. noise])));
        // An end mark that has come into the middle.
        byte[] early = [.. jpeg];
        int middle = jpeg.Length - 300;
        (early[middle], early[middle + 1]) = (0xFF, 0xD9);
        Assert.Equal("is damaged: 298 bytes lie behind its end mark", Fault(samples.Write("early.jpg", early)));
    }

    [Theory]
    [InlineData(0xD3)] // a restart mark, where none are announced
    [InlineData(0x42)]
    [InlineData(0xD8)]
    [InlineData(0xC0)]
    public void AMarkThatCannotStandAmongTheCodesIsDamage(byte mark)
    {
        byte[] jpeg = ImageSamples.GreyJpeg(40, Values);
        int middle = jpeg.Length - 300;
        while (jpeg[middle - 1] == 0xFF || jpeg[middle] == 0xFF || jpeg[middle + 1] == 0xFF) middle++;
        (jpeg[middle], jpeg[middle + 1]) = (0xFF, mark);

        Assert.Equal("is damaged: its pixels cannot be decoded", Fault(samples.Write("mark.jpg", jpeg)));
    }

    [Theory]
    [InlineData("webp")]
    [InlineData("gif")]
    [InlineData("bmp")]
    public void OtherKindsThatAreCutAreTruncated(string kind)
    {
        byte[] whole = kind switch
        {
            "webp" => ImageSamples.WebP(40, [.. Values.Select(v => new SKColor(v, (byte)(255 - v), 7))]),
            "gif" => PictureBytes.Gif(40, Values),
            _ => PictureBytes.Bmp(40, [.. Values.Select(v => (v, v, v))]),
        };
        Pixels(samples.Write("whole", whole), 24, 40);

        foreach (int cut in new[] { 10, 50, 100 })
            Assert.StartsWith("is truncated", Fault(samples.Write("cut", whole[..^cut])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("webp")]
    [InlineData("gif")]
    [InlineData("bmp")]
    [InlineData("progressive")]
    public void AFileWithAnyByteChangedIsReadOrRefusedWithASentence(string kind)
    {
        byte[] whole = kind switch
        {
            "webp" => ImageSamples.WebP(4, [.. Values[..12].Select(v => new SKColor(v, (byte)(255 - v), 7))]),
            "gif" => PictureBytes.Gif(4, Values[..12]),
            "bmp" => PictureBytes.Bmp(4, [.. Values[..12].Select(v => (v, v, v))]),
            _ => PictureBytes.ProgressiveJpeg(2, 10, 200, 90, 30),
        };
        for (int at = 0; at < whole.Length; at++)
            foreach (byte change in new byte[] { 1, 0x80, 0xFF })
            {
                byte[] content = [.. whole];
                content[at] ^= change;
                string path = samples.Write("changed", content);
                try
                {
                    Pixels(path, 3, 4);
                }
                catch (DatasetException e)
                {
                    Assert.StartsWith($"'{path}' ", e.Message, StringComparison.Ordinal);
                }
            }
    }

    [Fact]
    public void APngWhoseChecksumsDoNotFitIsDamaged()
    {
        byte[] png = PictureBytes.WithPngChunk(ImageSamples.GreyPng(40, Values), "tRNS", [0, 7]);
        Assert.Equal(255, Pixels(samples.Write("clear.png", png), 24, 40)[Array.IndexOf(Values, (byte)7)]);

        png[33 + 9] ^= 1; // of tRNS, which lies behind 33 bytes
        Assert.Equal("is damaged: the checksum of its chunk tRNS is wrong", Fault(samples.Write("clear.png", png)));
    }

    [Fact]
    public void AFolderWhereAFileIsWantedSaysSo()
    {
        string folder = samples.PathOf("folder.png");
        Directory.CreateDirectory(folder);

        Assert.Equal("is a folder, not a file", Fault(folder));
    }

    [Fact]
    public void DecodingStopsWithinAPicture()
    {
        // Decodes for seconds, from few bytes.
        using var packed = new MemoryStream();
        using (var deflate = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            for (int row = 0; row < 12000; row++) deflate.Write(new byte[12001]);
        byte[] png = PictureBytes.PngThatClaims(12000, 12000, 0);
        string path = samples.Write(
            "slow.png", [.. png[..33], .. PictureBytes.PngChunk("IDAT", packed.ToArray()), .. PictureBytes.PngChunk("IEND", [])]);
        var watch = Stopwatch.StartNew();
        ImageFile.ReadPixels(path, new byte[9], 1, 3, 3);
        TimeSpan whole = watch.Elapsed;

        using var cancel = new CancellationTokenSource();
        var stopping = new Thread(() => // of its own: the pool's may all be at work in other tests
        {
            Thread.Sleep(whole / 6);
            cancel.Cancel();
        });
        watch.Restart();
        stopping.Start();
        Assert.ThrowsAny<OperationCanceledException>(() => ImageFile.ReadPixels(path, new byte[9], 1, 3, 3, cancel.Token));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, whole * 0.9);
        stopping.Join();
    }

    private static byte[] Pixels(string path, int height, int width)
    {
        var pixels = new byte[height * width];
        ImageFile.ReadPixels(path, pixels, 1, height, width);
        return pixels;
    }

    private static string Fault(string path) => Assert.Throws<DatasetException>(() => ImageFile.ReadHeaderAndCheckPixels(path)).Fault;
}
