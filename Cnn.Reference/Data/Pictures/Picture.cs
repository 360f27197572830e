using Cnn.Reference.Files;
using SkiaSharp;

namespace Cnn.Reference.Data.Pictures;

/// <summary>A picture whose header has been read, and whose pixels can be decoded.</summary>
internal sealed class Picture : IDisposable
{
    /// <summary>One gigabyte when decoded. A header that promises more is taken for damage rather than for a photograph.</summary>
    private const long MostPixels = 1L << 28;

    /// <summary>No file of more bytes is read.</summary>
    private const long MostBytes = 1L << 30;

    /// <summary>Pixels that any PNG may promise, however short it is.</summary>
    private const long FreePixels = 1L << 24;

    /// <summary>Beyond those, a byte stands for so many at most: a PNG of one bit a pixel, compressed as far as its method goes.</summary>
    private const long MostPixelsAByte = 8 * 1032;

    private readonly string path;
    private readonly byte[] content;
    private readonly SKCodec codec;
    private readonly PictureKind kind;
    private readonly CancellationToken cancel;

    private Picture(string path, byte[] content, SKCodec codec, PictureKind kind, SKEncodedOrigin origin, CancellationToken cancel) =>
        (this.path, this.content, this.codec, this.kind, Origin, this.cancel) = (path, content, codec, kind, origin, cancel);

    /// <summary>How the stored rows lie in the upright picture.</summary>
    public SKEncodedOrigin Origin { get; }

    /// <summary>Rows, as they are stored.</summary>
    public int Height => codec.Info.Height;

    /// <summary>Columns, as they are stored.</summary>
    public int Width => codec.Info.Width;

    /// <summary>Whether one grey value a pixel is stored, without transparency.</summary>
    public bool IsGrey => codec.Info.ColorType == SKColorType.Gray8;

    /// <summary>The memory that decoding takes, at most: four bytes a pixel, and a JPEG's coefficients if it has several scans.</summary>
    public long DecodedBytes => (long)Height * Width * (kind == PictureKind.Jpeg ? 10 : 4);

    /// <summary>Opens a file, and refuses what can be seen to be damaged before any pixel is decoded.</summary>
    /// <exception cref="DatasetException">The file is missing, unreadable, damaged or no picture that is read.</exception>
    public static Picture Open(string path, CancellationToken cancel)
    {
        byte[] content = ReadAll(path);
        PictureKind kind = PictureSignature.Of(content);
        if (kind == PictureKind.Unknown) throw new DatasetException(path, $"is not a {PictureKinds.ReadAny} image");
        if (!kind.IsRead())
            throw new DatasetException(
                path, $"is {(kind.Noun()[0] is 'A' or 'i' ? "an" : "a")} {kind.Noun()}, and only {PictureKinds.Read} are read");

        (int length, SKEncodedOrigin? origin) = (content.Length, null);
        if (kind == PictureKind.Png) (length, origin) = PngChunks.Strip(path, content);
        if (kind == PictureKind.WebP) origin = WebPChunks.Origin(path, content);
        if (kind == PictureKind.Jpeg) JpegMarkers.Check(path, content);

        SKCodec codec = SKCodec.Create(new PictureStream(content, length, cancel), out _)
            ?? throw Stopped(cancel, path, "is truncated or damaged in its header");
        try
        {
            (int height, int width) = (codec.Info.Height, codec.Info.Width);
            long pixels = (long)height * width;
            if (pixels > MostPixels)
                throw new DatasetException(path, $"promises {height} x {width} pixels, and at most {MostPixels} are read");
            if (kind == PictureKind.Png && pixels > FreePixels && pixels > length * MostPixelsAByte)
                throw new DatasetException(path, $"promises {height} x {width} pixels in {length} bytes, which is taken for damage");
            return new Picture(path, content, codec, kind, origin ?? codec.EncodedOrigin, cancel);
        }
        catch
        {
            codec.Dispose();
            throw;
        }
    }

    /// <summary>Red, green, blue and opacity, the colours already multiplied by the opacity.</summary>
    /// <exception cref="DatasetException">The pixels are damaged, or do not fit into memory.</exception>
    /// <exception cref="OperationCanceledException">The user has stopped it.</exception>
    public SKBitmap Decode()
    {
        if (kind == PictureKind.Jpeg && !JpegCodes.AreWhole(content, cancel))
            throw new DatasetException(path, "is damaged: its pixels cannot be decoded");
        var bitmap = new SKBitmap();
        var info = new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Premul);
        string? fault = !bitmap.TryAllocPixels(info)
            ? $"does not fit into memory: it has {Height} x {Width} pixels"
            : codec.GetPixels(info, bitmap.GetPixels()) switch
            {
                SKCodecResult.Success => null,
                SKCodecResult.IncompleteInput => "is truncated: its pixels end early",
                _ => "is damaged: its pixels cannot be decoded",
            };
        if (fault is null && !cancel.IsCancellationRequested) return bitmap;

        bitmap.Dispose();
        throw Stopped(cancel, path, fault ?? "");
    }

    /// <inheritdoc/>
    public void Dispose() => codec.Dispose();

    private static byte[] ReadAll(string path)
    {
        DatasetFolder.RequireFile(path);
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length == 0) throw new DatasetException(path, "is empty");
            if (file.Length > MostBytes) throw new DatasetException(path, $"has {file.Length} bytes, and at most {MostBytes} are read");
            var content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (Exception e) when (FileFault.IsRefusal(e))
        {
            throw DatasetException.Refused(path, e);
        }
    }

    /// <summary>Why there is no picture. When the user stops the program, its bytes end.</summary>
    private static Exception Stopped(CancellationToken cancel, string path, string fault) =>
        cancel.IsCancellationRequested ? new OperationCanceledException(cancel) : new DatasetException(path, fault);
}
