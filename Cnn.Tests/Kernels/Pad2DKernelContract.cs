using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Tests.Kernels;

/// <summary>What every padding kernel owes: the copies of <see cref="IPad2DKernel{T}"/>, and their sums in order.</summary>
public abstract class Pad2DKernelContract<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Problems = 120;
    private readonly IPad2DKernel<T> kernel;
    private readonly IPad2DKernel<T> libtorch = new LibtorchPad2D<T>();

    internal Pad2DKernelContract(IPad2DKernel<T> kernel) => this.kernel = kernel;

    [Fact]
    public void ForwardEqualsLibtorch()
    {
        foreach (var problem in Many())
        {
            var input = StridedArray<T>.Of(problem.Geometry.InputShape, problem.Layout, new Random(problem.Seed).Special<T>());
            KernelAssert.SameValues($"{problem}", "output", Forward(libtorch, problem, input), Forward(kernel, problem, input));
        }
    }

    [Fact]
    public void GradInputEqualsLibtorch()
    {
        foreach (var problem in Many())
        {
            var gradOutput = StridedArray<T>.Of(problem.Geometry.OutputShape, problem.Layout, new Random(problem.Seed).SmallIntegers<T>());
            KernelAssert.SameValues($"{problem}", "gradInput", GradInput(libtorch, problem, gradOutput),
                GradInput(kernel, problem, gradOutput));
        }
    }

    [Fact]
    public void GradInputSumsOverOhOw()
    {
        foreach (var border in Enum.GetValues<Border>())
        {
            var problem = new Problem(new(2, 2, 4, 5), (3, 2), (2, 4), border, Layout.Contiguous, 3);
            var geometry = problem.Geometry;
            var gradOutput = StridedArray<T>.Of(geometry.OutputShape, Layout.Contiguous, new Random(3).Reals<T>());
            KernelAssert.SameBits($"{problem}", "gradInput", GradInput(kernel, problem, gradOutput), (n, c, h, w) =>
                gradOutput.Indices()
                    .Where(at => at.N == n && at.C == c && geometry.Height.InputIndex(at.H) == h && geometry.Width.InputIndex(at.W) == w)
                    .Aggregate(T.Zero, (acc, at) => acc + gradOutput[at.N, at.C, at.H, at.W]));
        }
    }

    [Fact]
    public void EveryMemoryLayoutGivesTheSameBits()
    {
        var layouts = Enum.GetValues<Layout>().Where(layout => layout != Layout.Unbatched);
        foreach (var (from, to) in from i in layouts from o in layouts select (i, o))
        {
            var problem = new Problem(new(3, 2, 4, 5), (3, 2), (2, 4), Border.Reflect, Layout.Expanded, 3);
            string name = $"{problem}, input {from}, output {to}";
            var input = StridedArray<T>.Of(problem.Geometry.InputShape, Layout.Expanded, new Random(1).Reals<T>());
            KernelAssert.SameBits(name, "output", Forward(kernel, problem, input),
                Forward(kernel, problem with { Layout = to }, input.In(from)));
            var gradOutput = StridedArray<T>.Of(problem.Geometry.OutputShape, Layout.Expanded, new Random(2).Reals<T>());
            KernelAssert.SameBits(name, "gradInput", GradInput(kernel, problem, gradOutput),
                GradInput(kernel, problem with { Layout = to }, gradOutput.In(from)));
        }
    }

    private static IEnumerable<Problem> Many()
    {
        var random = new Random(12);
        for (int i = 0; i < Problems; i++)
        {
            var border = (Border)(i % 3);
            var input = new Shape4(random.Next(4), random.Next(1, 4), random.Next(2, 8), random.Next(2, 8));
            (long, long) Padding() => (Below(input.H), Below(input.W));
            long Below(long size) => random.NextInt64(border == Border.Circular ? size + 1 : size);
            yield return new(input, Padding(), Padding(), border, (Layout)random.Next(4), random.Next());
        }
    }

    private static StridedArray<T> Forward(IPad2DKernel<T> kernel, Problem problem, StridedArray<T> input)
    {
        var output = StridedArray<T>.ForOutput(problem.Geometry.OutputShape, problem.Layout);
        kernel.Forward(problem.Geometry, input.Span, output.Span);
        input.AssertUnchanged("input", $"{problem}");
        output.AssertNothingElseWritten("output", $"{problem}");
        return output;
    }

    private static StridedArray<T> GradInput(IPad2DKernel<T> kernel, Problem problem, StridedArray<T> gradOutput)
    {
        var gradInput = StridedArray<T>.ForOutput(problem.Geometry.InputShape, problem.Layout);
        kernel.GradInput(problem.Geometry, gradOutput.Span, gradInput.Span);
        gradOutput.AssertUnchanged("gradOutput", $"{problem}");
        gradInput.AssertNothingElseWritten("gradInput", $"{problem}");
        return gradInput;
    }

    /// <summary>A padding; it prints everything that makes it.</summary>
    private sealed record Problem(Shape4 Input, (long H, long W) Before, (long H, long W) After, Border Border, Layout Layout, int Seed)
    {
        public Pad2DGeometry Geometry => Pad2DGeometry.Create(Input, Before, After, Border);

        public override string ToString() => $"Pad2DGeometry.Create(new{Input}, {Before}, {After}, Border.{Border}), {Layout}, seed {Seed}";
    }
}
