using System.Numerics;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// What the schedules' estimates are made of. The unit is the time of one multiply-add of a whole register: the estimate of a schedule
/// is the share of such units that goes into sums that are of use. Fitted on processors with AVX-512; docs/kernels.md says how to fit
/// them anew.
/// </summary>
internal static class CostModel
{
    /// <summary>Packing a register of a dense row, and of one of which every second cell is taken.</summary>
    public const double Copy = 2, CopyOfEverySecond = 6;

    /// <summary>What packing a row costs, however short it is: for as many windows as a register has lanes.</summary>
    public const double RowStart = 10;

    /// <summary>Storing a register of sums that is not stored where it belongs, and copying it there.</summary>
    public const double StoreAndCopy = 4;

    /// <summary>Beginning with a channel of an image.</summary>
    public const double PlaneStart = 300;

    /// <summary>The same where the sums are along the filters.</summary>
    public const double PlaneCopy = 100;

    /// <summary>A multiply-add that loads its own operand: across two cache lines, every one of 512 bits and half of the others.</summary>
    public static unsafe double UnalignedOperand<T, TLanes>()
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLanes : struct, ILanes<TLanes, T> =>
        TLanes.Count * sizeof(T) < 64 ? 1.5 : 2;

    /// <summary>
    /// The same in a tile of several rows, which share the operand. With sixteen registers a tile is low, and what its loads take shows.
    /// </summary>
    public static double UnalignedTile<T, TLanes>(int mr)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLanes : struct, ILanes<TLanes, T> =>
        Registers<T, TLanes>() == 16 ? 1 / (1 - 4.2 / (mr * mr + 2.0)) : 1;

    /// <summary>Transposing a register of finished sums, whose lanes are filters, to rows of the output.</summary>
    public const double TransposeOfSums = 32;

    /// <summary>Share of the rate that a tile of one register a row reaches: it loads an operand for every product.</summary>
    public const double OneRegister = 0.8;

    /// <summary>Transposing a register of cells or sums whose lanes are channels of several groups: eight lanes at a time.</summary>
    public static double TransposeOfGroups(int lanes) => 2.4 + 0.45 * lanes;

    /// <summary>A multiply-add whose other operand is a register of cells, loaded for it.</summary>
    public const double VectorOperand = 1.2;

    /// <summary>
    /// What the depthwise micro-kernel does for a row of cells besides multiply-adds, for each column of taps: loads, and weights.
    /// </summary>
    public const double DepthwiseRow = 1.5;

    /// <summary>Beginning with a depthwise plane.</summary>
    public const double DepthwisePlane = 120;

    /// <summary>Bytes of partial sums of a cache block: with the packed input, what the L2 cache of most processors holds.</summary>
    public const int SumsBytes = 1 << 18;

    /// <summary>Bytes of packed input of a cache block.</summary>
    public const int InputBytes = 3 << 17;

    /// <summary>Windows of a block of one filter, whose sums are short: what it reads stays in the L1 cache.</summary>
    public const int WindowsInL1 = 4096;

    /// <summary>Registers of the processor, of a width: those of 512 bits come with AVX-512, which has more.</summary>
    public static unsafe int Registers<T, TLanes>()
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLanes : struct, ILanes<TLanes, T> =>
        TLanes.Count * sizeof(T) < 64 ? 16 : 32;
}
