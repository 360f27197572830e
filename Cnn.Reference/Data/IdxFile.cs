using System.Buffers.Binary;
using System.IO.Compression;
using Cnn.Reference.Files;

namespace Cnn.Reference.Data;

/// <summary>
/// A file in the IDX format of MNIST and its relatives, plain or gzipped: the bytes 0, 0, element type, rank; then one
/// big-endian 32-bit size for each dimension; then the elements, last dimension fastest. Only unsigned bytes are read,
/// which is all that image datasets hold.
/// </summary>
public sealed class IdxFile
{
    private const int MaxRank = 4;
    private const byte UnsignedByte = 0x08;

    /// <summary>No deflate stream unpacks to more than this many times its own size.</summary>
    private const long MaxDeflateRatio = 1032;

    private IdxFile(string path, int[] dimensions, byte[] data)
    {
        Path = path;
        Dimensions = dimensions;
        Data = data;
    }

    /// <summary>Where it was read from.</summary>
    public string Path { get; }

    /// <summary>Outermost first: (count, rows, columns) for images, (count) for labels.</summary>
    public IReadOnlyList<int> Dimensions { get; }

    /// <summary>The elements, last dimension fastest.</summary>
    public byte[] Data { get; }

    /// <summary>Reads the whole file; the first two bytes, not the name, decide whether it is gzipped.</summary>
    /// <exception cref="DatasetException">The file is missing, unreadable, or not exactly one whole IDX array of bytes.</exception>
    public static IdxFile Read(string path)
    {
        if (Directory.Exists(path)) throw new DatasetException(path, "is a folder, not an IDX file");
        if (!File.Exists(path)) throw new DatasetException(path, "does not exist");

        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length == 0) throw new DatasetException(path, "is empty");

            bool gzipped = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            if (!gzipped) return ReadArray(path, file, mostBytes: file.Length);

            using var unpacked = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            IdxFile array = ReadArray(path, unpacked, mostBytes: file.Length * MaxDeflateRatio);
            CheckGzipTrailer(array, file);
            return array;
        }
        catch (InvalidDataException e)
        {
            throw new DatasetException(path, "is damaged: its gzip data cannot be unpacked", e);
        }
        catch (Exception e) when (FileFault.IsRefusal(e))
        {
            throw DatasetException.Refused(path, e);
        }
    }

    /// <param name="mostBytes">
    /// What the stream can hold at most, so that a header which lies cannot make us allocate gigabytes for a small file.
    /// </param>
    private static IdxFile ReadArray(string path, Stream stream, long mostBytes)
    {
        int rank = ReadMagic(path, stream);
        int[] dimensions = ReadDimensions(path, stream, rank);
        long expected = ElementCount(path, dimensions);

        var data = new byte[Math.Min(expected, mostBytes)];
        int found = stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
        if (found < expected)
            throw new DatasetException(
                path, $"is truncated: its header promises {Size(dimensions, expected)} bytes of data, but it holds {found}");
        if (stream.ReadByte() != -1)
            throw new DatasetException(
                path, $"has trailing bytes after the {Size(dimensions, expected)} bytes of data that its header promises");
        return new IdxFile(path, dimensions, data);
    }

    private static int ReadMagic(string path, Stream stream)
    {
        Span<byte> magic = stackalloc byte[4];
        ReadHeader(path, stream, magic);
        uint number = BinaryPrimitives.ReadUInt32BigEndian(magic);

        if (magic[0] != 0 || magic[1] != 0)
            throw new DatasetException(
                path, $"is not an IDX file: its magic number is 0x{number:X8}, and an IDX file's begins with two zero bytes");
        if (magic[2] != UnsignedByte)
            throw new DatasetException(
                path, $"holds {ElementTypeName(magic[2])} (magic number 0x{number:X8}), and only unsigned bytes (0x08) are read");
        if (magic[3] is 0 or > MaxRank)
            throw new DatasetException(path, $"has {magic[3]} dimensions (magic number 0x{number:X8}), and only 1 to {MaxRank} are read");
        return magic[3];
    }

    private static int[] ReadDimensions(string path, Stream stream, int rank)
    {
        Span<byte> sizes = stackalloc byte[4 * MaxRank];
        ReadHeader(path, stream, sizes[..(4 * rank)]);

        var dimensions = new int[rank];
        for (int d = 0; d < rank; d++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(sizes[(4 * d)..]);
            if (size > int.MaxValue)
                throw new DatasetException(path, $"gives dimension {d} the size {size}, which is more than an array can have");
            dimensions[d] = (int)size;
        }
        return dimensions;
    }

    private static long ElementCount(string path, int[] dimensions)
    {
        long count = 1;
        foreach (int size in dimensions)
        {
            // Neither factor exceeds 2^31, so the product cannot overflow before it is checked.
            count *= size;
            if (count > Array.MaxLength)
                throw new DatasetException(
                    path, $"promises {Product(dimensions)} bytes of data, which is more than an array can have ({Array.MaxLength})");
        }
        return count;
    }

    private static void ReadHeader(string path, Stream stream, Span<byte> bytes)
    {
        int found = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (found < bytes.Length)
            throw new DatasetException(path, $"is truncated in its header: {bytes.Length} bytes expected, {found} found");
    }

    /// <summary>
    /// GZipStream checks the checksum of what it unpacks, but takes an end of file inside the 8-byte trailer, or rubbish
    /// after it, without a word. The trailer's last field is the unpacked length, so the file's last four bytes betray both.
    /// </summary>
    private static void CheckGzipTrailer(IdxFile array, FileStream file)
    {
        Span<byte> trailer = stackalloc byte[4];
        file.Seek(-trailer.Length, SeekOrigin.End);
        file.ReadExactly(trailer);

        uint recorded = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        uint unpacked = (uint)(4 + 4 * array.Dimensions.Count) + (uint)array.Data.Length;
        if (recorded != unpacked)
            throw new DatasetException(
                array.Path,
                $"is truncated or has trailing bytes: its gzip data unpacks to {unpacked} bytes, but its last four bytes record " +
                $"{recorded}");
    }

    private static string Size(int[] dimensions, long count) => dimensions.Length == 1 ? $"{count}" : $"{Product(dimensions)} = {count}";

    private static string Product(int[] dimensions) => string.Join(" x ", dimensions);

    private static string ElementTypeName(byte type) => type switch
    {
        0x09 => "signed bytes",
        0x0B => "16-bit integers",
        0x0C => "32-bit integers",
        0x0D => "32-bit floats",
        0x0E => "64-bit floats",
        _ => $"elements of the unknown type 0x{type:X2}",
    };
}
