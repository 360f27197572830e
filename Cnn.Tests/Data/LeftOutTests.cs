using Cnn.Reference.Data;
using SkiaSharp;

namespace Cnn.Tests.Data;

/// <summary>What lies in a folder of images and is not read is said, by kind and count.</summary>
public sealed class LeftOutTests : IDisposable
{
    private static readonly byte[] Heic = [0, 0, 0, 24, .. "ftypheic\0\0\0\0mif1heic"u8], Tiff = [.. "II*\0"u8, 8, 0, 0, 0];
    private readonly ImageSamples samples = new();

    public LeftOutTests()
    {
        for (byte n = 0; n < 5; n++)
        {
            samples.Write($"cats/{n}.png", ImageSamples.GreyPng(1, n));
            samples.Write($"dogs/{n}.png", ImageSamples.GreyPng(1, (byte)(100 + n)));
        }
    }

    public void Dispose() => samples.Dispose();

    [Fact]
    public void PicturesOfAllKindsAreTakenUnderAnyName()
    {
        samples.Write("cats/a.webp", ImageSamples.WebP(1, new SKColor(50, 50, 50)));
        samples.Write("cats/b.jfif", ImageSamples.GreyJpeg(1, 51));
        samples.Write("dogs/c.bmp", PictureBytes.Bmp(1, (52, 52, 52)));
        samples.Write("dogs/d.gif", PictureBytes.Gif(1, [53]));
        samples.Write("dogs/download", ImageSamples.GreyPng(1, 54));
        samples.Write("dogs/e.tif", ImageSamples.GreyPng(1, 55));

        Dataset dataset = Open(new ImageFolderOptions { Channels = 1 });

        Assert.Equal(16, dataset.Train.Count + dataset.Test.Count);
        Assert.Superset(new HashSet<byte> { 50, 51, 52, 53, 54, 55 }, new HashSet<byte>(dataset.Train.Pixels.Concat(dataset.Test.Pixels)));
        Assert.Null(dataset.LeftOut);
    }

    [Fact]
    public void WhatIsLeftOutIsCountedByKind()
    {
        foreach (string name in new[] { "cats/a.heic", "cats/b.jpg", "dogs/c.HEIC" }) samples.Write(name, Heic);
        samples.Write("dogs/scan.tif", Tiff);
        samples.Write("dogs/notes.txt", "words"u8.ToArray());
        samples.Write("dogs/more.TXT", []);
        samples.Write("dogs/README", "words"u8.ToArray());
        samples.Write("cats/kittens/1.png", ImageSamples.GreyPng(1, 7));
        samples.Write("cats/.hidden.heic", Heic);
        samples.Write("loose.png", ImageSamples.GreyPng(1, 7));
        samples.Write("readme.md", "words"u8.ToArray());

        Dataset dataset = Open(new ImageFolderOptions());

        Assert.Equal(10, dataset.Train.Count + dataset.Test.Count);
        Assert.Equal(
            "3 HEIC images, 1 TIFF image, 2 .txt files, 1 other file and 1 folder within the classes' folders, and 1 PNG image beside them",
            dataset.LeftOut);
    }

    [Fact]
    public void ManyKindsOfFilesAreCountedTogether()
    {
        foreach (string end in "abcdefghij".Select(letter => $"{letter}{letter}")) samples.Write($"cats/file.{end}", [1]);
        samples.Write("cats/other.bb", [1]);

        Assert.Equal(
            "2 .bb files, 1 .aa file, 1 .cc file and 7 other files within the classes' folders", Open(new ImageFolderOptions()).LeftOut);
    }

    /// <summary>Whose name says that it is a picture is damaged when it is none, and does not go unseen.</summary>
    [Theory]
    [InlineData("cats/a.webp")]
    [InlineData("cats/a.GIF")]
    [InlineData("cats/a.bmp")]
    [InlineData("cats/a.jfif")]
    [InlineData("cats/a.jpe")]
    public void AFileThatIsCalledAPictureAndIsNoneIsDamaged(string name)
    {
        samples.Write(name, "words"u8.ToArray());

        Assert.Equal(
            $"'{samples.PathOf(name)}' is not a PNG, JPEG, WebP, BMP or GIF image; --skip-bad leaves such files out.",
            Assert.Throws<DatasetException>(() => Open(new ImageFolderOptions())).Message);
        Assert.Single(Open(new ImageFolderOptions { SkipBad = true }).Skipped);
    }

    [Fact]
    public void AClassOfWhichAllIsLeftOutSaysWhy()
    {
        samples.Write("frogs/1.heic", Heic);
        samples.Write("frogs/2.heic", Heic);

        Assert.Equal(
            $"'{samples.PathOf("frogs")}' holds 0 readable images, and a class needs at least 2: one to train on and one to test on; left out: 2 HEIC images within the classes' folders.",
            Assert.Throws<DatasetException>(() => Open(new ImageFolderOptions())).Message);
    }

    [Fact]
    public void AFolderOfWhichAllIsLeftOutSaysWhy()
    {
        using var others = new ImageSamples();
        others.Write("a/1.heic", Heic);
        others.Write("b/1.heic", Heic);

        Assert.Equal(
            $"'{others.Folder}' holds no images: no PNG, JPEG, WebP, BMP or GIF lies directly in one of its sub-folders; left out: 2 HEIC images within the classes' folders.",
            Assert.Throws<DatasetException>(() => Dataset.Open(others.Folder, new ImageFolderOptions())).Message);
    }

    private Dataset Open(ImageFolderOptions options) => Dataset.Open(samples.Folder, options);
}
