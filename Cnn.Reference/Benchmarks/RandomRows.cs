using Cnn.Reference.Cases;

namespace Cnn.Reference.Benchmarks;

/// <summary>
/// Rows drawn from the sizes that layers of image networks have, the same for the same seed: whether the kernels are fast where nobody
/// has looked.
/// </summary>
/// <remarks>
/// A network halves its planes where it doubles its channels: a channel count goes with a side such that their product stays within bounds.
/// What costs too much, or so little that the call is what is timed, is drawn again, as the same kind: kinds keep their shares.
/// </remarks>
internal sealed class RandomRows
{
    private const double LeastOperations = 5e5, MostOperations = 4e8; // of a convolution, forward
    private const double LeastCells = 1e5, MostCells = 1e7; // that a pool reads, once for each window
    private const double MostBytes = 48 << 20; // forward
    private const double LeastSideTimesChannels = 900, MostSideTimesChannels = 15_000;

    private static readonly long[] Sides =
        [7, 8, 10, 13, 14, 16, 17, 20, 24, 27, 28, 32, 35, 38, 40, 48, 56, 64, 75, 80, 96, 112, 128, 150, 224];

    private static readonly long[] SidesOfImages = [28, 32, 64, 96, 112, 128, 150, 224];

    private static readonly long[] Channels =
    [
        16, 24, 32, 40, 48, 64, 72, 80, 96, 112, 120, 128, 144, 160, 192, 224, 240, 256, 288, 320, 336, 384, 448, 480, 512, 576, 640, 672,
        768, 832, 960, 1024,
    ];

    // What is drawn, and of a hundred rows how many.
    private readonly (Func<Case> Draw, int Share)[] kinds;
    private readonly Random random;

    private RandomRows(int seed)
    {
        random = new Random(seed);
        kinds =
        [
            (() => Conv(Square(3)), 22), (() => Conv(Square(1)), 18), (Strided, 10), (Depthwise, 12), (Grouped, 6), (First, 6),
            (Dilated, 5), (OtherKernel, 6), (Odd, 5), (Max, 5), (Avg, 5),
        ];
    }

    /// <summary>Draws rows, all different; they are called r1, r2 and so on.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">What they depend on.</param>
    public static IReadOnlyList<BenchmarkRow> Draw(int count, int seed)
    {
        var (source, seen, rows) = (new RandomRows(seed), new HashSet<Case>(), new List<BenchmarkRow>());
        while (rows.Count < count)
        {
            var @case = source.Next();
            if (seen.Add(@case)) rows.Add(new($"r{rows.Count + 1}", @case));
        }
        return rows;
    }

    private Case Next()
    {
        int at = random.Next(kinds.Sum(kind => kind.Share));
        var draw = kinds.First(kind => (at -= kind.Share) < 0).Draw;
        while (true)
        {
            var @case = draw();
            if (IsWorthwhile(new("", @case))) return @case;
        }
    }

    private static bool IsWorthwhile(BenchmarkRow row) => row.Bytes(Pass.Forward) <= MostBytes && (row.IsPool
        ? row.Case.Work is >= LeastCells and <= MostCells
        : row.Operations(Pass.Forward) is >= LeastOperations and <= MostOperations);

    // Stride 1, and as many rows and columns behind it as before, mostly.
    private Case Conv((long H, long W) kernel)
    {
        var (height, width) = Plane(Sides);
        return Common(LayerKind.Conv, height, width) with
        {
            C = Of(height, width),
            O = Of(height, width),
            Kernel = kernel,
            Padding = OneIn(8) ? (0, 0) : (kernel.H / 2, kernel.W / 2),
        };
    }

    private Case Strided() => Conv(Square(Pick(3, 3, 1, 5))) with { Stride = (2, 2) };

    private Case Depthwise()
    {
        var @case = Conv(Square(Pick(3, 3, 5)));
        return @case with { O = @case.C, Groups = @case.C, Stride = Square(Pick(1, 1, 2)) };
    }

    private Case Grouped()
    {
        var @case = Conv(Square(3));
        long groups = Pick(2, 4, 8, 32);
        return @case with { C = Multiple(@case.C), O = Multiple(@case.O), Groups = groups, Stride = Square(Pick(1, 1, 2)) };

        long Multiple(long channels) => Math.Max(1, channels / groups) * groups;
    }

    private Case First()
    {
        var (height, width) = Plane(SidesOfImages);
        long kernel = Pick(3, 3, 5, 7, 11), stride = kernel switch { 3 => Pick(1, 2), 5 => 1, 7 => 2, _ => 4 };
        return Common(LayerKind.Conv, height, width) with
        {
            C = Pick(3, 3, 3, 1),
            O = Pick(6, 8, 16, 24, 32, 48, 64, 96),
            Kernel = Square(kernel),
            Stride = Square(stride),
            Padding = Square(OneIn(4) ? 0 : kernel / 2),
        };
    }

    private Case Dilated()
    {
        long dilation = Pick(2, 2, 3, 4, 6, 12);
        return Conv(Square(3)) with { Dilation = Square(dilation), Padding = Square(dilation) };
    }

    private Case OtherKernel() => Conv(random.Next(6) switch
    {
        0 => (5, 5),
        1 => (7, 7),
        2 => (1, 7),
        3 => (7, 1),
        4 => (1, 3),
        _ => (3, 1),
    });

    private Case Odd()
    {
        long kernel = Pick(1, 3, 3, 5);
        return Common(LayerKind.Conv, random.NextInt64(7, 113), random.NextInt64(7, 113)) with
        {
            C = Uneven(),
            O = Uneven(),
            Kernel = Square(kernel),
            Padding = Square(kernel / 2),
        };

        long Uneven() => 8 * random.NextInt64(0, 25) + random.NextInt64(3, 8);
    }

    private Case Max()
    {
        var (kernel, stride, padding) = random.Next(6) switch
        {
            0 or 1 => (2, 2, 0),
            2 => (3, 2, 1),
            3 => (3, 2, 0),
            4 => (3, 1, 1),
            _ => (5, 1, 2),
        };
        return Pool(LayerKind.Max, kernel, stride, padding);
    }

    private Case Avg()
    {
        if (OneIn(4))
        {
            long side = Pick(7, 7, 8, 14); // the whole plane, as before a classifier
            return Common(LayerKind.Avg, side, side) with { C = Of(side, side), Kernel = Square(side), Stride = Square(1) };
        }
        var (kernel, stride, padding) = random.Next(4) switch { 0 => (2, 2, 0), 1 => (3, 2, 1), 2 => (5, 3, 0), _ => (3, 1, 1) };
        return Pool(LayerKind.Avg, kernel, stride, padding) with { CountIncludePad = padding == 0 || OneIn(2) };
    }

    private Case Pool(LayerKind kind, long kernel, long stride, long padding)
    {
        var (height, width) = Plane(Sides);
        return Common(kind, height, width) with
        {
            C = Of(height, width),
            Kernel = Square(kernel),
            Stride = Square(stride),
            Padding = Square(padding),
            CeilMode = stride > 1 && OneIn(4),
        };
    }

    private Case Common(LayerKind kind, long height, long width) =>
        new() { Kind = kind, N = Pick(1, 1, 1, 2, 4, 8), H = height, W = width };

    // A square, or now and then a picture of another form.
    private (long H, long W) Plane(long[] sides)
    {
        long side = Pick(sides);
        return OneIn(4) ? (side, Pick([.. sides.Where(other => other >= side / 2 && other <= 2 * side)])) : (side, side);
    }

    private long Of(long height, long width)
    {
        double side = Math.Sqrt(height * width);
        return Pick([.. Channels.Where(channels => side * channels is >= LeastSideTimesChannels and <= MostSideTimesChannels)]);
    }

    private static (long H, long W) Square(long side) => (side, side);

    private bool OneIn(int many) => random.Next(many) == 0;

    // The more often a value stands there, the more often it is drawn.
    private long Pick(params ReadOnlySpan<long> values) => values[random.Next(values.Length)];
}
