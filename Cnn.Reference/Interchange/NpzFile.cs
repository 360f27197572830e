using System.IO.Compression;
using System.Text;
using Cnn.Reference.Files;
using static TorchSharp.torch;

namespace Cnn.Reference.Interchange;

/// <summary>
/// NumPy's .npz: a ZIP archive with an array (see <see cref="NpyHeader"/>) for each tensor, called as the tensor, and ".npy".
/// </summary>
internal static class NpzFile
{
    private const string Suffix = ".npy";
    private const int MostDeflation = 1032; // DEFLATE makes no more bytes of one: what claims to is damaged

    // The same tensors give the same bytes; NumPy writes this date too.
    private static readonly DateTimeOffset Date = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes tensors of types that NumPy has, in their order, not compressed.</summary>
    public static void Write(FileStream file, IReadOnlyList<(string Name, Tensor Tensor)> tensors) => Write(file, tensors, []);

    /// <summary>Writes tensors, and behind them texts.</summary>
    public static void Write(
        FileStream file, IReadOnlyList<(string Name, Tensor Tensor)> tensors, IReadOnlyList<(string Name, string Text)> texts)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, tensor) in tensors) Add(name, new(tensor.dtype, tensor.shape), tensor);
        foreach (var (name, text) in texts)
        {
            int[] letters = [.. text.EnumerateRunes().Select(rune => rune.Value)];
            using var numbers = tensor(letters);
            Add(name, new(ScalarType.Int32, [letters.Length]) { IsText = true }, numbers);
        }

        void Add(string name, NpyHeader header, Tensor numbers)
        {
            var entry = archive.CreateEntry(name + Suffix, CompressionLevel.NoCompression);
            entry.LastWriteTime = Date;
            using var stream = entry.Open();
            stream.Write(header.Write());
            TensorBytes.Write(numbers, stream);
        }
    }

    /// <summary>Reads all tensors, which are the caller's.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or holds what no tensor can be; the message goes on behind the file's name.
    /// </exception>
    public static Dictionary<string, Tensor> Read(FileStream file) => Read(file, texts: null, unread: null);

    /// <summary>Reads all tensors, which are the caller's, and what is a single text.</summary>
    /// <param name="file">The file.</param>
    /// <param name="texts">Takes the texts; null where there must be none.</param>
    /// <param name="unread">
    /// Takes the names of what no tensor can be, and why: objects of Python's, say. Nothing of it is read. Null where there must be none.
    /// </param>
    /// <inheritdoc cref="Read(FileStream)" path="/exception"/>
    public static Dictionary<string, Tensor> Read(
        FileStream file, Dictionary<string, string>? texts, Dictionary<string, string>? unread)
    {
        var tensors = new Dictionary<string, Tensor>();
        try
        {
            using var archive = Open(file);
            foreach (var entry in archive.Entries)
            {
                if (!entry.FullName.EndsWith(Suffix, StringComparison.Ordinal))
                    throw new InvalidDataException($"holds '{entry.FullName}', which is no array of NumPy's");
                string name = entry.FullName[..^Suffix.Length];
                if (tensors.ContainsKey(name) || texts?.ContainsKey(name) == true) throw new InvalidDataException($"holds '{name}' twice");
                var (tensor, isText, whyNot) = Read(entry, name, texts is not null, unread is not null);
                if (tensor is null) unread![name] = whyNot!;
                else if (isText) texts![name] = TextOf(tensor, name);
                else tensors[name] = tensor;
            }
            return tensors;
        }
        catch
        {
            foreach (var tensor in tensors.Values) tensor.Dispose();
            throw;
        }
    }

    // All that it says of its entries is read here, and what it throws knows nothing of a file's name.
    private static ZipArchive Open(FileStream file)
    {
        ZipArchive? archive = null;
        try
        {
            archive = new(file, ZipArchiveMode.Read, leaveOpen: true);
            _ = archive.Entries;
            return archive;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            archive?.Dispose();
            throw new InvalidDataException($"is damaged, or no ZIP archive: {exception.Message}");
        }
    }

    private static (Tensor? Tensor, bool IsText, string? WhyNot) Read(ZipArchiveEntry entry, string name, bool takesText, bool takesAny)
    {
        if (entry.Length / MostDeflation > entry.CompressedLength)
            throw new InvalidDataException($"is damaged: '{name}' cannot be {entry.Length:N0} bytes long");
        using var stream = new CheckedStream(entry.Open());
        try
        {
            var header = NpyHeader.Read(stream, takesText, takesAny);
            if (header.Unread is not null) return (null, false, header.Unread);
            if (header.Bytes != entry.Length - stream.Count)
                throw new InvalidDataException(
                    $"has the shape {TensorEntry.Text(header.Shape)}, and {entry.Length - stream.Count:N0} bytes of numbers");
            var tensor = Read(stream, header);
            // That of what was read: the archive itself does not look.
            if (stream.ReadByte() < 0 && stream.Checksum == entry.Crc32) return (tensor, header.IsText, null);
            tensor.Dispose();
            throw new InvalidDataException("has another checksum than its content");
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"is damaged, or of another kind: its array '{name}' {exception.Message}");
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException($"is damaged: its array '{name}' is cut short");
        }
    }

    // NumPy pads texts with zeros, and so has none at the end of one.
    private static string TextOf(Tensor letters, string name)
    {
        using (letters)
        {
            if (letters.numel() != letters.shape[^1])
                throw new InvalidDataException($"holds several texts as '{name}', and must hold one");
            var text = new StringBuilder();
            foreach (int letter in letters.data<int>().Reverse().SkipWhile(letter => letter == 0).Reverse())
                text.Append(Rune.IsValid(letter) ? new Rune(letter) : Rune.ReplacementChar);
            return text.ToString();
        }
    }

    private static Tensor Read(Stream stream, NpyHeader header)
    {
        // In Fortran order the numbers are those of the transposed array in C order.
        long[] inMemory = header.IsFortranOrder ? [.. header.Shape.Reverse()] : header.Shape;
        var tensor = empty(inMemory, header.Type);
        try
        {
            using var flat = tensor.view(-1);
            TensorBytes.ForEach(flat, bytes =>
            {
                stream.ReadExactly(bytes);
                if (header.IsBigEndian) SwapEach(bytes, header.ElementSize);
            });
            if (!header.IsFortranOrder || inMemory.Length < 2) return tensor;
            using var turned = tensor.permute([.. Enumerable.Range(0, inMemory.Length).Reverse().Select(axis => (long)axis)]);
            var result = turned.contiguous();
            if (result.Handle != turned.Handle) tensor.Dispose();
            return result;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    private static void SwapEach(Span<byte> bytes, int size)
    {
        for (int at = 0; size > 1 && at < bytes.Length; at += size) bytes.Slice(at, size).Reverse();
    }

    /// <summary>Counts and sums up what is read.</summary>
    private sealed class CheckedStream(Stream inner) : Stream
    {
        private readonly Crc32 crc = new();

        /// <summary>How many bytes were read.</summary>
        public long Count { get; private set; }

        /// <summary>Their checksum.</summary>
        public uint Checksum => crc.Value;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Count; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            int read = inner.Read(buffer);
            Count += read;
            crc.Add(buffer[..read]);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
