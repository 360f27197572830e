using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// A <see cref="ConvProblem{T}"/> of one window or two in all images, such as a 1x1 convolution on a 1x1 plane: a matrix times a vector.
/// Each weight is used once, so that reading it is what takes time.
/// </summary>
/// <remarks>
/// What a window reads is gathered, in the order of the sum. Where neighbouring filters' weights are neighbours (the input gradient of a
/// kernel of one cell), registers load them as they lie; where a filter's are, they are transposed in registers; elsewhere they are packed.
/// </remarks>
internal sealed unsafe class FewWindows<T, TLanes>(ConvProblem<T> x) : ConvPlan<T>(x)
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    private const int Most = 2;
    private const nint Padding = int.MinValue;

    private static int Panel => RowMicroKernel<T, TLanes>.Columns; // filters of a task

    private static int SumsRow => Math.Max(Panel, TransposedRowMicroKernel.Filters); // from window to window

    /// <inheritdoc/>
    public override double? Efficiency => null; // memory is the limit

    /// <inheritdoc/>
    public override Tiling Tiling =>
        new(1, Panel, Panel, new(Problem.Images, Problem.Channels, Problem.Height.Windows, Problem.Width.Windows));

    /// <summary>Why it does not take a problem; null where it does.</summary>
    public static string? Refusal(ConvProblem<T> x) =>
        HasMore(x) is { } more ? more
        : x.Phases.Length > 1 ? "the outputs are split by stride phase"
        : x.Taps == 0 ? "no tap reads the source"
        : x.Filters <= Panel / 2 ? "the filters fill few registers"
        : (double)x.Channels * x.Taps * Panel * sizeof(T) > int.MaxValue || (double)x.Channels * x.WeightChannel > int.MaxValue
            ? "a sum has too many terms for a table of them"
        : null;

    /// <summary>What to say of a problem of more windows; null where there are few.</summary>
    public static string? HasMore(ConvProblem<T> x) =>
        (double)x.Images * x.Height.Windows * x.Width.Windows > Most ? $"there are more than {Most} windows" : null;

    /// <inheritdoc/>
    public override void Run()
    {
        var x = Problem;
        var phase = x.Phases[0];
        nint windows = (nint)(x.Images * x.Height.Windows * x.Width.Windows), taps = phase.Taps, depth = (nint)x.Channels * taps;
        nint partial = (nint)Math.Min(x.PartialChannels, x.Channels) * taps;
        bool isInPlace = x.WeightFilter == 1 && taps == 1;
        bool isTransposed = !isInPlace && x.ChannelsAreRows(phase) && x.WeightChannel == taps && TransposedRowMicroKernel.IsSupported<T>();
        var offsets = isTransposed ? [] : Offsets(partial, step: isInPlace ? checked((int)x.WeightChannel) : Panel);
        // A panel with fewer filters than registers have lanes is packed, with zeros.
        var lastOffsets = isInPlace ? Offsets(partial, step: Panel) : offsets;
        int panels = (x.Filters + Panel - 1) / Panel;
        T* vectors = Scratch.Get<T>(Scratch.Planes, (nint)x.Groups * windows * depth); // [group][window][k]
        Gather(x, vectors, depth);

        Threads.For(checked((int)(x.Groups * panels)), x.Work, [MethodImpl(MethodImplOptions.AggressiveOptimization)] (task) =>
        {
            var (group, panel) = Math.DivRem(task, panels);
            int begin = panel * Panel;
            // In place, the last panel begins earlier rather than be packed: it computes some sums again.
            int first = isInPlace && x.Filters > Panel ? Math.Min(begin, x.Filters - Panel) : begin;
            int filters = Math.Min(Panel, x.Filters - first);
            long filter = (long)group * x.Filters + first;
            bool isPacked = !isTransposed && !(isInPlace && filters == Panel);
            T* sums = Scratch.Get<T>(Scratch.Sums, windows * SumsRow);
            T* packed = isPacked ? Scratch.Get<T>(Scratch.Weights, partial * Panel) : null;
            T* weights = x.Weights + group * x.WeightGroup + first * x.WeightFilter;
            fixed (OperandOffsets* terms = isPacked ? lastOffsets : offsets)
                for (nint k = 0; k < depth; k += partial)
                {
                    nint kc = Math.Min(partial, depth - k);
                    long channel = k / taps;
                    if (isPacked) PackedWeights<T>.Pack(x, phase, filter, filters, Panel, channel, kc / taps, packed);
                    T* b = isPacked ? packed : weights + channel * x.WeightChannel;
                    for (nint q = 0; q < windows; q++)
                    {
                        T* a = vectors + (group * windows + q) * depth + k, c = sums + q * SumsRow;
                        if (isTransposed) TransposedRowMicroKernel.MultiplyAdd(a, kc, b, (nint)x.WeightFilter, filters, c, k > 0);
                        else RowMicroKernel<T, TLanes>.MultiplyAdd(terms, kc, a, b, c, tiles: 1, k > 0, null, null, 0);
                    }
                }
            Finish(sums + (begin - first), filter + (begin - first), filters - (begin - first));
        });
    }

    // A term's place in the vector, and among the weights.
    private static OperandOffsets[] Offsets(nint terms, int step)
    {
        var offsets = new OperandOffsets[terms];
        for (int k = 0; k < offsets.Length; k++) offsets[k] = new(k, k * step);
        return offsets;
    }

    /// <summary>What each window reads, for c, for row taps, for column taps; padding as zeros.</summary>
    /// <param name="x">The windows.</param>
    /// <param name="to">Room for [group][window][k].</param>
    /// <param name="depth">Terms of a window.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather(ConvProblem<T> x, T* to, nint depth)
    {
        var strides = x.SourceStrides;
        var taps = new nint[x.Phases[0].Taps]; // where each reads in a channel; none where it reads padding
        for (long g = 0; g < x.Groups; g++)
            for (long n = 0; n < x.Images; n++)
                for (long i = 0; i < x.Height.Windows; i++)
                    for (long j = 0; j < x.Width.Windows; j++, to += depth)
                    {
                        int t = 0;
                        foreach (int rowTap in x.Phases[0].RowTaps)
                            foreach (int columnTap in x.Phases[0].ColumnTaps)
                            {
                                long ih = i * x.Height.Step + x.Height.Taps[rowTap].Offset;
                                long iw = j * x.Width.Step + x.Width.Taps[columnTap].Offset;
                                bool isInside = (ulong)ih < (ulong)x.Height.Size && (ulong)iw < (ulong)x.Width.Size;
                                taps[t++] = isInside ? (nint)(ih * strides.H + iw * strides.W) : Padding;
                            }
                        T* image = x.Source + n * strides.N + g * x.Channels * strides.C, cell = to;
                        for (long c = 0; c < x.Channels; c++, image += strides.C)
                            foreach (nint tap in taps) *cell++ = tap == Padding ? T.Zero : image[tap];
                    }
    }

    private void Finish(T* sums, long filter, int filters)
    {
        var x = Problem;
        for (long n = 0; n < x.Images; n++)
            for (long i = 0; i < x.Height.Windows; i++)
                for (long j = 0; j < x.Width.Windows; j++, sums += SumsRow)
                {
                    T* to = x.OutputAt(x.Phases[0], n, filter, i, j);
                    for (int f = 0; f < filters; f++)
                        to[f * x.OutputStrides.C] = x.Bias == null ? sums[f] : sums[f] + x.Bias[filter + f];
                }
    }
}
