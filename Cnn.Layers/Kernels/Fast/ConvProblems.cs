using System.Numerics;
using Cnn.Layers.Geometry;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The forward pass, and both gradients, as a <see cref="ConvProblem{T}"/>.</summary>
internal static unsafe class ConvProblems<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The windows of the forward pass; the weight gradient reads the same ones the other way round.</summary>
    /// <param name="geometry">The convolution.</param>
    /// <param name="input">Element [0, 0, 0, 0] of the input.</param>
    /// <param name="inputStrides">Its strides.</param>
    /// <param name="weight">Element [0, 0, 0, 0] of the weights.</param>
    /// <param name="weightStrides">Their strides.</param>
    /// <param name="output">Element [0, 0, 0, 0] of the output.</param>
    /// <param name="outputStrides">Its strides.</param>
    /// <param name="bias">A value for each filter; null for none.</param>
    public static ConvProblem<T> Forward(
        in Conv2DGeometry geometry, T* input, Shape4 inputStrides, T* weight, Shape4 weightStrides, T* output, Shape4 outputStrides,
        T* bias)
    {
        var partial = geometry.PartialSums;
        Shape4 partialWindows = new(partial.Images, 1, partial.Rows, partial.Columns);
        var (height, width) = (PolyphaseAxis.Of(geometry.Height), PolyphaseAxis.Of(geometry.Width));
        bool isRow = IsOneCell(geometry.Height) && IsOneCell(geometry.Width)
            && inputStrides.H == geometry.Width.In * inputStrides.W && outputStrides.H == geometry.Width.Out * outputStrides.W
            && partial.Columns == geometry.Width.Out;
        if (isRow)
        {
            // C5: a kernel of one cell does not know rows from columns.
            width = new(height.Size * width.Size, height.Windows * width.Windows, 1, width.Taps);
            height = new(1, 1, 1, height.Taps);
            partialWindows = partialWindows with { H = 1, W = partial.Rows * partial.Columns };
        }
        return new()
        {
            Images = geometry.Batch,
            Groups = geometry.Groups,
            Channels = geometry.InChannelsPerGroup,
            PartialChannels = partial.Channels,
            PartialWindows = partialWindows,
            Filters = checked((int)geometry.OutChannelsPerGroup),
            Height = height,
            Width = width,
            Phases = [new(AllOf(height), AllOf(width), 0, 0, height.Windows, width.Windows)],
            Source = input,
            SourceStrides = inputStrides,
            Weights = weight,
            WeightGroup = geometry.OutChannelsPerGroup * weightStrides.N,
            WeightFilter = weightStrides.N,
            WeightChannel = weightStrides.C,
            WeightRow = weightStrides.H,
            WeightColumn = weightStrides.W,
            Output = output,
            OutputStrides = outputStrides,
            Bias = bias,
        };

        static int[] AllOf(in PolyphaseAxis axis)
        {
            int[] taps = new int[axis.Taps.Length];
            for (int t = 0; t < taps.Length; t++) taps[t] = t;
            return taps;
        }

        static bool IsOneCell(in WindowAxis axis) => axis is { Kernel: 1, Stride: 1, PadBefore: 0, PadAfter: 0 };
    }

    /// <summary>
    /// The input gradient: windows over the gradient of the output. Cell r + i * stride of the input is reached through tap k from window
    /// i + o.
    /// </summary>
    /// <param name="geometry">The convolution.</param>
    /// <param name="gradOutput">Element [0, 0, 0, 0] of the gradient of the output.</param>
    /// <param name="gradOutputStrides">Its strides.</param>
    /// <param name="weight">Element [0, 0, 0, 0] of the weights.</param>
    /// <param name="weightStrides">Their strides.</param>
    /// <param name="gradInput">Element [0, 0, 0, 0] of the gradient of the input.</param>
    /// <param name="gradInputStrides">Its strides.</param>
    /// <param name="isWhole">Whether every cell of the input is an output of the problem; the others are zero.</param>
    public static ConvProblem<T> GradInput(
        in Conv2DGeometry geometry, T* gradOutput, Shape4 gradOutputStrides, T* weight, Shape4 weightStrides, T* gradInput,
        Shape4 gradInputStrides, out bool isWhole)
    {
        var (height, width) = (geometry.Height, geometry.Width);
        var (rows, columns) = (CellsOf(height), CellsOf(width));
        isWhole = rows.Remainders.Count == Math.Min(height.Stride, height.In)
            && columns.Remainders.Count == Math.Min(width.Stride, width.In);
        return new()
        {
            Images = geometry.Batch,
            Groups = geometry.Groups,
            Channels = geometry.OutChannelsPerGroup,
            PartialChannels = geometry.PartialSums.Channels,
            Filters = checked((int)geometry.InChannelsPerGroup),
            Height = rows.Axis,
            Width = columns.Axis,
            Phases = // C6
            [
                .. from r in rows.Remainders from c in columns.Remainders select new StridePhase(
                    r.Taps, c.Taps, r.First, c.First, r.Count, c.Count),
            ],
            Source = gradOutput,
            SourceStrides = gradOutputStrides,
            Weights = weight,
            WeightGroup = geometry.OutChannelsPerGroup * weightStrides.N,
            WeightFilter = weightStrides.C,
            WeightChannel = weightStrides.N,
            WeightRow = weightStrides.H,
            WeightColumn = weightStrides.W,
            Output = gradInput,
            OutputStrides = gradInputStrides with { H = height.Stride * gradInputStrides.H, W = width.Stride * gradInputStrides.W },
            OutputRow = gradInputStrides.H,
            OutputColumn = gradInputStrides.W,
        };

        static (PolyphaseAxis Axis, List<(long First, long Count, int[] Taps)> Remainders) CellsOf(WindowAxis axis)
        {
            var taps = new List<AxisTap>();
            var remainders = new List<(long, long, int[])>();
            foreach (long r in Candidates(axis))
            {
                int first = taps.Count;
                for (long k = 0; k < axis.Kernel; k++)
                    if (axis.TryOutputIndex(r, k, out long o)) taps.Add(new(o, k));
                if (taps.Count > first || axis.Stride <= 4)
                    remainders.Add((r, WindowAxis.CeilDiv(axis.In - r, axis.Stride), [.. Enumerable.Range(first, taps.Count - first)]));
            }
            long most = remainders.Count == 0 ? 0 : remainders[0].Item2; // later remainders have as many cells, or one less
            return (new(axis.Out, most, 1, [.. taps]), remainders);
        }

        // All remainders of a small stride; of a large one, which may be as long as a row, those that a tap reads.
        static IEnumerable<long> Candidates(WindowAxis axis)
        {
            if (axis.Stride <= 4) return Enumerable.Range(0, checked((int)Math.Min(axis.Stride, axis.In))).Select(r => (long)r);
            var read = new SortedSet<long>();
            for (long k = 0; k < axis.Kernel; k++)
            {
                long remainder = axis.InputIndex(0, k) % axis.Stride;
                read.Add(remainder < 0 ? remainder + axis.Stride : remainder);
            }
            return read.Where(r => r < axis.In);
        }
    }
}
