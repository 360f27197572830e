using System.Runtime.InteropServices;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Memory that a thread keeps from call to call, so that a kernel need not ask for it: one buffer a slot.</summary>
internal sealed unsafe class Scratch
{
    private const nuint Alignment = 64; // a cache line

    [ThreadStatic] private static Scratch? mine;

    private readonly void*[] buffers = new void*[3];
    private readonly nuint[] sizes = new nuint[3];

    ~Scratch()
    {
        foreach (void* buffer in buffers) NativeMemory.AlignedFree(buffer);
    }

    /// <summary>At least <paramref name="count"/> elements in <paramref name="slot"/> (0 to 2) of this thread; their values are left over.</summary>
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
