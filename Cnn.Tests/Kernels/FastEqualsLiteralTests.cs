using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;
using Cnn.Layers.Kernels.Literal;

namespace Cnn.Tests.Kernels;

/// <summary>
/// The fast loops give the literal loops' bits on random numbers: every remainder of a register and of a tile, sums longer
/// than a piece of the depth, outputs larger than a block, any number of threads.
/// </summary>
[Trait(Traits.Speed, Traits.Slow)]
public abstract class FastEqualsLiteral<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    // A problem's numbers follow from its geometry, so the literal loops, which take the longest, compute each once for all widths
    // and schedules; of their results the hashes are kept.
    private static readonly ConcurrentDictionary<(Conv2DGeometry, Data, int?), Lazy<byte[][]>> Literal = [];

    private enum Data
    {
        Ordinary,
        Tiny, // products that underflow: to denormal numbers, +0 and -0
        Infinite, // some weights are
    }

    private IConv2DKernel<T> fast;

    internal FastEqualsLiteral(IConv2DKernel<T> fast) => this.fast = fast;

    [Fact]
    public void AtEveryOutputWidth()
    {
        for (long width = 1; width <= 2 * 16 + 1; width++)
            Run(new(2, 4, 3, width), new(14, 2, 1, 2), (1, 1), (0, 0), (0, 1), (1, 1), 2);
    }

    [Fact]
    public void AtEveryNumberOfOutputChannels()
    {
        for (long channels = 1; channels <= 2 * 16 + 1; channels++)
            Run(new(2, 3, 4, 5), new(channels, 3, 2, 3), (1, 2), (1, 0), (0, 2), (1, 1), 1);
    }

    [Fact]
    public void AtEveryNumberOfInputChannels()
    {
        for (long channels = 1; channels <= 2 * 16 + 1; channels++)
            Run(new(1, channels, 4, 5), new(3, channels, 2, 3), (2, 1), (1, 1), (1, 1), (1, 1), 1);
    }

    /// <summary>Small planes and long sums: lanes along the filters.</summary>
    [Fact]
    public void AtEveryNumberOfFiltersOfASmallPlane()
    {
        for (long filters = 1; filters <= 2 * 16 + 1; filters++)
            Run(new(3, 11, 3, 2), new(filters, 11, 2, 3), (1, 1), (1, 1), (0, 1), (1, 1), 1);
    }

    /// <summary>Few filters a group: weight gradients in registers across groups.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 1)]
    [InlineData(2, 3)]
    public void AtEveryNumberOfGroups(long channels, long filters)
    {
        for (long groups = 1; groups <= 2 * 16 + 1; groups++)
            Run(new(2, groups * channels, 5, 4), new(groups * filters, channels, 3, 2), (2, 1), (1, 1), (1, 0), (1, 2), groups);
    }

    /// <summary>Everything larger than a block: filters, channels, rows, columns, images.</summary>
    [Fact]
    public void BeyondOneBlock()
    {
        Run(new(2, 3, 2, 700), new(257, 3, 1, 3), (1, 1), (0, 2), (0, 1), (1, 1), 1); // columns
        Run(new(1, 1, 1, 10), new(256, 1, 1, 4), (1, 2), (0, 601), (0, 600), (1, 1), 1); // columns, the first block all padding
        Run(new(2, 2, 3, 30), new(130, 2, 1, 5), (1, 2), (0, 300), (0, 403), (1, 1), 1);
        Run(new(1, 40, 40, 131), new(9, 40, 3, 2), (1, 1), (2, 1), (1, 0), (1, 1), 1); // rows
        Run(new(2, 290, 5, 6), new(270, 290, 2, 1), (1, 1), (1, 0), (0, 1), (1, 1), 1); // channels and filters, a small plane
        Run(new(150, 3, 7, 9), new(5, 3, 2, 3), (1, 2), (0, 1), (1, 1), (1, 1), 1); // images
        Run(new(2, 36, 21, 23), new(36, 1, 3, 5), (3, 2), (1, 2), (1, 2), (1, 1), 36); // groups
    }

    /// <summary>Short sums over neighbours of the output: tiles write them there, the last of a row and of the filters twice.</summary>
    [Fact]
    public void StraightToTheOutput()
    {
        for (long width = 3; width <= 2 * 16 + 1; width += 2)
            Run(new(2, 2, 3, width), new(4 + width % 11, 2, 3, 3), (1, 1), (1, 1), (1, 1), (1, 1), 1); // the planes as they lie
        Run(new(1, 3, 20, 45), new(13, 3, 5, 7), (2, 2), (2, 3), (1, 3), (1, 1), 1); // every second cell
        Run(new(2, 2, 19, 37), new(10, 2, 2, 4), (1, 1), (1, 3), (0, 1), (2, 1), 1); // wider than the planes
        Run(new(1, 34, 70, 33), new(9, 34, 3, 3), (1, 1), (1, 1), (1, 1), (1, 1), 1); // in blocks of rows
        Run(new(1, 5, 40, 170), new(9, 5, 1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1); // in blocks of one row
        Run(new(3, 4, 21, 23), new(4, 1, 3, 5), (1, 1), (1, 2), (1, 2), (2, 1), 4); // strips
        Run(new(1, 3, 90, 61), new(3, 1, 5, 3), (1, 1), (2, 1), (2, 1), (2, 1), 3); // strips, in blocks of rows
    }

    /// <summary>A filter alone, its windows one row apart: every number of rows and of registers of a band, and the last register over
    /// others.</summary>
    [Fact]
    public void DepthwiseRows()
    {
        for (long rows = 1; rows <= 9; rows++)
            for (long width = 15; width <= 4 * 16 + 2; width += 3)
                Run(new(2, 3, rows, width), new(3, 1, 1 + width % 4, 1 + rows % 3), (1, 1), (2, 1), (1, 0), (1, 1), 3);
        Run(new(1, 2, 11, 139), new(2, 1, 3, 3), (1, 1), (1, 1), (1, 1), (1, 1), 2); // more registers than a band has
        Run(new(2, 6, 10, 45), new(3, 2, 3, 5), (1, 2), (1, 3), (1, 2), (1, 1), 3); // two channels, every second column
        Run(new(2, 6, 13, 52), new(2, 3, 4, 2), (1, 1), (0, 2), (2, 0), (1, 3), 2); // three channels, columns apart
        Run(new(1, 2, 150, 70), new(2, 1, 5, 3), (1, 1), (2, 1), (2, 1), (1, 1), 2); // in blocks of rows
        Run(new(1, 3, 3, 5000), new(3, 1, 2, 3), (1, 1), (0, 1), (1, 1), (1, 1), 3); // in blocks of columns
        Run(new(1, 2, 5, 900), new(2, 1, 601, 1), (1, 1), (300, 0), (300, 0), (1, 1), 2); // of which the last has four columns
        for (long rows = 1; rows <= 15; rows++)
            for (long stride = 1; stride <= 2; stride++)
                foreach (var (before, after, dilation) in new[] { (rows / 2, rows / 2, 1), (0, rows + 1, 1), (rows + 2, 1, 2), (1, 2, 3) })
                    if (dilation * (rows - 1) < before + 9 + after)
                        Run(new(2, 3, 9, 41), new(3, 1, rows, 3), (stride, 1), (before, 1), (after, 1), (dilation, 1), 3);
        Run(new(1, 2, 1, 64), new(2, 1, 1, 3), (2, 1), (1, 1), (0, 1), (1, 1), 2); // an input gradient without taps,
        Run(new(1, 2, 1, 64), new(2, 1, 2, 3), (2, 1), (1, 1), (1, 1), (1, 1), 2); // of the second row of taps alone,
        Run(new(1, 2, 1, 64), new(2, 1, 4, 3), (2, 1), (3, 1), (3, 1), (1, 1), 2); // of every second,
        Run(new(1, 2, 6, 64), new(2, 1, 1, 3), (5, 1), (2, 1), (2, 1), (1, 1), 2); // that begins below the first row
        Run(new(1, 2, 16, 64), new(2, 1, 3, 3), (5, 1), (5, 1), (5, 1), (5, 1), 2); // upwards, a stride apart
        Run(new(1, 8, 6, 5000), new(8, 8, 1, 3), (5, 1), (2, 1), (2, 1), (1, 1), 1); // many filters, below the first row
        Run(new(1, 256, 28, 28), new(1, 256, 1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1); // a long sum over one cell a channel
        Run(new(1, 128, 20, 260), new(20, 128, 1, 3), (1, 1), (0, 1), (0, 1), (1, 1), 1); // over one row
        Run(new(1, 600, 20, 21), new(1, 600, 3, 3), (1, 1), (1, 1), (1, 1), (1, 1), 1); // more channels than fit
    }

    /// <summary>Depthwise over small planes, or with a stride: lanes along the groups.</summary>
    [Fact]
    public void AlongTheGroups()
    {
        for (long groups = 15; groups <= 2 * 16 + 3; groups++)
            Run(new(2, groups, 6, 7), new(groups, 1, 3, 2), (1, 1), (1, 0), (1, 1), (1, 1), groups);
        Run(new(2, 40, 9, 8), new(80, 1, 3, 3), (2, 2), (1, 1), (0, 1), (1, 1), 40); // two filters a group, every second cell
        Run(new(1, 48, 5, 6), new(16, 3, 2, 3), (2, 1), (1, 2), (0, 1), (1, 2), 16); // three channels a group
        Run(new(1, 33, 90, 70), new(33, 1, 3, 3), (2, 2), (1, 1), (1, 1), (1, 1), 33); // in blocks of rows
        Run(new(1, 16 * 9, 30, 31), new(16, 9, 5, 5), (2, 2), (2, 2), (2, 2), (1, 1), 16); // channels in blocks
    }

    /// <summary>Sums of several partial sums, the last of them shorter.</summary>
    [Fact]
    public void WithPartialSums()
    {
        Run(new(2, 70, 6, 21), new(9, 70, 3, 3), (1, 1), (1, 1), (1, 1), (1, 1), 1); // over 32 channels, and over two images
        Run(new(2, 70, 6, 21), new(9, 70, 3, 3), (2, 2), (1, 1), (1, 1), (1, 1), 1); // of which a stride phase has few taps
        Run(new(2, 600, 3, 5), new(5, 600, 1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1); // over 256 channels
        Run(new(1, 513, 9, 30), new(1, 513, 1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1); // to one filter
        Run(new(2, 90, 12, 13), new(18, 30, 3, 3), (1, 1), (1, 1), (1, 1), (1, 1), 3); // in groups
        Run(new(1, 3, 40, 41), new(4, 3, 17, 17), (1, 1), (0, 0), (0, 0), (1, 1), 1); // over one channel of more terms
        Run(new(1, 40, 33, 30), new(3, 40, 3, 3), (1, 1), (20, 9), (20, 9), (12, 9), 1); // of windows that reach far
        Run(new(300, 3, 2, 1), new(7, 3, 1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1); // over 128 images
        Run(new(11, 2, 7, 7), new(20, 2, 3, 3), (1, 1), (1, 1), (1, 1), (1, 1), 1); // over 5 images
        Run(new(11, 20, 7, 7), new(20, 1, 3, 3), (1, 1), (1, 1), (1, 1), (1, 1), 20); // depthwise
        Run(new(2, 3, 57, 29), new(5, 3, 3, 2), (1, 1), (1, 1), (1, 0), (1, 1), 1); // over some rows
        Run(new(2, 3, 57, 29), new(5, 3, 1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1); // of a plane that is one row
        Run(new(1, 2, 3, 1030), new(3, 2, 2, 3), (1, 1), (1, 1), (1, 1), (1, 1), 1); // over part of a row
        Run(new(1, 2, 3, 1030), new(3, 2, 1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1);
    }

    /// <summary>One window or two in all, of many filters: a matrix times a vector.</summary>
    [Fact]
    public void WithFewWindows()
    {
        for (long channels = 29; channels <= 275; channels += 41)
            Run(new(1, channels, 1, 1), new(304 - channels, channels, 1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1);
        Run(new(2, 600, 1, 1), new(140, 600, 1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1); // of two images
        Run(new(1, 300, 1, 2), new(130, 300, 1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1); // of one
        Run(new(1, 70, 3, 4), new(135, 70, 3, 3), (1, 1), (0, 0), (0, 0), (1, 1), 1);
        Run(new(1, 280, 3, 3), new(270, 140, 2, 2), (2, 2), (0, 0), (0, 0), (1, 1), 2); // in groups
        Run(new(2, 9, 2, 2), new(270, 9, 3, 3), (3, 3), (1, 1), (0, 0), (1, 1), 1); // with padding
        Run(new(1, 150, 1, 1), new(140, 150, 1, 1), (3, 3), (1, 1), (1, 1), (1, 1), 1); // which is all that it reads
    }

    /// <summary>
    /// Rows of padding are not read where that cannot be seen: a sum may be -0 before them, and +0 behind; a weight may make NaN of them.
    /// </summary>
    [Theory]
    [InlineData("Tiny")]
    [InlineData("Infinite")]
    public void WithPaddingThatCanBeSeen(string name)
    {
        var data = Enum.Parse<Data>(name);
        foreach (var (rows, columns) in new[] { (5, 19), (7, 35), (3, 7), (1, 16), (9, 41), (13, 13) })
            foreach (var (kernel, padding, dilation) in new[] { (3, 1, 1), (5, 2, 1), (2, 1, 1), (3, 2, 2), (3, 3, 1), (7, 3, 1) })
                foreach (long stride in new[] { 1, 2 })
                {
                    if (dilation * (kernel - 1) >= 2 * padding + Math.Min(rows, columns)) continue;
                    foreach (var (channels, filters, groups) in new[] { (18, 18, 18), (3, 19, 1) })
                        Run(new(2, channels, rows, columns), new(filters, channels / groups, kernel, 3), (stride, 1), (padding, 1),
                            (padding, 1), (dilation, 1), groups, data);
                }
    }

    /// <summary>An infinite weight in each row of taps: also where all windows read padding there, or neighbours see others.</summary>
    [Fact]
    public void WithOneInfiniteWeight()
    {
        foreach (var (rows, kernel, padding, stride) in new[]
        {
            (1, 3, 2, 2), (1, 5, 4, 2), (2, 5, 4, 3), (1, 3, 1, 1), (7, 3, 1, 1), (5, 5, 3, 2),
        })
            for (int row = 0; row < kernel; row++)
            {
                Run(new(2, 6, rows, 9), new(18, 6, kernel, 3), (stride, 1), (padding, 1), (padding, 1), (1, 1), 1, infinite: 3 * row + 1);
                Run(new(2, 3, rows, 41), new(3, 1, kernel, 3), (stride, 1), (padding, 1), (padding, 1), (1, 1), 3, infinite: 3 * row + 1);
            }
    }

    /// <summary>One cell a kernel: a plane is one long row, where nothing is padded and nothing left out.</summary>
    [Fact]
    public void WithKernelsOfOneCell()
    {
        Run(new(2, 7, 5, 9), new(6, 7, 1, 1), (1, 1), (0, 0), (0, 0), (1, 1), 1);
        Run(new(2, 8, 5, 9), new(6, 4, 1, 1), (1, 1), (0, 1), (0, 0), (1, 1), 2);
        Run(new(2, 8, 5, 9), new(20, 8, 1, 1), (2, 3), (0, 0), (0, 0), (1, 1), 1);
        Run(new(2, 8, 9, 13), new(20, 8, 1, 1), (5, 6), (0, 0), (0, 0), (1, 1), 1); // more remainders than are worth a part
    }

    /// <summary>Strides larger than the kernel, kernels larger than the input, windows of nothing but padding.</summary>
    [Fact]
    public void InTheCorners()
    {
        Run(new(2, 4, 11, 17), new(6, 2, 2, 3), (6, 7), (0, 1), (3, 2), (1, 1), 2);
        Run(new(2, 3, 2, 3), new(5, 3, 5, 7), (1, 2), (4, 3), (3, 5), (1, 1), 1);
        Run(new(2, 3, 3, 4), new(5, 3, 2, 2), (1, 2), (5, 9), (7, 6), (2, 3), 1);
        Run(new(2, 3, 40, 41), new(18, 3, 3, 3), (2, 3), (9, 8), (8, 9), (9, 7), 1);
    }

    /// <summary>Of two stride phases one may have any number of cells more than the other: few cells, and taps far apart.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void AtEveryStrideWithOtherPaddingAfterThanBefore(long stride)
    {
        int problems = 0;
        foreach (long kernel in new[] { 1, 2, 3 })
            for (long dilation = 1; dilation <= 5; dilation++)
                for (long before = 0; before <= 7; before++)
                    foreach (long after in new[] { 0, 1, 4 })
                        foreach (long size in new[] { 1, 3, 8 })
                        {
                            if (before == after || before + size + after <= dilation * (kernel - 1)) continue;
                            long groups = 1 + (before + size) % 2;
                            var (columns, rows) = (new Shape4(4, 2 / groups, 1, kernel), new Shape4(4, 2 / groups, kernel, 2));
                            Run(new(1, 2, 2, size), columns, (1, stride), (0, before), (0, after), (1, dilation), groups);
                            Run(new(1, 2, size, 2), rows, (stride, 1), (before, 0), (after, 1), (dilation, 1), groups);
                            problems++;
                        }
        Assert.True(problems > 200, $"{problems} problems");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void AtAnyNumberOfThreads(int threads)
    {
        fast = new ThreadedConv2D<T>(fast, threads);
        Run(new(3, 70, 11, 13), new(10, 70, 3, 2), (1, 2), (1, 1), (2, 1), (1, 2), 1); // a depth of 420, 3 x 143 windows
        Run(new(3, 6, 17, 30), new(12, 2, 4, 3), (3, 2), (2, 3), (2, 3), (2, 1), 3);
        Run(new(3, 40, 19, 61), new(40, 1, 3, 5), (2, 1), (1, 2), (1, 2), (1, 1), 40); // depthwise
        Run(new(4, 9, 19, 61), new(9, 1, 3, 5), (1, 1), (1, 2), (1, 2), (1, 1), 9); // along rows
        Run(new(9, 3, 21, 61), new(13, 3, 3, 5), (1, 1), (1, 2), (1, 2), (1, 1), 1); // straight to the output
        // a row of windows in columns, of several images at a time
        Run(new(5, 1, 300, 2040), new(4, 1, 2, 1), (1, 1), (0, 0), (0, 0), (299, 1), 1);
        Run(new(6, 90, 5, 7), new(70, 90, 3, 3), (1, 1), (1, 1), (1, 1), (1, 1), 1); // lanes along the filters
    }

    private static T[] Numbers(Random random, long count, T scale)
    {
        var numbers = new T[count];
        foreach (ref T number in numbers.AsSpan()) number = scale * T.CreateTruncating(2 * random.NextDouble() - 1);
        return numbers;
    }

    private void Run(Shape4 input, Shape4 weight, (long, long) stride, (long, long) before, (long, long) after, (long, long) dilation,
        long groups, Data data = Data.Ordinary, int? infinite = null) =>
        Check(Conv2DGeometry.Create(input, weight, stride, before, after, dilation, groups), data, infinite,
            $"{data} {(infinite is null ? "" : $"(weight {infinite} infinite) ")}{input} by {weight}, stride {stride}, "
            + $"padding {before} and {after}, dilation {dilation}, groups {groups}");

    internal static T[][] Results(IConv2DKernel<T> kernel, Operands x)
    {
        var geometry = x.Geometry;
        long weights = geometry.WeightShape.Elements, biases = geometry.OutChannels;
        // A margin on either side stays NaN: nothing is written beside a result.
        const int Margin = 1 << 10;
        T[][] results =
        [
            Nan(geometry.OutputShape.Elements), Nan(geometry.InputShape.Elements), Nan(weights), Nan(biases), Nan(weights), Nan(biases),
        ];
        NchwSpan<T> input = new(x.Input, geometry.InputShape), weight = new(x.Weight, geometry.WeightShape),
            up = new(x.GradOutput, geometry.OutputShape);
        kernel.Forward(geometry, input, weight, x.Bias, new NchwSpan<T>(Inside(results[0]), geometry.OutputShape));
        kernel.GradInput(geometry, up, weight, new NchwSpan<T>(Inside(results[1]), geometry.InputShape));
        kernel.GradWeight(geometry, up, input, new NchwSpan<T>(Inside(results[2]), geometry.WeightShape));
        kernel.GradBias(geometry, up, Inside(results[3]));
        kernel.GradWeightAndBias(geometry, up, input, new NchwSpan<T>(Inside(results[4]), geometry.WeightShape), Inside(results[5]));
        return results;

        static T[] Nan(long count)
        {
            var array = new T[count + 2 * Margin];
            Array.Fill(array, T.NaN);
            return array;
        }

        static Span<T> Inside(T[] array) => array.AsSpan(Margin, array.Length - 2 * Margin);
    }

    private void Check(Conv2DGeometry geometry, Data data, int? infinite, string what)
    {
        var random = new Random(5);
        T scale = data == Data.Tiny ? T.Sqrt(T.Epsilon) : T.One; // of two factors: products are the smallest number or 0, of either sign
        var operands = new Operands(
            geometry, Numbers(random, geometry.InputShape.Elements, scale), Numbers(random, geometry.WeightShape.Elements, scale),
            data == Data.Tiny ? new T[geometry.OutChannels] : Numbers(random, geometry.OutChannels, scale),
            Numbers(random, geometry.OutputShape.Elements, scale));
        if (data == Data.Tiny) operands.Bias.AsSpan().Fill(T.NegativeZero);
        if (data == Data.Infinite)
            for (int w = 4; w < operands.Weight.Length; w += 11) operands.Weight[w] = T.PositiveInfinity;
        if (infinite is { } weight) operands.Weight[weight] = T.PositiveInfinity;
        byte[][] expected = Literal.GetOrAdd((geometry, data, infinite), _ => new(() => Hashes(new LiteralConv2D<T>(), operands))).Value;
        string[] names = ["output", "gradInput", "gradWeight", "gradBias", "gradWeight with gradBias", "gradBias with gradWeight"];
        foreach (var (name, e, a) in names.Zip(expected, Hashes(fast, operands)))
            Assert.True(e.AsSpan().SequenceEqual(a), $"{name} of {what}");
    }

    private static byte[][] Hashes(IConv2DKernel<T> kernel, Operands operands) =>
        [.. Results(kernel, operands).Select(result => SHA256.HashData(MemoryMarshal.AsBytes<T>(result)))];

    internal sealed record Operands(Conv2DGeometry Geometry, T[] Input, T[] Weight, T[] Bias, T[] GradOutput);
}

// One line closes the tests over one type and one width.

public sealed class FastFloat1() : FastEqualsLiteral<float>(new FastConv2D<float, Lanes1<float>>());
public sealed class FastFloat128() : FastEqualsLiteral<float>(new FastConv2D<float, Lanes128<float>>());
public sealed class FastFloat256() : FastEqualsLiteral<float>(new FastConv2D<float, Lanes256<float>>());
public sealed class FastFloat512() : FastEqualsLiteral<float>(new FastConv2D<float, Lanes512<float>>());
public sealed class FastDouble1() : FastEqualsLiteral<double>(new FastConv2D<double, Lanes1<double>>());
public sealed class FastDouble128() : FastEqualsLiteral<double>(new FastConv2D<double, Lanes128<double>>());
public sealed class FastDouble256() : FastEqualsLiteral<double>(new FastConv2D<double, Lanes256<double>>());
public sealed class FastDouble512() : FastEqualsLiteral<double>(new FastConv2D<double, Lanes512<double>>());
