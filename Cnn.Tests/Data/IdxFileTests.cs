using Cnn.Reference.Data;

namespace Cnn.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private readonly IdxSamples samples = new();

    public void Dispose() => samples.Dispose();

    [Theory]
    [InlineData(new uint[] { 6 })]
    [InlineData(new uint[] { 2, 3 })]
    [InlineData(new uint[] { 1, 3, 2 })]
    [InlineData(new uint[] { 3, 1, 2, 1 })]
    [InlineData(new uint[] { 0, 3, 2 })]
    public void ReadsEveryRankPlainAndGzipped(uint[] dimensions)
    {
        byte[] data = IdxSamples.Counting((int)dimensions.Aggregate((a, b) => a * b));
        byte[] content = IdxSamples.Array(0x08, dimensions, data);

        foreach (byte[] stored in new[] { content, IdxSamples.Gzip(content) })
        {
            IdxFile file = IdxFile.Read(samples.Write("array", stored));

            Assert.Equal(dimensions.Select(d => (int)d), file.Dimensions);
            Assert.Equal(data, file.Data);
            Assert.Equal(samples.PathOf("array"), file.Path);
        }
    }

    [Fact]
    public void TheContentAndNotTheNameTellsGzip()
    {
        byte[] content = IdxSamples.Array(0x08, [2], [7, 9]);

        Assert.Equal([7, 9], IdxFile.Read(samples.Write("plain.gz", content)).Data);
        Assert.Equal([7, 9], IdxFile.Read(samples.Write("packed", IdxSamples.Gzip(content))).Data);
    }

    public static TheoryData<string, byte[], string> Faults() => new()
    {
        { "nothing at all", [], "is empty" },
        { "one byte", [0], "is truncated in its header: 4 bytes expected, 1 found" },
        { "dimensions cut off", [0, 0, 8, 2, 0, 0, 0, 1], "is truncated in its header: 8 bytes expected, 4 found" },
        { "another format", [0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 0],
            "is not an IDX file: its magic number is 0x89504E47, and an IDX file's begins with two zero bytes" },
        { "another second byte", [0, 1, 8, 1, 0, 0, 0, 0],
            "is not an IDX file: its magic number is 0x00010801, and an IDX file's begins with two zero bytes" },
        { "signed bytes", IdxSamples.Array(0x09, [1], [1]),
            "holds signed bytes (magic number 0x00000901), and only unsigned bytes (0x08) are read" },
        { "shorts", IdxSamples.Array(0x0B, [1], [1, 2]),
            "holds 16-bit integers (magic number 0x00000B01), and only unsigned bytes (0x08) are read" },
        { "ints", IdxSamples.Array(0x0C, [1], new byte[4]),
            "holds 32-bit integers (magic number 0x00000C01), and only unsigned bytes (0x08) are read" },
        { "floats", IdxSamples.Array(0x0D, [1], new byte[4]),
            "holds 32-bit floats (magic number 0x00000D01), and only unsigned bytes (0x08) are read" },
        { "doubles", IdxSamples.Array(0x0E, [1], new byte[8]),
            "holds 64-bit floats (magic number 0x00000E01), and only unsigned bytes (0x08) are read" },
        { "no known type", IdxSamples.Array(0x0A, [1], [1]),
            "holds elements of the unknown type 0x0A (magic number 0x00000A01), and only unsigned bytes (0x08) are read" },
        { "no dimension", IdxSamples.Array(0x08, [], [1]), "has 0 dimensions (magic number 0x00000800), and only 1 to 4 are read" },
        { "five dimensions", IdxSamples.Array(0x08, [1, 1, 1, 1, 1], [1]),
            "has 5 dimensions (magic number 0x00000805), and only 1 to 4 are read" },
        { "data cut off", IdxSamples.Array(0x08, [2, 3], [1, 2, 3, 4, 5]),
            "is truncated: its header promises 2 x 3 = 6 bytes of data, but it holds 5" },
        { "one byte more", IdxSamples.Array(0x08, [2, 3], [1, 2, 3, 4, 5, 6, 7]),
            "has trailing bytes after the 2 x 3 = 6 bytes of data that its header promises" },
        { "a size past int", IdxSamples.Array(0x08, [1, 0x80000000], [1]),
            "gives dimension 1 the size 2147483648, which is more than an array can have" },
        // 65536^4 = 2^64: a product kept in 64 bits comes round to zero, and would be believed.
        { "sizes whose product overflows", IdxSamples.Array(0x08, [65536, 65536, 65536, 65536], []),
            "promises 65536 x 65536 x 65536 x 65536 bytes of data, which is more than an array can have (2147483591)" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void EveryFaultIsOneSentence(string name, byte[] content, string fault)
    {
        string path = samples.Write(name, content);
        Assert.Equal($"'{path}' {fault}.", Fault(path).Message);
        Assert.Equal(path, Fault(path).Path);

        // The same array gives the same sentence when it is packed.
        if (content.Length == 0) return;
        path = samples.Write(name + ".gz", IdxSamples.Gzip(content));
        Assert.Equal($"'{path}' {fault}.", Fault(path).Message);
    }

    [Fact]
    public void AMissingFileAndAFolderAreNamed()
    {
        Assert.Equal($"'{samples.PathOf("none")}' does not exist.", Fault(samples.PathOf("none")).Message);
        Assert.Equal($"'{samples.Folder}' is a folder, not an IDX file.", Fault(samples.Folder).Message);
    }

    [Fact]
    public void AFileThatAnotherProgramHoldsIsNamed()
    {
        string path = samples.Write("held", IdxSamples.Array(0x08, [1], [1]));
        using FileStream held = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        Assert.StartsWith($"'{path}' cannot be read (", Fault(path).Message);
    }

    [Fact]
    public void AHeaderThatPromisesGigabytesAllocatesWhatTheFileCanHold()
    {
        byte[] content = IdxSamples.Array(0x08, [2_000_000_000], [1, 2, 3]);
        foreach (byte[] stored in new[] { content, IdxSamples.Gzip(content) })
        {
            string path = samples.Write("lie", stored);
            long before = GC.GetAllocatedBytesForCurrentThread();
            string message = Fault(path).Message;

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
            Assert.Equal($"'{path}' is truncated: its header promises 2000000000 bytes of data, but it holds 3.", message);
        }
    }

    /// <summary>Two hundred bytes that deflate can only store, and two hundred that it packs.</summary>
    public static TheoryData<byte[]> StoredAndPacked() => new(
        IdxSamples.Counting(200),
        [.. Enumerable.Range(0, 200).Select(i => (byte)(i * i % 23))]);

    [Theory]
    [MemberData(nameof(StoredAndPacked))]
    public void AGzipFileCutAnywhereIsRefused(byte[] data)
    {
        byte[] whole = IdxSamples.Gzip(IdxSamples.Array(0x08, [20, 10], data));

        for (int length = 1; length < whole.Length; length++)
        {
            string path = samples.Write("cut", whole[..length]);
            Assert.StartsWith($"'{path}' is ", Fault(path).Message);
        }
    }

    [Theory]
    [MemberData(nameof(StoredAndPacked))]
    public void AGzipFileWithAnyBitTurnedNeverGivesOtherData(byte[] data)
    {
        byte[] whole = IdxSamples.Gzip(IdxSamples.Array(0x08, [20, 10], data));
        int harmless = 0;

        for (int bit = 0; bit < 8 * whole.Length; bit++)
        {
            byte[] content = [.. whole];
            content[bit / 8] ^= (byte)(1 << (bit % 8));
            string path = samples.Write("damaged", content);
            try
            {
                Assert.Equal(data, IdxFile.Read(path).Data);
                harmless++;
            }
            catch (DatasetException e)
            {
                Assert.StartsWith($"'{path}' ", e.Message);
            }
        }

        // The time stamp, two hints and some padding have nothing to do with the data; every other bit is refused.
        Assert.InRange(harmless, 6 * 8, 7 * 8);
    }

    [Fact]
    public void GzipFaultsSayWhatIsWrong()
    {
        byte[] whole = IdxSamples.Gzip(IdxSamples.Array(0x08, [200], IdxSamples.Counting(200)));

        byte[] wrongChecksum = [.. whole];
        wrongChecksum[^8] ^= 1;
        string path = samples.Write("checksum.gz", wrongChecksum);
        Assert.Equal($"'{path}' is damaged: its gzip data cannot be unpacked.", Fault(path).Message);

        path = samples.Write("no-trailer.gz", whole[..^8]);
        Assert.StartsWith(
            $"'{path}' is truncated or has trailing bytes: its gzip data unpacks to 208 bytes, but its last four bytes record ",
            Fault(path).Message);

        path = samples.Write("rubbish.gz", [.. whole, 1, 0, 0, 0]);
        Assert.Equal($"'{path}' is truncated or has trailing bytes: its gzip data unpacks to 208 bytes, but its last four bytes record 1.",
            Fault(path).Message);
    }

    private static DatasetException Fault(string path) => Assert.Throws<DatasetException>(() => IdxFile.Read(path));
}
