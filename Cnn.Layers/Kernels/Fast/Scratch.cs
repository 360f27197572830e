using System.Runtime.InteropServices;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Memory that a thread keeps from call to call, so that a kernel need not ask for it: one buffer a slot.</summary>
internal sealed unsafe class Scratch
{
    private const nuint Alignment = 64; // a cache line

    /// <summary>What the slots of a convolution hold; <see cref="Planes"/> and <see cref="RowStarts"/> are a pool's as well.</summary>
    public const int Weights = 0, Planes = 1, Sums = 2, Transposed = 3, Positions = 4, Terms = 5, Offsets = 6, RowStarts = 7;

    /// <summary>What those of a pool hold: a number for each window of a band, results, and quotients of gradients.</summary>
    public const int WindowTable = 8, Results = 9, Winners = 10, Quotients = 11;

    private const int Slots = 12;

    [ThreadStatic] private static Scratch? mine;

    private readonly void*[] buffers = new void*[Slots];
    private readonly nuint[] sizes = new nuint[Slots];

    ~Scratch()
    {
        foreach (void* buffer in buffers) NativeMemory.AlignedFree(buffer);
    }

    /// <summary>At least <paramref name="count"/> elements in <paramref name="slot"/> of this thread; uninitialised.</summary>
    public static T* Get<T>(int slot, nint count) where T : unmanaged
    {
        var scratch = mine ??= new Scratch();
        nuint size = (nuint)count * (nuint)sizeof(T);
        if (scratch.sizes[slot] < size)
        {
            NativeMemory.AlignedFree(scratch.buffers[slot]);
            scratch.buffers[slot] = null;
            scratch.sizes[slot] = 0;
            scratch.buffers[slot] = NativeMemory.AlignedAlloc(size, Alignment);
            scratch.sizes[slot] = size;
        }
        return (T*)scratch.buffers[slot];
    }
}
