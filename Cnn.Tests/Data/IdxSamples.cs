using System.Buffers.Binary;
using System.IO.Compression;

namespace Cnn.Tests.Data;

/// <summary>IDX files made to order, in a folder of their own that goes when the test does.</summary>
internal sealed class IdxSamples : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("cnn-idx-").FullName;

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    /// <summary>A small dataset of MNIST's kind, three training images of 2 x 3 and two test images.</summary>
    public void WriteDataset(string trainPrefix, string testPrefix, string suffix = "", byte firstLabel = 0)
    {
        foreach ((string prefix, byte count) in new[] { (trainPrefix, (byte)3), (testPrefix, (byte)2) })
        {
            byte[] labels = [.. Enumerable.Range(firstLabel, count).Select(l => (byte)l)];
            byte[] images = Array(0x08, [count, 2, 3], Counting(count * 6));
            byte[] labelArray = Array(0x08, [count], labels);
            Write($"{prefix}-images-idx3-ubyte{suffix}", suffix == ".gz" ? Gzip(images) : images);
            Write($"{prefix}-labels-idx1-ubyte{suffix}", suffix == ".gz" ? Gzip(labelArray) : labelArray);
        }
    }

    public static byte[] Array(byte elementType, uint[] dimensions, byte[] data)
    {
        var header = new byte[4 + 4 * dimensions.Length];
        (header[2], header[3]) = (elementType, (byte)dimensions.Length);
        for (int d = 0; d < dimensions.Length; d++)
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4 + 4 * d), dimensions[d]);
        return [.. header, .. data];
    }

    public static byte[] Counting(int count) => [.. Enumerable.Range(1, count).Select(i => (byte)i)];

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(content);
        return packed.ToArray();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
