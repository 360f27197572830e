using Cnn.Reference.Cases;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace Cnn.Tests.Cases;

public class CaseTests
{
    [Property(MaxTest = 300)]
    public void EveryGeneratedCaseParsesBackToItself(int seed)
    {
        foreach (var @case in CaseGenerator.Cases(seed).Take(5)) Assert.Equal(@case, CaseWords.Parse(@case.ToString()));
    }

    [Fact]
    public void ALineReadsAsWritten()
    {
        var @case = CaseWords.Parse("conv n2 c6 h9 w12 o8 k3x2 s2x3 p2x1 d1x2 g2 float64 nobias reflect channels_last seed7");
        Assert.Equal(
            new Case
            {
                Kind = LayerKind.Conv,
                N = 2,
                C = 6,
                H = 9,
                W = 12,
                O = 8,
                Kernel = (3, 2),
                Stride = (2, 3),
                Padding = (2, 1),
                Dilation = (1, 2),
                Groups = 2,
                DType = ScalarType.Float64,
                Bias = false,
                PaddingMode = TorchSharp.PaddingModes.Reflect,
                Layout = Layout.ChannelsLast,
                Seed = 7,
            },
            @case);
    }

    [Fact]
    public void APoolWithoutAStrideStridesByItsKernel() => Assert.Equal((3, 2), CaseWords.Parse("max n2 c3 h9 w12 k3x2").Stride);

    [Theory]
    [InlineData("", "empty")]
    [InlineData("pool n2", "\"pool\"")]
    [InlineData("conv n2 q3", "\"q3\"")]
    [InlineData("conv n2 c3 g2", "g2")]
    [InlineData("conv n", "\"n\"")]
    [InlineData("conv nx", "\"nx\"")]
    [InlineData("conv h9999999999", "\"h9999999999\"")]
    [InlineData("conv k0", "\"k0\"")]
    [InlineData("conv k3x", "\"k3x\"")]
    [InlineData("conv ceil", "\"ceil\"")]
    [InlineData("conv int32", "int32")]
    [InlineData("conv s2 same", "same")]
    [InlineData("avg d2", "dilation")]
    [InlineData("avg div0", "div0")]
    [InlineData("max div2", "\"div2\"")]
    [InlineData("adaptive k3", "\"k3\"")]
    [InlineData("adaptive ceil", "\"ceil\"")]
    [InlineData("adaptive out-1", "\"out-1\"")]
    [InlineData("adaptive int32", "int32")]
    [InlineData("avg out2", "\"out2\"")]
    [InlineData("max n2 unbatched", "unbatched")]
    [InlineData("conv negated float16", "negated")]
    [InlineData("conv h4 w5 k9", "kernel of (9, 9)")]
    [InlineData("max h4 w5 k3 p2", "padding = (2, 2)")]
    [InlineData("conv h4 w5 p5 reflect", "padding_mode Reflect")]
    [InlineData("conv n1000000 c1000000 h1000000", "elements")]
    public void AWrongWordIsNamed(string line, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => CaseWords.Parse(line)).Message, StringComparison.Ordinal);

    [Fact]
    public void MostGeneratedCasesAreAsymmetricInEverything()
    {
        var cases = CaseGenerator.Cases(seed: 3).Take(2000).ToList();
        Assert.True(cases.Count(@case => @case.H != @case.W) > 1500);
        Assert.True(cases.Count(@case => @case.Kernel.H != @case.Kernel.W) > 1500);
        Assert.True(cases.Count(@case => @case.N >= 2) > 1000);
        var convolutions = cases.Where(@case => @case.Kind == LayerKind.Conv && !@case.Same).ToList();
        Assert.True(convolutions.Count(@case => @case.Stride.H != @case.Stride.W) > convolutions.Count / 2);
        Assert.True(convolutions.Count(@case => @case.Padding.H != @case.Padding.W) > convolutions.Count / 2);
        Assert.True(convolutions.Count(@case => @case.Dilation.H != @case.Dilation.W) > convolutions.Count / 4);
        Assert.True(convolutions.Count(@case => @case.Groups >= 2) > convolutions.Count / 4);
    }

    [Fact]
    public void TheSameSeedGivesTheSameNumbers()
    {
        var @case = CaseWords.Parse("conv n2 c4 h5 w6 o2 k2x3 float32 strided seed9");
        using var first = new Problem(@case, Numbers.Real);
        using var second = new Problem(@case, Numbers.Real);
        Assert.Equal(first.Input.abs().sum().item<float>(), second.Input.abs().sum().item<float>());
        Assert.True(first.Weight!.Equals(second.Weight!));
    }

    /// <summary>The numbers are those of the contiguous problem; only how memory holds them differs.</summary>
    [Fact]
    public void NegatedTensorsAreViewsWithASignToResolve()
    {
        var @case = CaseWords.Parse("conv n2 c4 h5 w6 o2 k2x3 float32 seed9");
        using var plain = new Problem(@case, Numbers.Real);
        using var negated = new Problem(@case with { Layout = Layout.Negated }, Numbers.Real);
        foreach (var (one, other) in ((Tensor, Tensor)[])[(plain.Input, negated.Input), (plain.Weight!, negated.Weight!),
            (plain.Bias!, negated.Bias!)])
        {
            Assert.False(one.is_neg());
            Assert.True(other.is_neg());
            Assert.True(other.detach().requires_grad_().is_neg()); // as a run takes it
            Assert.True(one.Equals(other));
        }
        Assert.True(negated.Direction("output", plain.Input).is_neg());
    }

    [Fact]
    public void TheCorpusHasASmokeCaseOfEachKind() =>
        Assert.Equal(Enum.GetValues<LayerKind>(), Corpus.Read("smoke").Select(@case => @case.Kind).Order());

    [Fact]
    public void TheCorpusIsReadWhole() => Assert.True(Corpus.All().Count() >= Corpus.Read("smoke").Count() + Corpus.Read("ci").Count());
}
