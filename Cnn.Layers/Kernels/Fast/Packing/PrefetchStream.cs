using System.Numerics;
using System.Runtime.CompilerServices;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// Memory that is read soon: rows of one length, prefetched into L2 a few lines at a time while sums run that need
/// nothing of it. All at once, the lines would be waited for.
/// </summary>
/// <param name="from">The first row.</param>
/// <param name="rows">How many.</param>
/// <param name="length">Elements of a row.</param>
/// <param name="stride">Elements from row to row.</param>
internal unsafe struct PrefetchStream<T>(T* from, nint rows, nint length, nint stride) where T : unmanaged
{
    private T* row = from, at = from;
    private nint left = length > 0 ? rows : 0; // rows, with the one at hand

    /// <summary>Lines of the cache that the rows touch, about.</summary>
    public readonly nint Lines => left * ((length + Row.ElementsOfALine<T>() - 1) / Row.ElementsOfALine<T>());

    /// <summary>Prefetches the next cache lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(nint lines)
    {
        for (; lines > 0 && left > 0; lines--)
        {
            Row.PrefetchLine(at);
            at += Row.ElementsOfALine<T>();
            if (at < row + length) continue;
            at = row += stride;
            left--;
        }
    }
}
