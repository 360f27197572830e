using System.Runtime.InteropServices;

namespace Cnn.Reference.KernelChecking;

/// <summary>Pages of memory between two that nobody may touch: whoever does ends the process. Linux alone.</summary>
internal static partial class Pages
{
    private const int None = 0, ReadWrite = 1 | 2, PrivateAnonymous = 0x02 | 0x20; // of mman.h

    /// <summary>Whether there are any.</summary>
    public static bool Exist => OperatingSystem.IsLinux();

    /// <summary>Maps so many bytes, which must be whole pages, and a page on each side.</summary>
    public static nint Between(nuint data)
    {
        nuint page = (nuint)Environment.SystemPageSize, all = data + 2 * page;
        nint map = mmap(0, all, ReadWrite, PrivateAnonymous, -1, 0);
        if (map == -1) throw new OutOfMemoryException($"{all} bytes cannot be mapped.");
        _ = mprotect(map, page, None);
        _ = mprotect(map + (nint)(all - page), page, None);
        return map + (nint)page;
    }

    /// <summary>Gives the pages back.</summary>
    /// <param name="first">The first that may be touched.</param>
    /// <param name="all">Bytes of all, with those on each side.</param>
    public static void Free(nint first, nuint all) => _ = munmap(first - Environment.SystemPageSize, all);

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int mprotect(nint address, nuint length, int protection);

    [LibraryImport("libc")]
    private static partial int munmap(nint address, nuint length);
}
