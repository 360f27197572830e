using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Tests.Kernels;

/// <summary>What every convolution kernel owes: the sums of <see cref="IConv2DKernel{T}"/>, in their order, from any memory.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public abstract class Conv2DKernelContract<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int RandomProblems = 150;
    private readonly IConv2DKernel<T> kernel;
    private readonly IConv2DKernel<T> libtorch = new LibtorchConv2D<T>();

    internal Conv2DKernelContract(IConv2DKernel<T> kernel) => this.kernel = kernel;

    // -- What libtorch gives, exactly, wherever arithmetic is exact --

    [Fact]
    public void ForwardEqualsLibtorch() => EqualsLibtorch("output", Forward);

    [Fact]
    public void GradInputEqualsLibtorch() => EqualsLibtorch("gradInput", GradInput);

    [Fact]
    public void GradWeightEqualsLibtorch() => EqualsLibtorch("gradWeight", GradWeight);

    [Fact]
    public void GradBiasEqualsLibtorch() => EqualsLibtorch("gradBias", GradBias);

    // -- The order of summation, bit for bit --

    [Fact]
    public void ForwardSumsOverIcKhKwAndAddsTheBiasLast() => HasTheBitsOf("output", Forward, (x, oc, n, oh, ow) =>
    {
        var terms =
            from ic in Count(x.Geometry.InChannelsPerGroup)
            from kh in Count(x.Geometry.Height.Kernel)
            from kw in Count(x.Geometry.Width.Kernel)
            select (x.Padded(n, x.GroupOf(oc), ic, oh, ow, kh, kw), x.Weight[oc, ic, kh, kw]);
        return (terms, x.Bias.Length == 0 ? null : x.Bias[oc]);
    }, at => (at.C, at.N, at.H, at.W));

    [Fact]
    public void GradInputSumsOverOcKhKw() => HasTheBitsOf("gradInput", GradInput, (x, channel, n, ih, iw) =>
    {
        var (g, ic) = Math.DivRem(channel, x.Geometry.InChannelsPerGroup);
        var terms =
            from oc in Count(x.Geometry.OutChannelsPerGroup).Select(oc => g * x.Geometry.OutChannelsPerGroup + oc)
            from kh in Count(x.Geometry.Height.Kernel)
            from kw in Count(x.Geometry.Width.Kernel)
            from oh in Count(x.Geometry.Height.Out).Where(oh => x.Row(oh, kh) == ih)
            from ow in Count(x.Geometry.Width.Out).Where(ow => x.Column(ow, kw) == iw)
            select (x.GradOutput[n, oc, oh, ow], x.Weight[oc, ic, kh, kw]);
        return (terms, null);
    }, at => (at.C, at.N, at.H, at.W));

    [Fact]
    public void GradWeightSumsOverNOhOw() => HasTheBitsOf("gradWeight", GradWeight, (x, oc, ic, kh, kw) =>
    {
        var terms =
            from n in Count(x.Geometry.Batch)
            from oh in Count(x.Geometry.Height.Out)
            from ow in Count(x.Geometry.Width.Out)
            select (x.GradOutput[n, oc, oh, ow], x.Padded(n, x.GroupOf(oc), ic, oh, ow, kh, kw));
        return (terms, null);
    }, at => (at.N, at.C, at.H, at.W));

    [Fact]
    public void GradBiasSumsOverNOhOw() => HasTheBitsOf("gradBias", GradBias, (x, oc, _, _, _) =>
    {
        var terms =
            from n in Count(x.Geometry.Batch)
            from oh in Count(x.Geometry.Height.Out)
            from ow in Count(x.Geometry.Width.Out)
            select (x.GradOutput[n, oc, oh, ow], T.One);
        return (terms, null);
    }, at => (at.W, 0, 0, 0));

    /// <summary>Both parameters' gradients at once are those of each alone, also where tensors lie in memory in some other way.</summary>
    [Fact]
    public void GradWeightAndBiasAreThoseOfEachAlone()
    {
        foreach (var problem in Conv2DProblem.Many<T>(RandomProblems))
        {
            var x = new Tensors(problem, new Random(problem.Case.Seed).Reals<T>());
            var (weight, bias) = GradWeightAndBias(kernel, x);
            KernelAssert.SameBits($"{problem}", "gradWeight", GradWeight(kernel, x), weight);
            KernelAssert.SameBits($"{problem}", "gradBias", GradBias(kernel, x), bias);
        }
    }

    // -- Corners --

    /// <summary>Padding cells are zeros that take part: infinity times zero is NaN.</summary>
    [Fact]
    public void AnInfiniteWeightOverPaddingGivesNaN()
    {
        var problem = Conv2DProblem.Parse("conv n1 c1 h2 w3 o1 k2x1 p1x0 nobias");
        var x = new Tensors(problem, () => T.One);
        x.Weight[0, 0, 0, 0] = T.PositiveInfinity;

        // The upper tap of output row 0 lies above the input; the others meet ones.
        T[] expected = [T.NaN, T.NaN, T.NaN, .. Enumerable.Repeat(T.PositiveInfinity, 6)];
        Assert.Equal(expected, Forward(kernel, x).Elements());
    }

    [Fact]
    public void AnInfiniteGradOutputOverPaddingGivesNaN()
    {
        var problem = Conv2DProblem.Parse("conv n1 c1 h2 w3 o1 k2x1 p1x0 nobias");
        var x = new Tensors(problem, () => T.One);
        x.GradOutput[0, 0, 0, 1] = T.PositiveInfinity;

        Assert.Equal([T.NaN, T.PositiveInfinity], GradWeight(kernel, x).Elements());
    }

    [Fact]
    public void WithoutImagesParametersHaveZeroGradients()
    {
        var x = new Tensors(Conv2DProblem.Parse("conv n0 c4 h5 w6 o6 k2x3 s2x1 p1x2 g2"), () => T.One);

        Assert.Empty(Forward(kernel, x).Elements());
        Assert.Empty(GradInput(kernel, x).Elements());
        Assert.All(GradWeight(kernel, x).Elements(), zero => Assert.Equal(T.Zero, zero));
        Assert.All(GradBias(kernel, x).Elements(), zero => Assert.Equal(T.Zero, zero));
        var (weight, bias) = GradWeightAndBias(kernel, x);
        Assert.All([.. weight.Elements(), .. bias.Elements()], zero => Assert.Equal(T.Zero, zero));
    }

    /// <summary>How tensors lie in memory changes no bit: every layout of each operand against row-major ones.</summary>
    [Fact]
    public void EveryMemoryLayoutGivesTheSameBits()
    {
        var layouts = Enum.GetValues<Layout>().Where(layout => layout != Layout.Unbatched);
        foreach (var (input, weight, output) in from i in layouts from w in layouts from o in layouts select (i, w, o))
        {
            var problem = Conv2DProblem.Parse("conv n3 c4 h6 w7 o4 k3x2 s2x1 p1x2 d1x2 g2", (2, 1));
            var random = new Random(5);
            // The numbers repeat from image to image and from filter to filter, as they do in expanded memory.
            var plain = new Tensors(problem, random.Reals<T>(), input: Layout.Expanded, weight: Layout.Expanded, output: Layout.Expanded);
            var other = new Tensors(problem, plain, input, weight, output);
            string name = $"{problem}, input {input}, weight {weight}, output {output}";
            KernelAssert.SameBits(name, "output", Forward(kernel, plain), Forward(kernel, other));
            KernelAssert.SameBits(name, "gradInput", GradInput(kernel, plain), GradInput(kernel, other));
            KernelAssert.SameBits(name, "gradWeight", GradWeight(kernel, plain), GradWeight(kernel, other));
            KernelAssert.SameBits(name, "gradBias", GradBias(kernel, plain), GradBias(kernel, other));
        }
    }

    private void EqualsLibtorch(string name, Func<IConv2DKernel<T>, Tensors, StridedArray<T>> run)
    {
        foreach (var problem in Conv2DProblem.Many<T>(RandomProblems))
        {
            var x = new Tensors(problem, new Random(problem.Case.Seed).SmallIntegers<T>());
            KernelAssert.SameValues($"{problem}", name, run(libtorch, x), run(kernel, x));
        }
    }

    private delegate (IEnumerable<(T, T)> Products, T? Last) Terms(Tensors x, long a, long b, long c, long d);

    /// <summary>Recomputes every element as the documented sum over <paramref name="terms"/>.</summary>
    private void HasTheBitsOf(
        string name, Func<IConv2DKernel<T>, Tensors, StridedArray<T>> run, Terms terms,
        Func<(long N, long C, long H, long W), (long, long, long, long)> loops)
    {
        var problem = Conv2DProblem.Parse("conv n3 c6 h5 w6 o4 k3x2 s2x1 p1x2 d1x2 g2", (2, 1));
        var x = new Tensors(problem, new Random(11).Reals<T>());
        int reordered = 0;
        KernelAssert.SameBits($"{problem}", name, run(kernel, x), (n, c, h, w) =>
        {
            var (i, j, k, l) = loops((n, c, h, w));
            var (products, last) = terms(x, i, j, k, l);
            T sum = Sum(products), reversed = Sum(products.Reverse());
            if (!KernelAssert.SameBits(sum, reversed)) reordered++;
            return last is { } bias ? sum + bias : sum;
        });
        Assert.True(reordered > 0, "these numbers cannot tell one order of summation from another");

        static T Sum(IEnumerable<(T, T)> products) =>
            products.Aggregate(T.Zero, (acc, product) => T.FusedMultiplyAdd(product.Item1, product.Item2, acc));
    }

    private static StridedArray<T> Forward(IConv2DKernel<T> kernel, Tensors x) => x.Run(
        "output", x.Geometry.OutputShape, output => kernel.Forward(x.Geometry, x.Input.Span, x.Weight.Span, x.Bias, output.Span));

    private static StridedArray<T> GradInput(IConv2DKernel<T> kernel, Tensors x) => x.Run(
        "gradInput", x.Geometry.InputShape, gradInput => kernel.GradInput(x.Geometry, x.GradOutput.Span, x.Weight.Span, gradInput.Span));

    private static StridedArray<T> GradWeight(IConv2DKernel<T> kernel, Tensors x) => x.Run(
        "gradWeight", x.Geometry.WeightShape,
            gradWeight => kernel.GradWeight(x.Geometry, x.GradOutput.Span, x.Input.Span, gradWeight.Span));

    private static StridedArray<T> GradBias(IConv2DKernel<T> kernel, Tensors x) =>
        Bias(x, row => kernel.GradBias(x.Geometry, x.GradOutput.Span, row));

    private static (StridedArray<T> Weight, StridedArray<T> Bias) GradWeightAndBias(IConv2DKernel<T> kernel, Tensors x)
    {
        StridedArray<T>? bias = null;
        var weight = x.Run("gradWeight", x.Geometry.WeightShape, gradWeight => bias = Bias(
            x, row => kernel.GradWeightAndBias(x.Geometry, x.GradOutput.Span, x.Input.Span, gradWeight.Span, row)));
        return (weight, bias!);
    }

    private static StridedArray<T> Bias(Tensors x, Action<T[]> run) => x.Run(
        "gradBias", new(1, 1, 1, x.Geometry.OutChannels), gradBias =>
        {
            var row = Enumerable.Repeat(T.NaN, (int)x.Geometry.OutChannels).ToArray();
            run(row);
            for (int oc = 0; oc < row.Length; oc++) gradBias[0, 0, 0, oc] = row[oc];
        });

    private static IEnumerable<long> Count(long count)
    {
        for (long i = 0; i < count; i++) yield return i;
    }

    /// <summary>Everything that the four loops read.</summary>
    private sealed class Tensors
    {
        private readonly Conv2DProblem problem;
        private readonly Layout output;

        /// <summary>Fills them; each lies in memory as the problem's line says, or as said here.</summary>
        public Tensors(Conv2DProblem problem, Func<T> fill, Layout? input = null, Layout? weight = null, Layout? output = null)
        {
            this.problem = problem;
            this.output = output ?? problem.Case.Layout;
            Geometry = problem.Geometry;
            Input = StridedArray<T>.Of(Geometry.InputShape, input ?? problem.Case.Layout, fill);
            Weight = StridedArray<T>.Of(Geometry.WeightShape, weight ?? problem.Case.Layout, fill);
            GradOutput = StridedArray<T>.Of(Geometry.OutputShape, this.output, fill);
            Bias = problem.Case.Bias ? [.. Count(Geometry.OutChannels).Select(_ => fill())] : [];
        }

        /// <summary>The same elements, elsewhere in memory.</summary>
        public Tensors(Conv2DProblem problem, Tensors from, Layout input, Layout weight, Layout output)
            : this(problem, () => T.Zero, input, weight, output)
        {
            Input = from.Input.In(input);
            Weight = from.Weight.In(weight);
            GradOutput = from.GradOutput.In(output);
            Bias = from.Bias;
        }

        public Conv2DGeometry Geometry { get; }

        public StridedArray<T> Input { get; }

        public StridedArray<T> Weight { get; }

        public StridedArray<T> GradOutput { get; }

        public T[] Bias { get; }

        /// <summary>The group's first input channel.</summary>
        public long GroupOf(long oc) => oc / Geometry.OutChannelsPerGroup * Geometry.InChannelsPerGroup;

        // Written out here, and not by the geometry's members, which are under test as well.
        public long Row(long oh, long kh) => oh * problem.Case.Stride.H + kh * problem.Case.Dilation.H - problem.Case.Padding.H;

        public long Column(long ow, long kw) => ow * problem.Case.Stride.W + kw * problem.Case.Dilation.W - problem.Case.Padding.W;

        public T Padded(long n, long groupStart, long ic, long oh, long ow, long kh, long kw)
        {
            var (ih, iw) = (Row(oh, kh), Column(ow, kw));
            return ih >= 0 && ih < problem.Case.H && iw >= 0 && iw < problem.Case.W ? Input[n, groupStart + ic, ih, iw] : T.Zero;
        }

        /// <summary>Runs one loop into a fresh output, and sees that it has written that, and nothing else.</summary>
        public StridedArray<T> Run(string name, Shape4 shape, Action<StridedArray<T>> loop)
        {
            var bias = Bias.ToArray();
            var result = StridedArray<T>.ForOutput(shape, output);
            foreach (var operand in new[] { Input, Weight, GradOutput }) operand.Remember();
            loop(result);
            Input.AssertUnchanged("input", $"{problem}");
            Weight.AssertUnchanged("weight", $"{problem}");
            GradOutput.AssertUnchanged("gradOutput", $"{problem}");
            Assert.Equal(bias, Bias);
            result.AssertNothingElseWritten(name, $"{problem}");
            return result;
        }
    }
}
