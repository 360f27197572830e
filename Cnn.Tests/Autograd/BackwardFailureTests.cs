using System.Runtime.InteropServices;
using Cnn.Layers;
using Cnn.Layers.Autograd;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Autograd;

/// <summary>
/// A backward pass that fails throws an ordinary exception from backward(), keeps its cause, and leaves a process that goes on.
/// </summary>
[Collection(Alone.Name)] // BackwardFailure.Last belongs to the process
public sealed class BackwardFailureTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        // Whatever has failed before, the next training step works.
        using var own = NewDisposeScope();
        var weight = Exact.Leaf(1, 2, 1, 1, 1);
        Functional.conv2d(ones(1, 1, 2, 2), weight).sum().backward();
        Exact.Equal(full([2, 1, 1, 1], 4f), weight.grad);
    }

    public static TheoryData<Exception, long[]> Failures => new()
    {
        { new InvalidOperationException("a bug in a kernel"), [2, 3] },
        { new IndexOutOfRangeException("[0, 0, 9, 9] lies outside"), [2, 3, 4, 5] },
        { new OutOfMemoryException("no room for a gradient"), [7] },
        { new ExternalException("libtorch says no"), [2, 3] },
        // One element: a gradient without dimensions must not pass for it, neither as it is nor expanded.
        { new InvalidOperationException("a bias of one channel"), [1] },
        { new InvalidOperationException("a one-element image"), [1, 1, 1, 1] },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void AnExceptionInsideBackwardIsThrownByBackward(Exception cause, long[] shape)
    {
        var leaf = Exact.Leaf(1, shape);
        var output = new Fails(cause).Apply(leaf);

        Assert.ThrowsAny<Exception>(() => output.backward([ones(shape)]));

        Assert.Same(cause, BackwardFailure.Last);
        Assert.Null(leaf.grad); // never zeros
    }

    [Theory]
    [InlineData(Algorithm.Fast)]
    [InlineData(Algorithm.Literal)]
    public void ATensorThatWasReplacedBehindTheGraphIsAnError(Algorithm algorithm)
    {
        var input = Exact.Integers(1, 2, 3, 8, 9);
        var weight = Exact.Leaf(2, 4, 3, 3, 2);
        var output = Functional.conv2d(input, weight, algorithm: algorithm);
        input.set_(zeros(1, 3, 2, 2));

        Assert.ThrowsAny<Exception>(() => output.sum().backward());

        Assert.NotNull(BackwardFailure.Last);
    }

    [Fact]
    public void AnUndefinedUpstreamGradientPassesNothingOn()
    {
        var leaf = Exact.Leaf(1, 1, 1, 4, 5);
        Tensor output;
        using (NewDisposeScope()) output = Functional.avg_pool2d(leaf, [2, 2]).MoveToOuterDisposeScope();
        var end = new GivesNothing().Apply(output);

        end.sum().backward();

        Assert.Null(leaf.grad);
    }

    [Fact]
    public void ALaterGradientThatFailsDropsTheEarlierOnes()
    {
        var (first, second) = (Exact.Leaf(1, 2, 3), Exact.Leaf(2, 2, 3));
        var cause = new InvalidOperationException("the second gradient");
        var output = new Fails(cause, at: 1).Apply(first, second);

        Assert.ThrowsAny<Exception>(() => output.sum().backward());

        Assert.Same(cause, BackwardFailure.Last);
        Assert.Null(second.grad);
    }

    [Fact]
    public void AFailureDeepInsideOfANetworkStopsBeforeTheLayersBelow()
    {
        var weight = Exact.Leaf(1, 3, 2, 2, 2);
        var hidden = Functional.conv2d(Exact.Integers(2, 2, 2, 5, 5), weight);
        var output = Functional.max_pool2d(new Fails(new InvalidOperationException("in the middle")).Apply(hidden), [2]);

        Assert.ThrowsAny<Exception>(() => output.sum().backward());

        Assert.Equal("in the middle", BackwardFailure.Last!.Message);
        Assert.Null(weight.grad);
    }

    [Fact]
    public void ASecondDerivativeThatFailsIsThrownByBackward()
    {
        var leaf = Exact.Leaf(1, 2, 3);
        var cause = new InvalidOperationException("the second derivative");
        var output = new FailsTheSecondTime(cause).Apply(leaf);
        var upstream = ones(2, 3).requires_grad_();
        var gradient = autograd.grad([output], [leaf], [upstream], retain_graph: true, create_graph: true)[0];

        Assert.ThrowsAny<Exception>(() => gradient.sum().backward());

        Assert.Same(cause, BackwardFailure.Last);
        Assert.Null(upstream.grad);
    }

    [Fact]
    public void AnExceptionInForwardPassesThroughAsItIs()
    {
        var cause = new InvalidOperationException("forward");
        Assert.Same(cause, Assert.Throws<InvalidOperationException>(() => new FailsForward(cause).Apply(Exact.Leaf(1, 2, 3))));
    }

    [Theory]
    [InlineData(Algorithm.Fast)]
    [InlineData(Algorithm.Literal)]
    public void ChangedIndicesAreAnError(Algorithm algorithm)
    {
        var input = Exact.Leaf(1, 2, 3, 6, 6);
        var (values, indices) = Functional.max_pool2d_with_indices(input, [2, 3], algorithm: algorithm);
        indices.zero_();

        Assert.ThrowsAny<Exception>(() => values.sum().backward());

        Assert.Contains("inplace", BackwardFailure.Last!.Message);
        Assert.Null(input.grad);
    }

    [Theory]
    [InlineData("input")]
    [InlineData("weight")]
    public void AChangedOperandIsAnError(string changed)
    {
        var (input, weight) = (Exact.Leaf(1, 2, 4, 7, 6), Exact.Leaf(2, 4, 4, 3, 2));
        var output = Functional.conv2d(input, weight);
        using (no_grad()) (changed == "input" ? input : weight).mul_(2);

        Assert.ThrowsAny<Exception>(() => output.sum().backward());

        Assert.Contains("inplace", BackwardFailure.Last!.Message);
        Assert.Null(changed == "input" ? weight.grad : input.grad);
    }

    [Fact]
    public void AnUpstreamGradientOfAnotherShapeIsAnError()
    {
        var output = Functional.conv2d(Exact.Leaf(1, 2, 4, 7, 6), Exact.Leaf(2, 4, 4, 3, 2));
        Assert.ThrowsAny<Exception>(() => output.backward([ones(2, 4, 5, 4)]));
    }

    [Fact]
    public void ASparseUpstreamGradientIsAnErrorThatSaysSo()
    {
        var input = Exact.Leaf(1, 2, 4, 7, 6);
        var output = Functional.conv2d(input, Exact.Leaf(2, 4, 4, 3, 2));

        Assert.ThrowsAny<Exception>(() => output.backward([ones_like(output).to_sparse()]));

        Assert.StartsWith("grad_output is sparse: must be dense", BackwardFailure.Last!.Message, StringComparison.Ordinal);
        Assert.Null(input.grad);
    }

    [Fact]
    public void BackwardOfADisposedTensorIsAnError()
    {
        var output = Functional.conv2d(Exact.Leaf(1, 2, 4, 7, 6), Exact.Leaf(2, 4, 4, 3, 2));
        output.Dispose();
        Assert.ThrowsAny<Exception>(() => output.backward([ones(2, 4, 5, 5)]));
    }

    /// <summary>Copies its first tensor; the gradient of input <paramref name="at"/> throws.</summary>
    private sealed class Fails(Exception cause, int at = 0) : Operation
    {
        protected internal override Tensor Compute(Tensor?[] inputs) => inputs[0]!.clone();

        protected internal override Tensor Gradient(int index, Tensor gradOutput, Tensor?[] inputs) =>
            index == at ? throw cause : gradOutput.clone();
    }

    /// <summary>Copies its tensor and passes no gradient on, as any custom Function may.</summary>
    private sealed class GivesNothing : Operation
    {
        protected internal override Tensor Compute(Tensor?[] inputs) => inputs[0]!.clone();

        protected internal override Tensor Gradient(int index, Tensor gradOutput, Tensor?[] inputs) => null!;
    }

    /// <summary>Copies its tensor; so does its gradient, whose own gradient throws.</summary>
    private sealed class FailsTheSecondTime(Exception cause) : Operation
    {
        protected internal override Tensor Compute(Tensor?[] inputs) => inputs[0]!.clone();

        protected internal override Tensor Gradient(int index, Tensor gradOutput, Tensor?[] inputs) => new Fails(cause).Apply(gradOutput);
    }

    private sealed class FailsForward(Exception cause) : Operation
    {
        protected internal override Tensor Compute(Tensor?[] inputs) => throw cause;

        protected internal override Tensor Gradient(int index, Tensor gradOutput, Tensor?[] inputs) => gradOutput.clone();
    }
}
