using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cnn.Reference.KernelChecking;

/// <summary>
/// Memory for a span, between two guards. A kernel that writes into a guard is found out when the guards are looked at. In a process
/// of the kernel's own, on Linux, the memory ends where a page begins that nobody may read or write: who goes one element too far
/// ends there.
/// </summary>
internal sealed unsafe class GuardedMemory<T> : IDisposable where T : unmanaged
{
    /// <summary>How many elements a guard has.</summary>
    public const int Guard = 64;

    private const byte GuardByte = 0xA5;

    private readonly byte* start;
    private readonly nuint mapped; // bytes, of pages; 0 where there are none
    private readonly nuint before, behind; // bytes of the guards
    private readonly nuint length; // bytes between the guards
    private readonly int count;

    /// <summary>Takes memory, with the guards around it.</summary>
    /// <param name="count">How many elements.</param>
    /// <param name="pages">Whether it ends at a page that nobody may touch.</param>
    public GuardedMemory(int count, bool pages)
    {
        (this.count, length) = (count, (nuint)count * (nuint)sizeof(T));
        if (pages)
        {
            nuint page = (nuint)Environment.SystemPageSize, data = (length + page - 1) / page * page;
            mapped = data + 2 * page;
            start = (byte*)Pages.Between(data);
            (before, behind) = (data - length, 0);
        }
        else
        {
            (before, behind) = (Guard * (nuint)sizeof(T), Guard * (nuint)sizeof(T));
            start = (byte*)NativeMemory.AlignedAlloc(before + length + behind, 64);
        }
        Unsafe.InitBlockUnaligned(start, GuardByte, (uint)(before + length + behind));
    }

    /// <summary>The elements.</summary>
    public Span<T> Span => new(start + before, count);

    /// <summary>
    /// How many elements behind the last, or (negative) before the first, the first change in the guards lies; null for none.
    /// </summary>
    public long? FirstChange()
    {
        for (nuint i = 0; i < behind; i++)
            if (start[before + length + i] != GuardByte) return (long)(i / (nuint)sizeof(T)) + 1;
        for (nuint i = 0; i < before; i++)
            if (start[before - 1 - i] != GuardByte) return -(long)(i / (nuint)sizeof(T)) - 1;
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (mapped == 0) NativeMemory.AlignedFree(start);
        else Pages.Free((nint)start, mapped);
    }
}
