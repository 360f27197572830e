using System.Runtime.InteropServices;

namespace Cnn.Tests.Kernels;

/// <summary>
/// A long stretch of addresses over one small piece of memory, again and again: rows of billions of cells that need no
/// billions of bytes. What is written to a cell is seen at all cells a piece apart.
/// </summary>
internal sealed unsafe partial class RepeatedMemory : IDisposable
{
    private const nuint PieceBytes = 2 << 20;
    private const int ReadWrite = 3, Shared = 1, Private = 2, Fixed = 0x10, Anonymous = 0x20, NoReserve = 0x4000,
        Populate = 0x8000; // see mmap(2): all pages of a piece at once, not each when it is first touched

    private readonly nuint bytes;

    public RepeatedMemory(long length)
    {
        bytes = ((nuint)length + PieceBytes - 1) / PieceBytes * PieceBytes;
        int file = MemoryFile(nameof(RepeatedMemory), 0);
        Assert.True(file >= 0 && Truncate(file, (nint)PieceBytes) == 0, "no memory file");
        First = Map(null, bytes, 0, Private | Anonymous | NoReserve, -1, 0);
        Assert.True((nint)First != -1, "no addresses");
        for (nuint at = 0; at < bytes; at += PieceBytes)
            Assert.True((nint)Map((byte*)First + at, PieceBytes, ReadWrite, Shared | Fixed | Populate, file, 0) != -1, "no mapping");
        _ = Close(file); // the mappings hold it
    }

    /// <summary>Where the stretch begins.</summary>
    public void* First { get; }

    /// <summary>The piece.</summary>
    public Span<T> Piece<T>() where T : unmanaged => new(First, (int)PieceBytes / sizeof(T));

    public void Dispose() => Assert.Equal(0, Unmap(First, bytes));

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "ftruncate")]
    private static partial int Truncate(int file, nint length);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
