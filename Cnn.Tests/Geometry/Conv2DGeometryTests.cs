using Cnn.Layers.Geometry;

namespace Cnn.Tests.Geometry;

public sealed class Conv2DGeometryTests
{
    private const long Absurd = 1L << 62;

    [Fact]
    public void EveryShapeIsDerived()
    {
        var geometry = Create();

        Assert.Equal((2, 6, 8, 2, 3, 4), (geometry.Batch, geometry.InChannels, geometry.OutChannels, geometry.Groups,
            geometry.InChannelsPerGroup, geometry.OutChannelsPerGroup));
        Assert.Equal(new WindowAxis(9, 3, 2, 2, 0, 1), geometry.Height);
        Assert.Equal(new WindowAxis(12, 2, 3, 1, 3, 2), geometry.Width);
        Assert.Equal(new Shape4(2, 6, 9, 12), geometry.InputShape);
        Assert.Equal(new Shape4(8, 3, 3, 2), geometry.WeightShape);
        Assert.Equal(new Shape4(2, 8, 5, 5), geometry.OutputShape);
    }

    [Fact]
    public void AnEmptyBatchIsFine() => Assert.Equal(new Shape4(0, 8, 5, 5), Create(input: new(0, 6, 9, 12)).OutputShape);

    [Fact]
    public void WithoutInputChannelsThereAreNoOutputChannels() =>
        Assert.Equal(new Shape4(2, 0, 5, 5), Create(input: new(2, 0, 9, 12), weight: new(8, 0, 3, 2)).OutputShape);

    [Fact]
    public void AKernelAsLargeAsThePaddedInputFits() =>
        Assert.Equal(new Shape4(2, 8, 1, 1), Create(weight: new(8, 3, 11, 16), dilation: (1, 1)).OutputShape);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-Absurd)]
    public void GroupsMustBePositive(long groups) => Refusal.Of("groups", $"{groups}", () => Create(groups: groups));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, 2)]
    [InlineData(2, -Absurd)]
    public void StrideMustBePositive(long h, long w) => Refusal.Of("stride", $"({h}, {w})", () => Create(stride: (h, w)));

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(-Absurd, 1)]
    public void PaddingMustNotBeNegative(long h, long w)
    {
        Refusal.Of("padding", $"({h}, {w})", () => Create(padBefore: (h, w), padAfter: (h, w)));
        Refusal.Of("padding", $"({h}, {w})", () => Create(padBefore: (h, w)));
        Refusal.Of("padding", "", () => Create(padAfter: (h, w)));
    }

    [Theory]
    [InlineData(Absurd, 0)]
    [InlineData(0, Absurd)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void PaddingMustLeaveAnInputThatCanBeIndexed(long h, long w)
    {
        Refusal.Of("padding", $"({h}, {w})", () => Create(padBefore: (h, w), padAfter: (h, w)));
        Refusal.Of("padding", "", () => Create(padAfter: (h, w)));
    }

    /// <summary>Each axis could be indexed; the whole output could not.</summary>
    [Fact]
    public void TheOutputMustBeAddressable()
    {
        Refusal.Of("padding", $"({1L << 31}, {1L << 31})", () => Create(padBefore: (1L << 31, 1L << 31), stride: (1, 1)));
        Refusal.Of("padding", "(2, 1)", () => Create(input: new(Absurd, 6, 9, 12)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-Absurd, 1)]
    public void DilationMustBePositive(long h, long w) => Refusal.Of("dilation", $"({h}, {w})", () => Create(dilation: (h, w)));

    [Theory]
    [InlineData(0, 2)]
    [InlineData(3, 0)]
    public void TheKernelMustNotBeEmpty(long h, long w) => Refusal.Of("weight", $"(8, 3, {h}, {w})", () => Create(weight: new(8, 3, h, w)));

    [Fact]
    public void ThereMustBeAFilter() => Refusal.Of("weight", "(0, 3, 3, 2)", () => Create(weight: new(0, 3, 3, 2)));

    [Theory]
    [InlineData(3)]
    [InlineData(Absurd)]
    public void GroupsMustDivideTheFilters(long groups) => Refusal.Of("groups", $"{groups}", () => Create(groups: groups));

    [Theory]
    [InlineData(1, 3)]
    [InlineData(5, 3)]
    [InlineData(6, 6)]
    [InlineData(1, 0)]
    [InlineData(0, Absurd)] // times two groups: 2^63 in 64 bits is negative
    [InlineData(-2, long.MaxValue)] // and this product comes round to -2
    public void TheInputMustHaveTheWeightsChannels(long channels, long ofWeight) =>
        Refusal.Of("input", $"{channels}", () => Create(input: new(2, channels, 9, 12), weight: new(8, ofWeight, 3, 2)));

    [Theory]
    [InlineData(0, 12)]
    [InlineData(9, 0)]
    public void TheInputMustHaveCells(long h, long w) => Refusal.Of("input", $"(2, 6, {h}, {w})", () => Create(input: new(2, 6, h, w)));

    [Theory]
    [InlineData(12, 2)] // 11 padded rows
    [InlineData(3, 9)] // 16 padded columns, and 9 taps with dilation 2 take 17
    [InlineData(Absurd, Absurd)]
    public void TheKernelMustFitThePaddedInput(long h, long w) =>
        Refusal.Of("weight", $"({h}, {w})", () => Create(weight: new(8, 3, h, w)));

    [Fact]
    public void AnAbsurdDilationDoesNotFitEither() =>
        Refusal.Of("weight", $"({Absurd}, {Absurd})", () => Create(dilation: (Absurd, Absurd)));

    [Fact]
    public void AnAbsurdStrideLeavesOneWindow() =>
        Assert.Equal(new Shape4(2, 8, 1, 1), Create(stride: (Absurd, long.MaxValue)).OutputShape);

    /// <summary>Everything is wrong at first; what is reported is put right, one fault after the other.</summary>
    [Fact]
    public void FaultsAreReportedInTheOrderOfLibtorch()
    {
        Shape4 input = new(2, 7, 0, 12), weight = new(0, 3, 0, 99);
        (long, long) stride = (0, 1), padding = (-1, 0), dilation = (1, 0);
        long groups = 0;
        void Next(string argument, string value) =>
            Refusal.Of(argument, value, () => Conv2DGeometry.Create(input, weight, stride, padding, padding, dilation, groups));

        Next("groups", "0");
        groups = 3;
        Next("stride", "(0, 1)");
        stride = (1, 1);
        Next("padding", "(-1, 0)");
        padding = (0, Absurd);
        Next("padding", "(0, 4611686018427387904)");
        padding = (0, 0);
        Next("dilation", "(1, 0)");
        dilation = (1, 1);
        Next("weight", "(0, 3, 0, 99)");
        weight = weight with { H = 3 };
        Next("weight", "(0, 3, 3, 99)");
        weight = weight with { N = 8 };
        Next("groups", "3");
        groups = 2;
        Next("input", "7");
        input = input with { C = 6 };
        Next("input", "(2, 6, 0, 12)");
        input = input with { H = 9 };
        Next("weight", "(3, 99)");
    }

    private static Conv2DGeometry Create(
        Shape4? input = null, Shape4? weight = null, (long, long)? stride = null, (long, long)? padBefore = null,
        (long, long)? padAfter = null,
        (long, long)? dilation = null, long groups = 2) =>
        Conv2DGeometry.Create(
            input ?? new(2, 6, 9, 12), weight ?? new(8, 3, 3, 2), stride ?? (2, 3), padBefore ?? (2, 1), padAfter ?? (0, 3),
            dilation ?? (1, 2), groups);
}
