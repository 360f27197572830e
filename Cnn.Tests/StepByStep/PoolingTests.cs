using Cnn.Layers;
using TorchSharp;
using static Cnn.Tests.Lesson.Tensors;
using static TorchSharp.torch;

namespace Cnn.Tests.Lesson;

public class PoolingTests
{
    private readonly Random random = new(12);

    [Fact]
    public void MaskMarksEveryTiedMaximum()
    {
        using var scope = NewDisposeScope();
        var x = tensor([3.0, 7, 1, 7, 7, 2], [2, 3]);

        AssertSame(tensor([false, true, false, true, true, false], [2, 3]), StepByStep.CreateMaskFromWindow(x));
        AssertSame(tensor([false, true, false, true, true, false], [2, 3]), StepByStep.CreateMaskFromWindow(x.@float()));
    }

    [Fact]
    public void MaskOfAWindowWithNaNMarksNothing()
    {
        using var scope = NewDisposeScope();
        var mask = StepByStep.CreateMaskFromWindow(tensor([3.0, double.NaN, 1, 7], [2, 2]));
        AssertSame(zeros(2, 2, dtype: ScalarType.Bool), mask);
    }

    [Fact]
    public void MaskOfMinusInfinitiesMarksThemAll()
    {
        using var scope = NewDisposeScope();
        var mask = StepByStep.CreateMaskFromWindow(full(2, 3, double.NegativeInfinity));
        AssertSame(ones(2, 3, dtype: ScalarType.Bool), mask);
    }

    [Fact]
    public void DistributeDividesByTheNumberOfCells()
    {
        using var scope = NewDisposeScope();
        AssertSame(full(3, 4, 0.5, ScalarType.Float64), StepByStep.DistributeValue(6, (3, 4)));
    }

    [Fact]
    public void EveryTieGetsTheWholeGradient()
    {
        using var scope = NewDisposeScope();
        var A_prev = tensor([5.0, 5, 1, 2, 5, 0], [1, 2, 3, 1]);
        var (_, cache) = StepByStep.PoolForward(A_prev, new(stride: 1, f: 2));

        var dA_prev = StepByStep.PoolBackward(tensor([10.0, 100], [1, 1, 2, 1]), cache);

        // Windows {5 5 / 2 5} and {5 1 / 5 0} share the middle column.
        AssertSame(tensor([10.0, 110, 0, 0, 110, 0], [1, 2, 3, 1]), dA_prev);
    }

    [Fact]
    public void AWindowWithNaNGivesNaNAndPassesNoGradient()
    {
        using var scope = NewDisposeScope();
        var A_prev = tensor([1.0, double.NaN, 3, 4], [1, 1, 4, 1]).repeat(1, 2, 1, 1);
        var (A, cache) = StepByStep.PoolForward(A_prev, new(stride: 2, f: 2));
        Assert.Equal([double.NaN, 4], Values(A));

        var dA_prev = StepByStep.PoolBackward(tensor([10.0, 100], [1, 1, 2, 1]), cache);

        Assert.Equal([0, 0, 0, 100, 0, 0, 0, 100], Values(dA_prev));
        var (average, _) = StepByStep.PoolForward(A_prev, new(stride: 2, f: 2), PoolMode.Average);
        Assert.Equal([double.NaN, 3.5], Values(average));
    }

    [Fact]
    public void BackwardOfOneWindowIsTheMaskOrTheDistributedValue()
    {
        using var scope = NewDisposeScope();
        var x = Distinct(random, 3, 3);
        var A_prev = x.reshape(1, 3, 3, 1);
        var dA = tensor([-2.5], [1, 1, 1, 1]);
        var hparameters = new HParameters(stride: 1, f: 3);

        var (A, max) = StepByStep.PoolForward(A_prev, hparameters);
        Assert.Equal(8, A.item<double>());
        AssertSame(StepByStep.CreateMaskFromWindow(x) * dA.squeeze(), StepByStep.PoolBackward(dA, max).reshape(3, 3));

        var (_, average) = StepByStep.PoolForward(A_prev, hparameters, PoolMode.Average);
        AssertSame(StepByStep.DistributeValue(-2.5, (3, 3)), StepByStep.PoolBackward(dA, average, PoolMode.Average).reshape(3, 3));
    }

    [Theory]
    [InlineData(PoolMode.Max)]
    [InlineData(PoolMode.Average)]
    public void RowsAndColumnsBeyondTheLastWindowGetNoGradient(PoolMode mode)
    {
        using var scope = NewDisposeScope();
        var (A, cache) = StepByStep.PoolForward(ones(2, 5, 8, 3, ScalarType.Float64), new(stride: 3, f: 2), mode);
        Assert.Equal([2, 2, 3, 3], A.shape);

        var dA_prev = StepByStep.PoolBackward(ones_like(A), cache, mode);

        // Windows of 2 at 0, 3 and 6.
        var gradient = mode == PoolMode.Max ? 1 : 0.25;
        for (var row = 0; row < 5; row++)
            for (var column = 0; column < 8; column++)
                Assert.All(Values(dA_prev[.., row, column]), g => Assert.Equal(row != 2 && column % 3 != 2 ? gradient : 0, g));
    }

    [Theory]
    [InlineData(PoolMode.Max)]
    [InlineData(PoolMode.Average)]
    public void Float32GivesFloat32(PoolMode mode)
    {
        using var scope = NewDisposeScope();
        var A_prev = Distinct(random, 2, 4, 5, 3);
        var dA = Integers(random, 2, 3, 4, 3);
        var (A, cache) = StepByStep.PoolForward(A_prev, new(stride: 1, f: 2), mode);
        var (A32, cache32) = StepByStep.PoolForward(A_prev.@float(), new(stride: 1, f: 2), mode);

        AssertSame(A.@float(), A32);
        AssertSame(StepByStep.PoolBackward(dA, cache, mode).@float(), StepByStep.PoolBackward(dA.@float(), cache32, mode));
    }

    [Theory]
    [InlineData(PoolMode.Max)]
    [InlineData(PoolMode.Average)]
    public void StridesInMemoryDoNotMatter(PoolMode mode)
    {
        using var scope = NewDisposeScope();
        var (A_prev, dA) = (Distinct(random, 2, 5, 6, 3), Integers(random, 2, 2, 3, 3));
        var (A, cache) = StepByStep.PoolForward(A_prev, new(stride: 2, f: 2), mode);
        var (strided, stridedCache) = StepByStep.PoolForward(Strided(A_prev), new(stride: 2, f: 2), mode);

        AssertSame(A, strided);
        AssertSame(StepByStep.PoolBackward(dA, cache, mode), StepByStep.PoolBackward(Strided(dA), stridedCache, mode));
    }

    [Theory]
    [InlineData(PoolMode.Max)]
    [InlineData(PoolMode.Average)]
    public void InputsAreLeftAsTheyWere(PoolMode mode)
    {
        using var scope = NewDisposeScope();
        var (A_prev, dA) = (Reals(random, 2, 5, 6, 3), Reals(random, 2, 2, 3, 3));
        var (A_prevBefore, dABefore) = (A_prev.clone(), dA.clone());

        StepByStep.PoolBackward(dA, StepByStep.PoolForward(A_prev, new(stride: 2, f: 2), mode).cache, mode);

        AssertSame(A_prevBefore, A_prev);
        AssertSame(dABefore, dA);
    }
}
