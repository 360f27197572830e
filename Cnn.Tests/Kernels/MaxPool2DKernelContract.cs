using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Tests.Kernels;

/// <summary>What every max pool kernel owes, for every type: the maxima and winners of <see cref="IMaxPool2DKernel{T}"/>.</summary>
public abstract class MaxPool2DKernelContract<T> where T : unmanaged, INumber<T>
{
    private const int RandomProblems = 100;

    internal MaxPool2DKernelContract(IMaxPool2DKernel<T> kernel) => Kernel = kernel;

    private protected IMaxPool2DKernel<T> Kernel { get; }

    private protected IMaxPool2DKernel<T> Libtorch { get; } = new LibtorchMaxPool2D<T>();

    private static T Lowest => T.CreateSaturating(double.NegativeInfinity);

    private protected static IEnumerable<Case> Cases => KernelCases.Many<T>(
        LayerKind.Max, RandomProblems,
        "max n2 c3 h9 w12 k3x2 s2x3 p1x0 d1x2 seed1",
        "max n2 c3 h9 w12 k4x3 s3x2 p2x1 d2x1 ceil strided seed2",
        "max n3 c2 h7 w10 k2x5 s1x3 p1x2 ceil channels_last seed3",
        "max n2 c2 h5 w6 k1 s2 p0 ceil expanded seed4",
        "max n2 c2 h1 w2 k2 s1x2 p1 d2x3 seed5", // windows of nothing but padding
        "max n2 c2 h1 w5 k2x3 s1x2 p1 d2x1 seed7", // the same, along the height alone
        "max n0 c2 h5 w6 k2x3 s1x2 p1 seed6"); // no image

    [Fact]
    public void EqualsLibtorchOnSmallIntegers() => EqualsLibtorch(random => random.SmallIntegers<T>());

    [Fact]
    public void EqualsLibtorchWithTies() => EqualsLibtorch(random => random.Ties<T>());

    /// <summary>[[-1, -2], [-3, -4]]; as a type without a sign counts them, the order is the same.</summary>
    [Fact]
    public void PaddingNeverWins()
    {
        T[] cells = [T.CreateTruncating(-1), T.CreateTruncating(-2), T.CreateTruncating(-3), T.CreateTruncating(-4)];

        var (values, indices) = Forward("max n1 c1 h2 w2 k2 s2 p1 d2 ceil", cells);

        Assert.Equal([cells[3], cells[3], cells[3], cells[3]], values);
        Assert.Equal([3, 3, 3, 3], indices);
    }

    [Fact]
    public void OfEqualCellsTheFirstWins()
    {
        T one = T.One;
        var (_, indices) = Forward("max n1 c1 h3 w3 k2 s1", one, one, one, one, one, one, one, one, one);

        Assert.Equal([0, 1, 3, 4], indices);
    }

    [Fact]
    public void ALoneLowestCellWins()
    {
        var (values, indices) = Forward("max n1 c1 h1 w2 k1 s1", Lowest, Lowest);

        Assert.Equal([Lowest, Lowest], values);
        Assert.Equal([0, 1], indices);
    }

    [Fact]
    public void AWindowOfLowestCellsBeginsInTheInput()
    {
        var (values, indices) = Forward("max n1 c1 h2 w2 k2 s2 p1", Lowest, Lowest, Lowest, Lowest);

        Assert.Equal([Lowest, Lowest, Lowest, Lowest], values);
        Assert.Equal([0, 1, 2, 3], indices);
    }

    /// <summary>The taps of its only window surround the only cell; the first at or behind [0, 0] would be at [1, 1].</summary>
    [Fact]
    public void AWindowOfNothingButPaddingGivesTheLowestValue()
    {
        var (values, indices) = Forward("max n1 c1 h1 w1 k2 s2 p1 d2", T.One);

        Assert.Equal([Lowest], values);
        Assert.Equal([2], indices);
    }

    [Fact]
    public void WithoutIndicesTheMaximaAreTheSame()
    {
        foreach (var @case in Cases)
        {
            var input = Input(@case, new Random(@case.Seed).SmallIntegers<T>());
            var values = StridedArray<T>.ForOutput(KernelCases.PoolOf(@case).OutputShape, @case.Layout);
            Kernel.Forward(KernelCases.PoolOf(@case), input.Span, values.Span, default);
            KernelAssert.SameBits($"{@case}", "output", Forward(Kernel, @case, input).Values, values);
        }
    }

    [Fact]
    public void EveryMemoryLayoutGivesTheSameMaxima()
    {
        var layouts = Enum.GetValues<Layout>().Where(layout => layout != Layout.Unbatched);
        foreach (var (from, to) in from i in layouts from o in layouts select (i, o))
        {
            var @case = CaseWords.Parse("max n3 c2 h9 w7 k3x2 s2x1 p1 d1x2 ceil");
            var plain = Input(@case with { Layout = Layout.Expanded }, new Random(3).SmallIntegers<T>());
            var expected = Forward(Kernel, @case, plain);
            var actual = Forward(Kernel, @case with { Layout = to }, plain.In(from));
            KernelAssert.SameBits($"{@case}, input {from}, output {to}", "output", expected.Values, actual.Values);
            KernelAssert.SameBits($"{@case}, input {from}, output {to}", "indices", expected.Indices, actual.Indices);
        }
    }

    private protected void EqualsLibtorch(Func<Random, Func<T>> numbers)
    {
        foreach (var @case in Cases)
        {
            var input = Input(@case, numbers(new Random(@case.Seed)));
            var (expected, actual) = (Forward(Libtorch, @case, input), Forward(Kernel, @case, input));
            KernelAssert.SameValues($"{@case}", "output", expected.Values, actual.Values);
            KernelAssert.SameBits($"{@case}", "indices", expected.Indices, actual.Indices);
        }
    }

    private protected static StridedArray<T> Input(Case @case, Func<T> fill) =>
        StridedArray<T>.Of(new(@case.N, @case.C, @case.H, @case.W), @case.Layout, fill);

    private protected (T[] Values, long[] Indices) Forward(string line, params T[] cells)
    {
        var @case = CaseWords.Parse(line);
        var (values, indices) = Forward(Kernel, @case, StridedArray<T>.Of(new(@case.N, @case.C, @case.H, @case.W), cells));
        return (values.Elements(), indices.Elements());
    }

    private protected static (StridedArray<T> Values, StridedArray<long> Indices) Forward(IMaxPool2DKernel<T> kernel, Case @case,
        StridedArray<T> input)
    {
        var geometry = KernelCases.PoolOf(@case);
        var values = StridedArray<T>.ForOutput(geometry.OutputShape, @case.Layout);
        var indices = StridedArray<long>.ForOutput(geometry.OutputShape, @case.Layout);
        kernel.Forward(geometry, input.Span, values.Span, indices.Span);
        input.AssertUnchanged("input", $"{@case}");
        values.AssertNothingElseWritten("output", $"{@case}");
        indices.AssertNothingElseWritten("indices", $"{@case}");
        return (values, indices);
    }
}

/// <summary>What every max pool kernel of an integer type owes besides.</summary>
public abstract class IntegerMaxPool2DKernelContract<T> : MaxPool2DKernelContract<T> where T : unmanaged, IBinaryInteger<T>
{
    internal IntegerMaxPool2DKernelContract(IMaxPool2DKernel<T> kernel) : base(kernel)
    {
    }

    [Fact]
    public void EqualsLibtorchOverTheWholeRange() => EqualsLibtorch(random => random.WholeRange<T>());
}

/// <summary>What every max pool kernel of a real type owes besides: NaN, infinities, derivatives.</summary>
public abstract class RealMaxPool2DKernelContract<T> : MaxPool2DKernelContract<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    internal RealMaxPool2DKernelContract(IMaxPool2DKernel<T> kernel) : base(kernel)
    {
    }

    [Fact]
    public void EqualsLibtorchWithNaNAndInfinities() => EqualsLibtorch(random => random.Special<T>());

    [Fact]
    public void TheLastNaNWins()
    {
        var (values, indices) = Forward("max n1 c1 h2 w3 k2 s1", T.One, T.NaN, T.PositiveInfinity, T.NaN, T.One, T.One);

        Assert.Equal([T.NaN, T.NaN], values);
        Assert.Equal([3, 1], indices);
    }

    [Fact]
    public void AWindowOfNaNGivesNaN()
    {
        var (values, indices) = Forward("max n1 c1 h2 w2 k2 s2", T.NaN, T.NaN, T.NaN, T.NaN);

        Assert.Equal([T.NaN], values);
        Assert.Equal([3], indices);
    }

    /// <summary>From the input to the gradient, through winners of each one's own.</summary>
    [Fact]
    public void TheGradientEqualsLibtorchs()
    {
        foreach (var @case in Cases.Where(@case => !HasWindowInPadding(@case)))
        {
            var random = new Random(@case.Seed);
            var geometry = KernelCases.PoolOf(@case);
            var input = Input(@case, random.Ties<T>());
            var gradOutput = StridedArray<T>.Of(geometry.OutputShape, @case.Layout, random.SmallIntegers<T>());
            var expected = StridedArray<T>.ForOutput(geometry.InputShape, @case.Layout);
            LibtorchMaxPool2D<T>.GradInputOf(geometry, gradOutput.Span, input.Span, expected.Span);
            KernelAssert.SameValues($"{@case}", "gradInput", expected,
                GradInput(Kernel, @case, gradOutput, Forward(Kernel, @case, input).Indices));
        }
    }

    /// <summary>With the same winners, some of them outside of the plane.</summary>
    [Fact]
    public void GradInputAndTakeWinnersEqualLibtorch()
    {
        foreach (var @case in Cases)
        {
            var random = new Random(@case.Seed);
            var geometry = KernelCases.PoolOf(@case);
            var indices = Forward(Kernel, @case, Input(@case, random.Ties<T>())).Indices;
            var values = Input(@case, random.SmallIntegers<T>());
            var gradOutput = StridedArray<T>.Of(geometry.OutputShape, @case.Layout, random.SmallIntegers<T>());
            KernelAssert.SameValues($"{@case}", "gradInput", GradInput(Libtorch, @case, gradOutput, indices),
                GradInput(Kernel, @case, gradOutput, indices));
            KernelAssert.SameValues($"{@case}", "taken", TakeWinners(Libtorch, @case, values, indices),
                TakeWinners(Kernel, @case, values, indices));
        }
    }

    [Fact]
    public void GradInputSumsOverOhOw()
    {
        var @case = CaseWords.Parse("max n2 c2 h6 w7 k4x3 s1 p2x1");
        var random = new Random(4);
        var input = Input(@case, random.Ties<T>()); // so that a cell wins many windows
        var indices = Forward(Kernel, @case, input).Indices;
        var gradOutput = StridedArray<T>.Of(indices.Shape, Layout.Contiguous, random.Reals<T>());
        int most = 0;
        KernelAssert.SameBits($"{@case}", "gradInput", GradInput(Kernel, @case, gradOutput, indices), (n, c, h, w) =>
        {
            var won = indices.Indices().Where(at => at.N == n && at.C == c && indices[at.N, at.C, at.H, at.W] == h * @case.W + w);
            most = Math.Max(most, won.Count());
            return won.Aggregate(T.Zero, (acc, at) => acc + gradOutput[at.N, at.C, at.H, at.W]);
        });
        Assert.True(most > 3, $"no cell wins more than {most} windows: the order does not show");
    }

    [Fact]
    public void AnIndexOutsideOfThePlaneReceivesNothingAndGivesZero()
    {
        var @case = CaseWords.Parse("max n1 c1 h1 w1 k2 s2 p1 d2");
        var one = StridedArray<T>.Of(new(1, 1, 1, 1), T.One);
        var indices = Forward(Kernel, @case, one).Indices;

        Assert.Equal([T.Zero], GradInput(Kernel, @case, one, indices).Elements());
        Assert.Equal([T.Zero], TakeWinners(Kernel, @case, one, indices).Elements());
    }

    private static bool HasWindowInPadding(Case @case)
    {
        var geometry = KernelCases.PoolOf(@case);
        return IsBlind(geometry.Height) || IsBlind(geometry.Width);

        static bool IsBlind(WindowAxis axis)
        {
            for (long o = 0; o < axis.Out; o++)
                if (!Enumerable.Range(0, (int)axis.Kernel).Any(k => axis.IsInput(axis.InputIndex(o, k))))
                    return true;
            return false;
        }
    }

    private static StridedArray<T> GradInput(IMaxPool2DKernel<T> kernel, Case @case, StridedArray<T> gradOutput, StridedArray<long> indices)
    {
        var geometry = KernelCases.PoolOf(@case);
        var gradInput = StridedArray<T>.ForOutput(geometry.InputShape, @case.Layout);
        indices.Remember();
        kernel.GradInput(geometry, gradOutput.Span, indices.Span, gradInput.Span);
        gradOutput.AssertUnchanged("gradOutput", $"{@case}");
        indices.AssertUnchanged("indices", $"{@case}");
        gradInput.AssertNothingElseWritten("gradInput", $"{@case}");
        return gradInput;
    }

    private static StridedArray<T> TakeWinners(IMaxPool2DKernel<T> kernel, Case @case, StridedArray<T> values, StridedArray<long> indices)
    {
        var geometry = KernelCases.PoolOf(@case);
        var taken = StridedArray<T>.ForOutput(geometry.OutputShape, @case.Layout);
        indices.Remember();
        kernel.TakeWinners(geometry, values.Span, indices.Span, taken.Span);
        values.AssertUnchanged("values", $"{@case}");
        indices.AssertUnchanged("indices", $"{@case}");
        taken.AssertNothingElseWritten("taken", $"{@case}");
        return taken;
    }
}
