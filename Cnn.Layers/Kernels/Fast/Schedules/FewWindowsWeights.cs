using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// The weight gradient of one window or two in all images, such as a 1x1 convolution on a 1x1 plane: an outer product. Each gradient is
/// written once, so that writing it is what takes time: it is summed in registers along a filter's weights, where it belongs.
/// </summary>
internal sealed unsafe class FewWindowsWeights<T, TLanes>(ConvProblem<T> x) : ConvPlan<T>(x)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int Rows = 4; // filters that share what is loaded of a window

    /// <inheritdoc/>
    public override double? Efficiency => null; // memory is the limit

    /// <inheritdoc/>
    public override Tiling Tiling =>
        new(Rows, TLanes.Count, Rows, new(Problem.Images, Problem.Channels, Problem.Height.Windows, Problem.Width.Windows));

    /// <summary>Why it does not take a problem; null where it does.</summary>
    public static string? Refusal(ConvProblem<T> x) =>
        FewWindows<T, TLanes>.HasMore(x) is { } more ? more
        : x.Images == 0 ? "there are no windows"
        : x.Taps == 0 ? "no tap reads the source"
        : !x.ChannelsAreRows(x.Phases[0]) || x.WeightChannel != x.Taps ? "the weights of a filter do not lie one behind the other"
        : x.Channels * x.Taps < TLanes.Count ? "the weights of a filter fill no register"
        : null;

    /// <inheritdoc/>
    public override void Run()
    {
        var x = Problem;
        nint windows = (nint)(x.Images * x.Height.Windows * x.Width.Windows), depth = (nint)(x.Channels * x.Taps);
        T* vectors = Scratch.Get<T>(Scratch.Planes, (nint)x.Groups * windows * depth); // [group][window][k]
        FewWindows<T, TLanes>.Gather(x, vectors, depth);
        bool isOneSum = windows < 2 || IsOneSum();
        int blocks = (x.Filters + Rows - 1) / Rows;

        Threads.For(checked((int)(x.Groups * blocks)), x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) =>
        {
            var (group, block) = Math.DivRem(task, blocks);
            int first = block * Rows, filters = Math.Min(Rows, x.Filters - first);
            T* up = stackalloc T[2 * Rows]; // [window][filter]
            Upstream(group * x.Filters + first, filters, up);
            if (x.Bias != null)
                for (int f = 0; f < filters; f++)
                {
                    // Partial sums begin at +0.
                    T sum = T.Zero + up[f];
                    if (windows > 1) sum += isOneSum ? up[Rows + f] : T.Zero + up[Rows + f];
                    x.Bias[group * x.Filters + first + f] = sum;
                }
            T* to = x.Weights + group * x.WeightGroup + first * x.WeightFilter, vector = vectors + group * windows * depth;
            if (windows == 1) OneWindow(vector, depth, up, to, (nint)x.WeightFilter, filters);
            else TwoWindows(vector, depth, up, to, (nint)x.WeightFilter, filters, isOneSum);
        });
    }

    // Whether two windows are in one partial sum.
    private bool IsOneSum()
    {
        var x = Problem;
        var (images, _, rows, columns) = x.PartialWindows;
        return !new PartialSums(x.PartialChannels, images, rows, columns)
            .EndsWith(0, 0, 0, new(x.Images, x.Filters, x.Height.Windows, x.Width.Windows));
    }

    // up[q, f]: the gradient of a filter's output at each window.
    private void Upstream(long filter, int filters, T* up)
    {
        var x = Problem;
        for (long n = 0; n < x.Images; n++)
            for (long i = 0; i < x.Height.Windows; i++)
                for (long j = 0; j < x.Width.Windows; j++, up += Rows)
                {
                    T* from = x.OutputAt(x.Phases[0], n, filter, i, j);
                    for (int f = 0; f < Rows; f++) up[f] = from[Math.Min(f, filters - 1) * x.OutputStrides.C];
                }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneWindow(T* vector, nint depth, T* up, T* to, nint toRow, int filters)
    {
        TLanes zero = TLanes.Broadcast(T.Zero);
        TLanes u0 = TLanes.Broadcast(up[0]), u1 = TLanes.Broadcast(up[1]), u2 = TLanes.Broadcast(up[2]), u3 = TLanes.Broadcast(up[3]);
        nint last = depth - TLanes.Count; // the last ones, some of them twice
        for (nint k = 0; ; k = Math.Min(k + TLanes.Count, last))
        {
            T* at = to + k;
            TLanes x = TLanes.Load(vector + k);
            TLanes.Store(TLanes.MultiplyAdd(x, u0, zero), at);
            if (filters > 1) TLanes.Store(TLanes.MultiplyAdd(x, u1, zero), at + toRow);
            if (filters > 2) TLanes.Store(TLanes.MultiplyAdd(x, u2, zero), at + 2 * toRow);
            if (filters > 3) TLanes.Store(TLanes.MultiplyAdd(x, u3, zero), at + 3 * toRow);
            if (k == last) break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoWindows(T* vector, nint depth, T* up, T* to, nint toRow, int filters, bool isOneSum)
    {
        TLanes zero = TLanes.Broadcast(T.Zero);
        nint last = depth - TLanes.Count;
        for (int f = 0; f < filters; f++, to += toRow)
        {
            TLanes u0 = TLanes.Broadcast(up[f]), u1 = TLanes.Broadcast(up[Rows + f]);
            for (nint k = 0; ; k = Math.Min(k + TLanes.Count, last))
            {
                TLanes x1 = TLanes.Load(vector + depth + k), sum = TLanes.MultiplyAdd(TLanes.Load(vector + k), u0, zero);
                TLanes.Store(isOneSum ? TLanes.MultiplyAdd(x1, u1, sum) : TLanes.Add(sum, TLanes.MultiplyAdd(x1, u1, zero)), to + k);
                if (k == last) break;
            }
        }
    }
}
