using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cnn.Layers.Kernels.Lanes;

/// <summary>A loop over a row, in registers of any width.</summary>
internal interface ILanesLoop<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Runs it; the row fills a register at least.</summary>
    void Run<TLanes>() where TLanes : struct, ILanes<TLanes, T>;
}

/// <summary>Runs a loop in the widest registers of the processor that a row fills.</summary>
internal static class WidestLanes
{
    /// <summary>Runs a loop.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <typeparam name="TMost">The widest registers that are wanted.</typeparam>
    /// <typeparam name="TLoop">The loop.</typeparam>
    /// <param name="count">Elements of the row.</param>
    /// <param name="loop">The loop.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<T, TMost, TLoop>(long count, TLoop loop)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TMost : struct, ILanes<TMost, T>
        where TLoop : struct, ILanesLoop<T>, allows ref struct
    {
        // A shuffle of a register that the processor does not have goes element by element.
        if (Vector512.IsHardwareAccelerated && TMost.Count >= Lanes512<T>.Count && count >= Lanes512<T>.Count) loop.Run<Lanes512<T>>();
        else if (Vector256.IsHardwareAccelerated && TMost.Count >= Lanes256<T>.Count && count >= Lanes256<T>.Count)
            loop.Run<Lanes256<T>>();
        else if (TMost.Count >= Lanes128<T>.Count && count >= Lanes128<T>.Count) loop.Run<Lanes128<T>>();
        else loop.Run<Lanes1<T>>();
    }
}
