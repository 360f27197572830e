using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>Merges the stride phases of a row, as <see cref="PackedInput{T}"/> splits them.</summary>
internal sealed unsafe class PhaseRow<T, TLanes>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private readonly nint step, stride;
    private readonly Run pairs; // stride 2: the cells that both phases have, and where their pairs begin
    private readonly Run[] runs; // all other cells

    /// <summary>Rows along an axis.</summary>
    /// <param name="width">The axis.</param>
    /// <param name="length">Cells of a phase.</param>
    /// <param name="step">Elements from cell to cell of a row.</param>
    public PhaseRow(WindowAxis width, long length, long step)
    {
        var columns = PolyphaseAxis.Of(width);
        (this.step, stride) = ((nint)step, (nint)(step * width.Stride));
        var (firstPair, endPair) = (length, length);
        if (stride == 2 && width.Stride == 2 && columns.Phases == 2)
        {
            var (even, odd) = (Inside(0), Inside(1));
            firstPair = Math.Max(even.First, odd.First);
            endPair = Math.Max(firstPair, Math.Min(even.End, odd.End));
        }
        pairs = RunOf(0, firstPair, endPair);
        runs =
        [
            .. from phase in Enumerable.Range(0, columns.Phases)
               let inside = Inside(phase)
               let before = RunOf(phase, inside.First, Math.Min(inside.End, firstPair))
               let behind = RunOf(phase, Math.Max(inside.First, endPair), inside.End)
               from run in new[] { before, behind }
               where run.Count > 0
               select run,
        ];

        Run RunOf(int phase, long first, long end) => new(phase, (nint)first, (nint)(end - first), (nint)columns.Cell(phase, first));

        (long First, long End) Inside(int phase) =>
            (Math.Min(columns.Inside(phase).First, length), Math.Min(columns.Inside(phase).End, length));
    }

    /// <summary>Copies the cells of all phases to a row.</summary>
    /// <param name="row">Cell iw = 0.</param>
    /// <param name="phases">Cell 0 of phase 0.</param>
    /// <param name="image">Elements from a phase to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Merge(T* row, T* phases, nint image)
    {
        if (pairs.Count > 0) Row.Merge(phases + pairs.First, phases + image + pairs.First, row + pairs.Column, pairs.Count);
        foreach (var run in runs)
        {
            T* from = phases + run.Phase * image + run.First, to = row + run.Column * step;
            if (stride == 1) new ReadOnlySpan<T>(from, checked((int)run.Count)).CopyTo(new Span<T>(to, checked((int)run.Count)));
            else for (nint j = 0; j < run.Count; j++) to[j * stride] = from[j];
        }
    }

    /// <summary>Whether <see cref="MergeSums"/> can: stride 2, and enough pairs for registers to pay.</summary>
    public bool CanMergeSums => pairs.Count >= Math.Min(TLanes.Count, Lanes128<T>.Count);

    /// <summary>
    /// <see cref="Merge"/> of sums that are made meanwhile: cell j of a phase is the sum, over the phase's shifts, of
    /// terms[j + shift].
    /// </summary>
    /// <param name="row">Cell iw = 0.</param>
    /// <param name="other">Cell iw = 0 of another row that gets the same; null for none.</param>
    /// <param name="terms">What is added.</param>
    /// <param name="even">The shifts of phase 0.</param>
    /// <param name="odd">The shifts of phase 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MergeSums(T* row, T* other, T* terms, nint[] even, nint[] odd)
    {
        T* to = row + pairs.Column, from = terms + pairs.First, too = other == null ? null : other + pairs.Column;
        WidestLanes.Run<T, TLanes, MergingSums>(pairs.Count, new(from, even, odd, to, too, pairs.Count));
        foreach (var run in runs)
            for (nint j = 0; j < run.Count; j++)
            {
                nint column = run.Column + 2 * j;
                var sum = Sum<Lanes1<T>>(terms + run.First + j, run.Phase == 0 ? even : odd);
                Lanes1<T>.Store(sum, row + column);
                if (other != null) Lanes1<T>.Store(sum, other + column);
            }
    }

    private readonly struct MergingSums(T* from, nint[] even, nint[] odd, T* to, T* too, nint count) : ILanesLoop<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TWidth>() where TWidth : struct, ILanes<TWidth, T>
        {
            for (nint j = 0; j < count; j += TWidth.Count)
            {
                nint at = Math.Min(j, count - TWidth.Count);
                TWidth evens = Sum<TWidth>(from + at, even), odds = Sum<TWidth>(from + at, odd);
                TWidth.MergePairs(evens, odds, to + 2 * at);
                if (too != null) TWidth.MergePairs(evens, odds, too + 2 * at);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWidth Sum<TWidth>(T* terms, nint[] shifts) where TWidth : struct, ILanes<TWidth, T>
    {
        TWidth acc = TWidth.Broadcast(T.Zero);
        foreach (nint shift in shifts) acc = TWidth.Add(acc, TWidth.Load(terms + shift));
        return acc;
    }

    /// <summary>Cells [First, First + Count) of a phase, which lie at columns Column, Column + stride .. of the row.</summary>
    private readonly record struct Run(int Phase, nint First, nint Count, nint Column);
}
