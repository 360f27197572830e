using Cnn.Layers;
using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using Cnn.Reference.Oracle;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Tests.Autograd;

/// <summary>Outputs, gradients and second derivatives are libtorch's, at tolerance zero, on small integers.</summary>
public sealed class GradientTests
{
    public static TheoryData<string, Algorithm> Lines => Exact.WithAlgorithms(
        [
            "conv n2 c6 h9 w12 o8 k3x2 s2x3 p2x1 d1x2 g2",
            "conv n2 c6 h9 w12 o8 k3x2 s2x3 p2x1 d1x2 g2 nobias",
            "conv n3 c4 h7 w6 o8 k2x3 s1x2 p0x1 d2x1 g4 float64",
            "conv n2 c3 h5 w7 o4 k1 s1 p0 d1 g1",
            "conv n1 c6 h8 w5 o4 k3x4 s2x1 p1x2 d1 g2 unbatched",
            "conv n2 c6 h9 w12 o8 k3x2 s2x3 p1x0 d1x2 g2 channels_last",
            "conv n2 c6 h9 w12 o8 k3x2 s2x3 p1x0 d1x2 g2 strided",
            "conv n3 c6 h9 w12 o8 k3x2 s2x3 p1x0 d1x2 g2 expanded",
            "conv n2 c4 h9 w7 o6 k4x3 d2x1 g2 same",
            "conv n2 c4 h9 w7 o6 k4x3 d2x1 g2 same reflect",
            "conv n2 c4 h6 w7 o6 k3x2 s2x1 p2x3 d1 g2 reflect",
            "conv n2 c4 h6 w7 o6 k3x2 s2x1 p2x3 d1 g2 replicate",
            "conv n2 c4 h6 w7 o6 k3x2 s2x1 p2x3 d1 g2 circular channels_last",
            "conv n2 c4 h6 w7 o6 k3x2 s2x1 p2x3 d1 g2 circular strided nobias",
            "conv n0 c4 h6 w7 o6 k3x2 s2x1 p1x0 d1 g2",
            "max n2 c3 h9 w7 k3x2 s2x3 p1x0 d2x1",
            "max n2 c3 h9 w7 k3x2 s1x2 p1 d1x2 ceil",
            "max n2 c3 h9 w7 k4x3 s1 p2x1 float64 channels_last ceil",
            "max n2 c3 h9 w7 k3x2 s1x2 p1x0 strided",
            "max n3 c2 h9 w7 k3x2 s1x2 p1x0 expanded",
            "max n1 c3 h9 w7 k3x2 s2x1 unbatched",
            "max n0 c3 h9 w7 k3x2 s2x1",
            "avg n2 c3 h9 w7 k4x2 s2x3 p1x0",
            "avg n2 c3 h9 w7 k3x2 s2x3 p1 ceil",
            "avg n2 c3 h9 w7 k3x2 s2x3 p1 ceil nopad",
            "avg n2 c3 h9 w7 k3x2 s1x2 p1 div-4 float64 channels_last",
            "avg n2 c3 h9 w7 k3x2 s1x2 p1 nopad strided",
            "avg n3 c3 h9 w7 k2x4 s1x2 p1 expanded",
            "avg n1 c3 h9 w7 k3x2 s1x2 p1 ceil unbatched",
            "avg n0 c3 h9 w7 k3x2 s1x2 p1",
        ]);

    [Theory]
    [MemberData(nameof(Lines))]
    public void AreThoseOfLibtorchUpToTheSecond(string line, Algorithm algorithm) =>
        CompareWithLibtorch(CaseWords.Parse(line + " seed5"), algorithm);

    [Theory]
    [InlineData(Algorithm.Fast)]
    [InlineData(Algorithm.Literal)]
    public void OfRandomProblemsAreThoseOfLibtorch(Algorithm algorithm)
    {
        // 16-bit gradients of a padding are rounded once here, twice in libtorch: those are compared elsewhere, with a bound.
        var cases = CaseGenerator.Cases(seed: 20).Where(@case => @case.DType is ScalarType.Float32 or ScalarType.Float64)
            .Where(@case => KnownFaults.ReasonToSkip(@case) is null);
        foreach (var @case in cases.Take(80)) CompareWithLibtorch(@case, algorithm);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void OfNarrowTypesAreThoseOfFloat32RoundedOnce(ScalarType narrow)
    {
        using var scope = NewDisposeScope();
        var wideInput = rand(2, 4, 9, 7).to(narrow).to(ScalarType.Float32).requires_grad_();
        var wideWeight = rand(6, 2, 3, 2).to(narrow).to(ScalarType.Float32).requires_grad_();
        var input = wideInput.detach().to(narrow).requires_grad_();
        var weight = wideWeight.detach().to(narrow).requires_grad_();

        var wide = Functional.conv2d(wideInput, wideWeight, strides: [2, 1], padding: [1, 0], groups: 2);
        var output = Functional.conv2d(input, weight, strides: [2, 1], padding: [1, 0], groups: 2);
        var upstream = Exact.Integers(1, wide.shape);
        wide.backward([upstream]);
        output.backward([upstream.to(narrow)]);

        Exact.Equal(wide.detach().to(narrow), output.detach());
        Exact.Equal(wideInput.grad!.to(narrow), input.grad, "grad input");
        Exact.Equal(wideWeight.grad!.to(narrow), weight.grad, "grad weight");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TakeUpstreamGradientsOfAnyStrides(bool transposed)
    {
        using var scope = NewDisposeScope();
        // sum() sends back one number expanded to the output's shape, transpose() sends back a transposed view.
        Tensor Finish(Tensor output) =>
            transposed ? (output.transpose(2, 3).transpose(0, 1) * Exact.Integers(9, 4, 2, output.shape[3], output.shape[2])).sum()
                : output.sum();

        foreach (var (ours, libtorch) in Layers())
        {
            var (x, theirX) = (Exact.Leaf(1, 2, 4, 7, 6), Exact.Leaf(1, 2, 4, 7, 6));
            var (w, theirW) = (Exact.Leaf(2, 4, 2, 3, 2), Exact.Leaf(2, 4, 2, 3, 2));
            Finish(ours(x, w)).backward();
            Finish(libtorch(theirX, theirW)).backward();
            Exact.Equal(theirX.grad, x.grad, "grad input");
            if (theirW.grad is not null) Exact.Equal(theirW.grad, w.grad, "grad weight");
        }
    }

    private static IEnumerable<(Func<Tensor, Tensor, Tensor> Ours, Func<Tensor, Tensor, Tensor> Libtorch)> Layers()
    {
        foreach (var algorithm in Exact.Algorithms)
        {
            yield return ((x, w) => Functional.conv2d(x, w, groups: 2, algorithm: algorithm), (x, w) => F.conv2d(x, w, groups: 2));
            yield return (
                (x, _) => Functional.max_pool2d(x, [3, 2], [2, 1], algorithm: algorithm), (x, _) => F.max_pool2d(x, [3, 2], [2, 1]));
            yield return (
                (x, _) => Functional.avg_pool2d(x, [4, 2], [1, 2], algorithm: algorithm), (x, _) => F.avg_pool2d(x, [4, 2], [1, 2]));
        }
    }

    private static void CompareWithLibtorch(Case @case, Algorithm algorithm)
    {
        using var problem = new Problem(@case, Numbers.Exact);
        using var expected = LayerRun.Of(new LibtorchLayer(), problem, order: 2);
        using var actual = LayerRun.Of(new CnnLayer(algorithm), problem, order: 2);
        Assert.Equal(expected.Results.Select(result => result.Name), actual.Results.Select(result => result.Name));
        foreach (var ((name, theirs), (_, ours)) in expected.Results.Zip(actual.Results))
        {
            var comparison = TensorComparison.Exact(name, theirs, ours);
            Assert.True(comparison.Passed, $"{@case}: {name}: {comparison.FirstMismatch}");
        }
    }
}
