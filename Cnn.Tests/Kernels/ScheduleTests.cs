using System.Runtime.CompilerServices;
using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;
using Cnn.Reference.Benchmarks;
using Cnn.Reference.Cases;

namespace Cnn.Tests.Kernels;

/// <summary>Which schedule computes what, at which width, on one thread: a change of the cost model shows here first.</summary>
public class ScheduleTests
{
    private const KernelPass F = KernelPass.Forward, I = KernelPass.GradInput, W = KernelPass.GradWeight;

    /// <summary>The built-in rows: forward, input gradient, weight gradient. CNN_WRITE_DOCS=1 in the environment writes them
    /// anew.</summary>
    [Fact]
    public void TheChoiceIsKnown()
    {
        string[] lines =
        [
            .. from row in RowFile.BuiltIn()
               where row.Case.Kind == LayerKind.Conv
               from bits in new[] { 128, 256, 512 }
               select $"{row.Name} {bits}: {string.Join(", ", new[] { F, I, W }.Select(pass => Chosen(row.Case, bits, pass)))}",
        ];
        string known = Path.Combine(Path.GetDirectoryName(ThisFile())!, "schedules.txt");
        if (Environment.GetEnvironmentVariable("CNN_WRITE_DOCS") == "1") File.WriteAllLines(known, lines);
        else Assert.Equal(File.ReadAllLines(known), lines);

        static string ThisFile([CallerFilePath] string path = "") => path;
    }

    /// <summary>So that forcing a schedule is no matter of a few problems.</summary>
    [Theory]
    [InlineData("vectorize width", 650)]
    [InlineData("vectorize filters", 600)]
    [InlineData("vectorize groups", 100)]
    [InlineData("depthwise rows", 10)]
    [InlineData("weights of few windows", 3)]
    [InlineData("weights across groups", 80)]
    public void EachScheduleTakesManyProblems(string schedule, int least)
    {
        int taken = 0;
        foreach (var problem in Conv2DProblem.Many<float>(350))
            foreach (var pass in new[] { F, I, W })
                if (new FastConv2D<float, Lanes128<float>>().Schedules(problem.Geometry, pass)
                    .Any(answer => answer.Name == schedule && answer.Refusal is null)) taken++;
        Assert.True(taken >= least, $"{schedule} takes {taken} problems");
    }

    private static string Chosen(Case @case, int bits, KernelPass pass)
    {
        var geometry = @case.ConvGeometry();
        var kernel = bits switch
        {
            128 => new FastConv2D<float, Lanes128<float>>() as IKernel<Layers.Geometry.Conv2DGeometry>,
            256 => new FastConv2D<float, Lanes256<float>>(),
            _ => new FastConv2D<float, Lanes512<float>>(),
        };
        return kernel.Schedules(geometry, pass).Single(answer => answer.IsChosen).Name;
    }
}
