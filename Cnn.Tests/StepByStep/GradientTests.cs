using Cnn.Layers;
using TorchSharp;
using static Cnn.Tests.Lesson.Tensors;
using static TorchSharp.torch;

namespace Cnn.Tests.Lesson;

/// <summary>Every gradient, against central differences and against libtorch's autograd, with a random gradient from above.</summary>
public class GradientTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 8)];

    public static TheoryData<int, PoolMode> SeedsAndModes
    {
        get
        {
            var data = new TheoryData<int, PoolMode>();
            for (var seed = 0; seed < 8; seed++)
            {
                data.Add(seed, PoolMode.Max);
                data.Add(seed, PoolMode.Average);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void ConvBackwardIsTheSlopeOfConvForward(int seed)
    {
        using var scope = NewDisposeScope();
        var (random, g) = Problem(seed, padded: true);
        var A_prev = Reals(random, g.m, g.n_H_prev, g.n_W_prev, g.n_C_prev);
        var W = Reals(random, g.f, g.f, g.n_C_prev, g.n_C);
        var b = Reals(random, 1, 1, 1, g.n_C);
        var dZ = Reals(random, g.m, g.n_H, g.n_W, g.n_C);
        double Cost() => Weighted(StepByStep.ConvForward(A_prev, W, b, g.Convolution).Z, dZ);

        var (dA_prev, dW, db) = StepByStep.ConvBackward(dZ, new(A_prev, W, b, g.Convolution));

        AssertSlope(Cost, A_prev, dA_prev, random, $"dA_prev of {g}");
        AssertSlope(Cost, W, dW, random, $"dW of {g}");
        AssertSlope(Cost, b, db, random, $"db of {g}");
    }

    [Theory, MemberData(nameof(SeedsAndModes))]
    public void PoolBackwardIsTheSlopeOfPoolForward(int seed, PoolMode mode)
    {
        using var scope = NewDisposeScope();
        var (random, g) = Problem(seed, padded: false);
        var A_prev = Distinct(random, g.m, g.n_H_prev, g.n_W_prev, g.n_C) / 1000;
        var dA = Reals(random, g.m, g.n_H, g.n_W, g.n_C);
        double Cost() => Weighted(StepByStep.PoolForward(A_prev, g.Pooling, mode).A, dA);

        var dA_prev = StepByStep.PoolBackward(dA, new(A_prev, g.Pooling, mode), mode);

        AssertSlope(Cost, A_prev, dA_prev, random, $"dA_prev of {g}");
    }

    [Theory, MemberData(nameof(Seeds))]
    public void ConvolutionIsLibtorchsToTheLastBit(int seed)
    {
        using var scope = NewDisposeScope();
        var (random, g) = Problem(100 + seed, padded: true);
        var A_prev = Integers(random, g.m, g.n_H_prev, g.n_W_prev, g.n_C_prev).requires_grad_();
        var W = Integers(random, g.f, g.f, g.n_C_prev, g.n_C).requires_grad_();
        var b = Integers(random, 1, 1, 1, g.n_C).requires_grad_();
        var dZ = Integers(random, g.m, g.n_H, g.n_W, g.n_C);

        // libtorch wants (m, n_C, n_H, n_W) and filters (n_C, n_C_prev, f, f).
        var Z_torch = nn.functional.conv2d(
            A_prev.permute(0, 3, 1, 2), W.permute(3, 2, 0, 1), b.flatten(), [g.stride], [g.pad]).permute(0, 2, 3, 1);
        Z_torch.backward([dZ]);

        var (Z, cache) = StepByStep.ConvForward(A_prev, W, b, g.Convolution);
        var (dA_prev, dW, db) = StepByStep.ConvBackward(dZ, cache);

        AssertSame(Z_torch, Z);
        AssertSame(A_prev.grad!, dA_prev);
        AssertSame(W.grad!, dW);
        AssertSame(b.grad!, db);
    }

    [Theory, MemberData(nameof(SeedsAndModes))]
    public void PoolingIsLibtorchsToTheLastBit(int seed, PoolMode mode)
    {
        using var scope = NewDisposeScope();
        var (random, g) = Problem(200 + seed, padded: false);
        // No ties, over which libtorch and the exercise differ; multiples of f * f, whose means are whole.
        var A_prev = (Distinct(random, g.m, g.n_H_prev, g.n_W_prev, g.n_C) * (g.f * g.f)).requires_grad_();
        var dA = Integers(random, g.m, g.n_H, g.n_W, g.n_C) * (g.f * g.f);

        var nchw = A_prev.permute(0, 3, 1, 2);
        var A_torch = mode == PoolMode.Max
            ? nn.functional.max_pool2d(nchw, [g.f, g.f], [g.stride, g.stride])
            : nn.functional.avg_pool2d(nchw, [g.f, g.f], [g.stride, g.stride]);
        A_torch = A_torch.permute(0, 2, 3, 1);
        A_torch.backward([dA]);

        var (A, cache) = StepByStep.PoolForward(A_prev, g.Pooling, mode);
        var dA_prev = StepByStep.PoolBackward(dA, cache, mode);

        AssertSame(A_torch, A);
        AssertSame(A_prev.grad!, dA_prev);
    }

    private static (Random, Geometry) Problem(int seed, bool padded)
    {
        var random = new Random(seed);
        return (random, Geometry.Random(random, padded));
    }

    private static double Weighted(Tensor output, Tensor weights) => (output * weights).sum().item<double>();

    // Along random directions, each of which moves every cell at once. Costs here are linear in each input (or piecewise so,
    // with no kink nearer than 1/4000): only rounding is left to allow for.
    private static void AssertSlope(Func<double> cost, Tensor input, Tensor gradient, Random random, string what)
    {
        const double eps = 1e-6;
        Assert.Equal(input.shape, gradient.shape);
        for (var n = 0; n < 10; n++)
        {
            using var scope = NewDisposeScope();
            var direction = Reals(random, input.shape);
            var x = input.clone();
            input.copy_(x + eps * direction);
            var above = cost();
            input.copy_(x - eps * direction);
            var below = cost();
            input.copy_(x);

            var slope = (above - below) / (2 * eps);
            var expected = Weighted(gradient, direction);
            Assert.True(Math.Abs(slope - expected) <= 1e-7, $"{what} promises a slope of {expected:R}, but the cost rises by {slope:R}");
        }
    }
}
