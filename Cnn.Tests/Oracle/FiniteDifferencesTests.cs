using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Tests.Oracle;

public class FiniteDifferencesTests
{
    private static readonly Case Small = CaseWords.Parse("conv n2 c2 h4 w5 o2 k2x3 s1x2 p1x0 d1 g2 float64 seed4");

    [Fact]
    public void LibtorchsConvolutionPasses()
    {
        using var problem = new Problem(Small, Numbers.Real);
        Tensor[] inputs = [problem.Input, problem.Weight!, problem.Bias!];
        Tensor Forward(Tensor[] tensors) => new LibtorchLayer().Forward(Small, tensors[0], tensors[1], tensors[2]).Output;
        var first = FiniteDifferences.GradCheck(Forward, inputs);
        var second = FiniteDifferences.GradGradCheck(Forward, inputs, problem);
        Assert.True(first.Passed, first.FirstMismatch);
        Assert.True(second.Passed, second.FirstMismatch);
        Assert.True(first.Elements > 0 && second.Elements > first.Elements);
    }

    [Fact]
    public void AGradientThatIsWrongByAFactorFails()
    {
        using var problem = new Problem(Small, Numbers.Real);
        // 2x + detached -x has the value of x and twice its gradient.
        Assert.False(FiniteDifferences.GradCheck(tensors => 2 * tensors[0] - tensors[0].detach(), [problem.Input]).Passed);
    }

    [Fact]
    public void AMissingGradientFails()
    {
        using var problem = new Problem(Small, Numbers.Real);
        Assert.False(FiniteDifferences.GradCheck(tensors => tensors[0].detach() * 3, [problem.Input]).Passed);
    }

    [Fact]
    public void AWrongSecondDerivativeFails()
    {
        using var problem = new Problem(Small, Numbers.Real);
        // The first derivative 2x is right; detached, it has none of its own.
        static Tensor Square(Tensor[] tensors) => tensors[0] * tensors[0].detach() * 2 - (tensors[0] * tensors[0]).detach();
        Assert.True(FiniteDifferences.GradCheck(Square, [problem.Input]).Passed);
        Assert.False(FiniteDifferences.GradGradCheck(Square, [problem.Input], problem).Passed);
    }
}
