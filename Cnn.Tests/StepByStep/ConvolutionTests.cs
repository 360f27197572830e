using Cnn.Layers;
using TorchSharp;
using static Cnn.Tests.Lesson.Tensors;
using static TorchSharp.torch;

namespace Cnn.Tests.Lesson;

public class ConvolutionTests
{
    private readonly Random random = new(11);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void ZeroPadSurroundsHeightAndWidthOnly(int pad)
    {
        using var scope = NewDisposeScope();
        var X = Integers(random, 2, 3, 5, 4) + 10;

        var X_pad = StepByStep.ZeroPad(X, pad);

        Assert.Equal([2, 3 + 2 * pad, 5 + 2 * pad, 4], X_pad.shape);
        AssertSame(X, X_pad[.., pad..^pad, pad..^pad, ..]);
        Assert.Equal(Values(X).Sum(), Values(X_pad).Sum());
    }

    [Fact]
    public void ZeroPadByNothingIsACopy()
    {
        using var scope = NewDisposeScope();
        var X = Integers(random, 2, 3, 5, 4);
        var before = X.clone();

        StepByStep.ZeroPad(X, 0).add_(1);

        AssertSame(before, X);
    }

    [Fact]
    public void SingleStepIsAZeroDimensionalTensor()
    {
        using var scope = NewDisposeScope();
        var a_slice_prev = tensor([1.0, 2, 3, 4], [2, 1, 2]);
        var W = tensor([5.0, 6, 7, 8], [2, 1, 2]);
        var b = tensor([100.0], [1, 1, 1]);

        var Z = StepByStep.ConvSingleStep(a_slice_prev, W, b);

        Assert.Equal(0, Z.ndim);
        Assert.Equal(5 + 12 + 21 + 32 + 100, Z.item<double>());
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    public void EveryOutputIsTheSingleStepOfItsWindow(int stride, int pad)
    {
        using var scope = NewDisposeScope();
        const int f = 3;
        var A_prev = Reals(random, 2, 5, 8, 2);
        var W = Reals(random, f, f, 2, 3);
        var b = Reals(random, 1, 1, 1, 3);

        var (Z, _) = StepByStep.ConvForward(A_prev, W, b, new(stride, pad));

        var A_prev_pad = StepByStep.ZeroPad(A_prev, pad);
        Assert.Equal([2, (5 - f + 2 * pad) / stride + 1, (8 - f + 2 * pad) / stride + 1, 3], Z.shape);
        for (var i = 0; i < Z.shape[0]; i++)
            for (var h = 0; h < Z.shape[1]; h++)
                for (var w = 0; w < Z.shape[2]; w++)
                    for (var c = 0; c < Z.shape[3]; c++)
                    {
                        var window = A_prev_pad[i, (h * stride)..(h * stride + f), (w * stride)..(w * stride + f), ..];
                        AssertSame(StepByStep.ConvSingleStep(window, W[.., .., .., c], b[.., .., .., c]), Z[i, h, w, c]);
                    }
    }

    [Fact]
    public void RowsAndColumnsBeyondTheLastWindowGetNoGradient()
    {
        using var scope = NewDisposeScope();
        var A_prev = Integers(random, 2, 6, 8, 2);
        var (Z, cache) = StepByStep.ConvForward(A_prev, ones(2, 2, 2, 3, ScalarType.Float64), Integers(random, 1, 1, 1, 3), new(stride: 3));
        Assert.Equal([2, 2, 3, 3], Z.shape);

        var (dA_prev, _, _) = StepByStep.ConvBackward(ones_like(Z), cache);

        // Windows of 2 at 0, 3 and 6: row 5, and rows and columns 2 and 5 between them, are never read.
        Assert.All(new int[] { 2, 5 }, n => Assert.All(Values(dA_prev[.., n]), g => Assert.Equal(0, g)));
        Assert.All(new int[] { 2, 5 }, n => Assert.All(Values(dA_prev[.., .., n]), g => Assert.Equal(0, g)));
        Assert.All(Values(dA_prev[.., 4, 7]), g => Assert.Equal(3, g));
    }

    [Fact]
    public void ActivationAppliesToEveryElementOfZ()
    {
        using var scope = NewDisposeScope();
        var (A_prev, W, b) = (Reals(random, 2, 3, 4, 2), Reals(random, 2, 2, 2, 3), Reals(random, 1, 1, 1, 3));

        var (Z, _) = StepByStep.ConvForward(A_prev, W, b, new(1, 1));
        var (A, cache) = StepByStep.ConvForward(A_prev, W, b, new(1, 1), z => Math.Max(0, z));

        Assert.Contains(Values(Z), z => z < 0);
        AssertSame(nn.functional.relu(Z), A);

        var seen = new List<double>();
        StepByStep.ConvForward(A_prev, W, b, new(1, 1), z => { seen.Add(z); return z; });
        Assert.Equal(Values(Z), seen);

        // Backward starts from dZ: the activation has no part in it.
        AssertSame(StepByStep.ConvBackward(Z, new(A_prev, W, b, new(1, 1))).dW, StepByStep.ConvBackward(Z, cache).dW);
    }

    [Fact]
    public void Float32GivesFloat32()
    {
        using var scope = NewDisposeScope();
        var (A_prev, W, b) = (Integers(random, 2, 4, 5, 3), Integers(random, 2, 2, 3, 4), Integers(random, 1, 1, 1, 4));
        var (Z, cache) = StepByStep.ConvForward(A_prev, W, b, new(2, 1));
        var gradients = StepByStep.ConvBackward(Z, cache);

        var (Z32, cache32) = StepByStep.ConvForward(A_prev.@float(), W.@float(), b.@float(), new(2, 1), z => z);
        var gradients32 = StepByStep.ConvBackward(Z32, cache32);

        AssertSame(Z.@float(), Z32);
        AssertSame(gradients.dA_prev.@float(), gradients32.dA_prev);
        AssertSame(gradients.dW.@float(), gradients32.dW);
        AssertSame(gradients.db.@float(), gradients32.db);
    }

    [Fact]
    public void StridesInMemoryDoNotMatter()
    {
        using var scope = NewDisposeScope();
        // Integers: the order in which libtorch sums follows the memory, and on reals would show.
        var (A_prev, W, b) = (Integers(random, 2, 4, 5, 3), Integers(random, 2, 2, 3, 4), Integers(random, 1, 1, 1, 4));
        var dZ = Integers(random, 2, 3, 3, 4);
        var (Z, cache) = StepByStep.ConvForward(A_prev, W, b, new(2, 1));
        var gradients = StepByStep.ConvBackward(dZ, cache);

        var (stridedZ, stridedCache) = StepByStep.ConvForward(Strided(A_prev), Strided(W), Strided(b), new(2, 1));
        var strided = StepByStep.ConvBackward(Strided(dZ), stridedCache);

        AssertSame(Z, stridedZ);
        AssertSame(gradients.dA_prev, strided.dA_prev);
        AssertSame(gradients.dW, strided.dW);
        AssertSame(gradients.db, strided.db);
        AssertSame(StepByStep.ZeroPad(A_prev, 2), StepByStep.ZeroPad(Strided(A_prev), 2));
    }

    [Fact]
    public void AnEmptyBatchGivesAnEmptyBatchAndZeroGradients()
    {
        using var scope = NewDisposeScope();
        var A_prev = zeros(0, 4, 5, 3, ScalarType.Float64);
        var (Z, cache) = StepByStep.ConvForward(A_prev, Reals(random, 2, 2, 3, 4), Reals(random, 1, 1, 1, 4), new(1, 1));
        Assert.Equal([0, 5, 6, 4], Z.shape);

        var (dA_prev, dW, db) = StepByStep.ConvBackward(Z, cache);

        Assert.Equal([0, 4, 5, 3], dA_prev.shape);
        Assert.All(Values(dW).Concat(Values(db)), g => Assert.Equal(0, g));
    }

    [Fact]
    public void WithoutInputChannelsOnlyTheBiasIsLeft()
    {
        using var scope = NewDisposeScope();
        var b = tensor([7.0, 8], [1, 1, 1, 2]);
        var (Z, cache) = StepByStep.ConvForward(zeros(1, 2, 3, 0, ScalarType.Float64), zeros(2, 2, 0, 2, ScalarType.Float64), b, new(1, 1));
        AssertSame(b.expand(1, 3, 4, 2), Z);

        var (dA_prev, dW, db) = StepByStep.ConvBackward(ones_like(Z), cache);

        Assert.Equal([1, 2, 3, 0], dA_prev.shape);
        Assert.Equal([2, 2, 0, 2], dW.shape);
        AssertSame(tensor([12.0, 12], [1, 1, 1, 2]), db);
    }

    [Fact]
    public void InputsAreLeftAsTheyWere()
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = [Reals(random, 2, 4, 5, 3), Reals(random, 2, 2, 3, 4), Reals(random, 1, 1, 1, 4), Reals(random, 2, 3, 4, 4)];
        var copies = inputs.Select(t => t.clone()).ToArray();

        var (_, cache) = StepByStep.ConvForward(inputs[0], inputs[1], inputs[2], new(1));
        StepByStep.ConvBackward(inputs[3], cache);

        Assert.All(inputs.Zip(copies), pair => AssertSame(pair.Second, pair.First));
    }
}
