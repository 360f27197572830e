using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// The micro-kernel: a register tile of mr rows of one to three registers of sums, which stay in registers for kc terms.
/// </summary>
/// <remarks>
/// So many independent sums keep the multiply-add units busy, whose result takes four cycles. Each sum adds its own terms in the order of
/// the table, one fused multiply-add each: these are the bits of the literal loop.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
/// <typeparam name="TLanes">The registers.</typeparam>
/// <typeparam name="TMr">mr: rows of the tile, 2 to 8.</typeparam>
/// <typeparam name="TRegisters">Registers of a row, 1 to 3: nr is as many times their lanes.</typeparam>
/// <typeparam name="TOperandA">Whether an element of A is broadcast over a row, or A has a vector for it.</typeparam>
internal static unsafe class MicroKernel<T, TLanes, TMr, TRegisters, TOperandA>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
    where TMr : struct, ICount
    where TRegisters : struct, ICount
    where TOperandA : struct, IOperandA<TLanes, T>
{
    private const int Soon = 32; // C7, terms: shorter sums end before a cache line of C has come

    /// <inheritdoc cref="MicroKernelArguments{T}" path="/remarks"/>
    /// <summary>Computes a run of tiles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // runs seldom and long: it must not begin unoptimized
    public static void MultiplyAdd(in MicroKernelArguments<T> tiles)
    {
        fixed (MicroKernelArguments<T>* all = &tiles)
            for (nint tile = 0; tile < tiles.Count; tile++) Sum(all, tile);
    }

    // What is not needed while the terms run by is read anew when it is: only so do eight rows' addresses stay in registers.
    // The shape is known when the machine code is made: what lies beyond it is not there.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sum(MicroKernelArguments<T>* tiles, nint tile)
    {
        T* c = tiles->C + tile * tiles->CStep;
        nint ldc = tiles->Ldc;
        TLanes zero = TLanes.Broadcast(T.Zero);
        TLanes c00 = zero, c01 = zero, c02 = zero, c10 = zero, c11 = zero, c12 = zero, c20 = zero, c21 = zero, c22 = zero;
        TLanes c30 = zero, c31 = zero, c32 = zero, c40 = zero, c41 = zero, c42 = zero, c50 = zero, c51 = zero, c52 = zero;
        TLanes c60 = zero, c61 = zero, c62 = zero, c70 = zero, c71 = zero, c72 = zero;
        if (tiles->Kc >= Soon)
            for (nint row = 0; row < TMr.Value; row++) Row.Prefetch(c + row * ldc, TRegisters.Value * TLanes.Count);

        OperandOffsets* terms = tiles->Offsets;
        for (nint left = tiles->Kc; left > 0; left -= MicroKernelArguments<T>.TermsAPrefetch)
        {
            if (tiles->Prefetch != null) tiles->Prefetch->Prefetch(tiles->PrefetchLines); // C7
            T* a = tiles->A, b = tiles->B + tile * tiles->BStep;
            nint* rows = tiles->RowOffsets + tile * tiles->RowOffsetsStep;
            T* a0 = a + rows[0], a1 = a + rows[1], a2 = a, a3 = a, a4 = a, a5 = a, a6 = a, a7 = a;
            if (TMr.Value > 2) a2 = a + rows[2];
            if (TMr.Value > 3) a3 = a + rows[3];
            if (TMr.Value > 4) a4 = a + rows[4];
            if (TMr.Value > 5) a5 = a + rows[5];
            if (TMr.Value > 6) a6 = a + rows[6];
            if (TMr.Value > 7) a7 = a + rows[7];
            for (OperandOffsets* stop = terms + Math.Min(MicroKernelArguments<T>.TermsAPrefetch, left); terms < stop; terms++)
            {
                nint at = terms->A;
                T* column = b + terms->B;
                TLanes b0 = TLanes.Load(column), b1 = TRegisters.Value > 1 ? TLanes.Load(column + TLanes.Count) : zero;
                TLanes b2 = TRegisters.Value > 2 ? TLanes.Load(column + 2 * TLanes.Count) : zero;
                Step(a0 + at, b0, b1, b2, ref c00, ref c01, ref c02);
                Step(a1 + at, b0, b1, b2, ref c10, ref c11, ref c12);
                if (TMr.Value > 2) Step(a2 + at, b0, b1, b2, ref c20, ref c21, ref c22);
                if (TMr.Value > 3) Step(a3 + at, b0, b1, b2, ref c30, ref c31, ref c32);
                if (TMr.Value > 4) Step(a4 + at, b0, b1, b2, ref c40, ref c41, ref c42);
                if (TMr.Value > 5) Step(a5 + at, b0, b1, b2, ref c50, ref c51, ref c52);
                if (TMr.Value > 6) Step(a6 + at, b0, b1, b2, ref c60, ref c61, ref c62);
                if (TMr.Value > 7) Step(a7 + at, b0, b1, b2, ref c70, ref c71, ref c72);
            }
        }

        c = tiles->C + tile * tiles->CStep;
        ldc = tiles->Ldc;
        if (tiles->Accumulate)
        {
            AddRow(c, ref c00, ref c01, ref c02);
            AddRow(c + ldc, ref c10, ref c11, ref c12);
            if (TMr.Value > 2) AddRow(c + 2 * ldc, ref c20, ref c21, ref c22);
            if (TMr.Value > 3) AddRow(c + 3 * ldc, ref c30, ref c31, ref c32);
            if (TMr.Value > 4) AddRow(c + 4 * ldc, ref c40, ref c41, ref c42);
            if (TMr.Value > 5) AddRow(c + 5 * ldc, ref c50, ref c51, ref c52);
            if (TMr.Value > 6) AddRow(c + 6 * ldc, ref c60, ref c61, ref c62);
            if (TMr.Value > 7) AddRow(c + 7 * ldc, ref c70, ref c71, ref c72);
        }
        if (tiles->Bias != null)
        {
            T* bias = tiles->Bias;
            AddBias(bias, ref c00, ref c01, ref c02);
            AddBias(bias + 1, ref c10, ref c11, ref c12);
            if (TMr.Value > 2) AddBias(bias + 2, ref c20, ref c21, ref c22);
            if (TMr.Value > 3) AddBias(bias + 3, ref c30, ref c31, ref c32);
            if (TMr.Value > 4) AddBias(bias + 4, ref c40, ref c41, ref c42);
            if (TMr.Value > 5) AddBias(bias + 5, ref c50, ref c51, ref c52);
            if (TMr.Value > 6) AddBias(bias + 6, ref c60, ref c61, ref c62);
            if (TMr.Value > 7) AddBias(bias + 7, ref c70, ref c71, ref c72);
        }
        Store(c00, c01, c02, c);
        Store(c10, c11, c12, c + ldc);
        if (TMr.Value > 2) Store(c20, c21, c22, c + 2 * ldc);
        if (TMr.Value > 3) Store(c30, c31, c32, c + 3 * ldc);
        if (TMr.Value > 4) Store(c40, c41, c42, c + 4 * ldc);
        if (TMr.Value > 5) Store(c50, c51, c52, c + 5 * ldc);
        if (TMr.Value > 6) Store(c60, c61, c62, c + 6 * ldc);
        if (TMr.Value > 7) Store(c70, c71, c72, c + 7 * ldc);
    }

    // One term of a row's sums.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(T* a, TLanes b0, TLanes b1, TLanes b2, ref TLanes c0, ref TLanes c1, ref TLanes c2)
    {
        TLanes factor = TOperandA.First(a);
        c0 = TLanes.MultiplyAdd(factor, b0, c0);
        if (TRegisters.Value > 1) c1 = TLanes.MultiplyAdd(TOperandA.Next(a, 1, factor), b1, c1);
        if (TRegisters.Value > 2) c2 = TLanes.MultiplyAdd(TOperandA.Next(a, 2, factor), b2, c2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(T* from, ref TLanes c0, ref TLanes c1, ref TLanes c2)
    {
        c0 = TLanes.Add(TLanes.Load(from), c0);
        if (TRegisters.Value > 1) c1 = TLanes.Add(TLanes.Load(from + TLanes.Count), c1);
        if (TRegisters.Value > 2) c2 = TLanes.Add(TLanes.Load(from + 2 * TLanes.Count), c2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddBias(T* bias, ref TLanes c0, ref TLanes c1, ref TLanes c2)
    {
        TLanes plus = TLanes.Broadcast(*bias);
        c0 = TLanes.Add(c0, plus);
        if (TRegisters.Value > 1) c1 = TLanes.Add(c1, plus);
        if (TRegisters.Value > 2) c2 = TLanes.Add(c2, plus);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TLanes c0, TLanes c1, TLanes c2, T* to)
    {
        TLanes.Store(c0, to);
        if (TRegisters.Value > 1) TLanes.Store(c1, to + TLanes.Count);
        if (TRegisters.Value > 2) TLanes.Store(c2, to + 2 * TLanes.Count);
    }
}
