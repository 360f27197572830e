using Cnn.Layers;
using TorchSharp;
using static Cnn.Tests.Lesson.Tensors;
using static TorchSharp.torch;

namespace Cnn.Tests.Lesson;

/// <summary>What a call leaves behind: its results, alive, free of autograd, and nothing else.</summary>
public class MemoryTests
{
    private static readonly HParameters Convolution = new(stride: 2, pad: 1);

    private static readonly HParameters Pooling = new(stride: 1, f: 2);

    public static TheoryData<string> Functions => [.. Calls.Keys];

    private static readonly Dictionary<string, Func<Inputs, Tensor[]>> Calls = new()
    {
        ["ZeroPad"] = t => [StepByStep.ZeroPad(t.A_prev, 2)],
        ["ZeroPad by nothing"] = t => [StepByStep.ZeroPad(t.A_prev, 0)],
        ["ConvSingleStep"] = t => [StepByStep.ConvSingleStep(t.Slice, t.Slice, t.Bias)],
        ["ConvForward"] = t => [StepByStep.ConvForward(t.A_prev, t.W, t.b, Convolution).Z],
        ["ConvForward, activation"] = t => [StepByStep.ConvForward(t.A_prev, t.W, t.b, Convolution, Math.Tanh).Z],
        ["ConvBackward"] = t =>
        {
            var (dA_prev, dW, db) = StepByStep.ConvBackward(t.dZ, new(t.A_prev, t.W, t.b, Convolution));
            return [dA_prev, dW, db];
        },
        ["PoolForward, max"] = t => [StepByStep.PoolForward(t.A_prev, Pooling).A],
        ["PoolForward, average"] = t => [StepByStep.PoolForward(t.A_prev, Pooling, PoolMode.Average).A],
        ["CreateMaskFromWindow"] = t => [StepByStep.CreateMaskFromWindow(t.Window)],
        ["DistributeValue"] = _ => [StepByStep.DistributeValue(1, (2, 3))],
        ["PoolBackward, max"] = t => [StepByStep.PoolBackward(t.dA, new(t.A_prev, Pooling, PoolMode.Max))],
        ["PoolBackward, average"] = t =>
            [StepByStep.PoolBackward(t.dA, new(t.A_prev, Pooling, PoolMode.Average), PoolMode.Average)],
    };

    [Theory, MemberData(nameof(Functions))]
    public void OnlyTheResultsStayAlive(string function)
    {
        using var inputs = new Inputs(ScalarType.Float32);
        var before = Live;

        var results = Calls[function](inputs);

        Assert.Equal(before + results.Length, Live);
        foreach (var result in results)
        {
            Assert.NotEmpty(Values(result));
            result.Dispose();
        }
    }

    [Theory, MemberData(nameof(Functions))]
    public void TheCallersScopeOwnsTheResults(string function)
    {
        using var inputs = new Inputs(ScalarType.Float64);
        Tensor[] results;
        using (var scope = NewDisposeScope())
        {
            results = Calls[function](inputs);
            Assert.Equal(results.Length, scope.DisposablesCount);
            Assert.All(results, result => Assert.True(scope.Contains(result)));
        }
        Assert.All(results, result => Assert.True(result.IsInvalid));
    }

    [Theory, MemberData(nameof(Functions))]
    public void NothingIsRecordedForAutograd(string function)
    {
        using var scope = NewDisposeScope();
        using var inputs = new Inputs(ScalarType.Float64, requiresGrad: true);

        Assert.All(Calls[function](inputs), result => Assert.False(result.requires_grad));

        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void AnActivationThatThrowsLeavesNothingBehind()
    {
        using var inputs = new Inputs(ScalarType.Float64);
        var before = Live;

        Assert.Throws<TimeoutException>(
            () => StepByStep.ConvForward(inputs.A_prev, inputs.W, inputs.b, Convolution, _ => throw new TimeoutException()));

        Assert.Equal(before, Live);
        Assert.True(is_grad_enabled());
    }

    private static long Live => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private sealed class Inputs : IDisposable
    {
        private readonly Random random = new(13);

        public Inputs(ScalarType dtype, bool requiresGrad = false)
        {
            Tensor New(params long[] shape)
            {
                using var reals = Reals(random, shape);
                using var detached = NewDisposeScope();
                return reals.to(dtype, copy: true).requires_grad_(requiresGrad).MoveToOuterDisposeScope();
            }

            (A_prev, W, b, dZ) = (New(2, 3, 5, 2), New(2, 2, 2, 4), New(1, 1, 1, 4), New(2, 2, 3, 4));
            (dA, Slice, Bias, Window) = (New(2, 2, 4, 2), New(2, 2, 3), New(1, 1, 1), New(2, 3));
        }

        public Tensor A_prev { get; }
        public Tensor W { get; }
        public Tensor b { get; }
        public Tensor dZ { get; }
        public Tensor dA { get; }
        public Tensor Slice { get; }
        public Tensor Bias { get; }
        public Tensor Window { get; }

        public void Dispose()
        {
            foreach (var tensor in new[] { A_prev, W, b, dZ, dA, Slice, Bias, Window })
                tensor.Dispose();
        }
    }
}
