using System.Buffers;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>
/// While it lives, memory that native code asks for is filled with one byte instead of whatever it held, where the C library can
/// do that (glibc's M_PERTURB): what is not written shows, because two runs with two bytes differ.
/// </summary>
/// <remarks>
/// Only one at a time: the byte is the process's. The array pools of .NET are dirtied on every system: what a kernel rents holds
/// other numbers in each run.
/// </remarks>
internal sealed partial class FilledHeap : IDisposable
{
    private const int Perturb = -6; // M_PERTURB of malloc.h
    private const int Rented = 1 << 12;

    private static readonly byte[] Bytes = [0x3B, 0x45]; // of repeated bytes, 0.0028... and 3156.3... as float32: both are numbers

    private static readonly object Gate = new();

    /// <summary>Begins to fill, once nobody else does.</summary>
    public FilledHeap(int which)
    {
        Monitor.Enter(Gate);
        Dirty<float>(which);
        Dirty<double>(which);
        Set(Bytes[which]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Set(0);
        Monitor.Exit(Gate);
    }

    /// <summary>Whether a number is what such memory holds: the byte, or its complement, which glibc uses for fresh blocks.</summary>
    public static bool Holds(double number, ScalarType type, int which) =>
        Read(Bytes[which], type).Equals(number) || Read((byte)~Bytes[which], type).Equals(number);

    private static double Read(byte each, ScalarType type)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Fill(each);
        using var one = zeros([1], type);
        bytes[..one.bytes.Length].CopyTo(one.bytes);
        using var wide = one.to(ScalarType.Float64);
        return wide.item<double>();
    }

    private static void Dirty<T>(int which) where T : unmanaged
    {
        for (int length = 16; length <= Rented; length *= 2)
        {
            T[] array = ArrayPool<T>.Shared.Rent(length);
            MemoryMarshal.AsBytes(array.AsSpan()).Fill(Bytes[which]);
            ArrayPool<T>.Shared.Return(array);
        }
    }

    private static void Set(byte each)
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = mallopt(Perturb, each);
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc: memory holds what it holds.
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
