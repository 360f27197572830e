using System.Runtime.InteropServices;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Memory that a thread keeps from call to call, so that a kernel need not ask for it: one buffer a slot.</summary>
internal sealed unsafe class Scratch
{
    private const nuint Alignment = 64; // a cache line

    /// <summary>What the slots hold: packed weights, copies of planes, sums, transposed gradients, and tables.</summary>
    public const int Weights = 0, Planes = 1, Sums = 2, Turned = 3, Positions = 4, Terms = 5, Offsets = 6, Rows = 7;

    private const int Slots = 8;

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
