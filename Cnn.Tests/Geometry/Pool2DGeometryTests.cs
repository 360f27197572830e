using Cnn.Layers.Geometry;
using FsCheck.Xunit;

namespace Cnn.Tests.Geometry;

public sealed class Pool2DGeometryTests
{
    private const long Absurd = 1L << 62;

    [Fact]
    public void EveryShapeIsDerived()
    {
        var geometry = Create();

        Assert.Equal((2, 3, false, -7L), (geometry.Batch, geometry.Channels, geometry.CountIncludePad, geometry.DivisorOverride));
        Assert.Equal(new WindowAxis(9, 4, 2, 1, 1, 1, true), geometry.Height);
        Assert.Equal(new WindowAxis(12, 2, 3, 1, 1, 2, true), geometry.Width);
        Assert.Equal(new Shape4(2, 3, 9, 12), geometry.InputShape);
        Assert.Equal(new Shape4(2, 3, 5, 5), geometry.OutputShape);
    }

    [Theory]
    [InlineData(5, 6, 3, 3)]
    [InlineData(6, 7, 3, 4)]
    public void CeilModeDropsAWindowThatWouldStartBehindTheInput(long h, long w, long oh, long ow) =>
        Assert.Equal(
            new Shape4(1, 1, oh, ow), Pool2DGeometry.Create(new(1, 1, h, w), (1, 1), (2, 2), (0, 0), (1, 1), ceilMode: true).OutputShape);

    [Fact]
    public void AnEmptyBatchIsFine() => Assert.Equal(new Shape4(0, 3, 5, 5), Create(input: new(0, 3, 9, 12)).OutputShape);

    /// <summary>The cells are counted one by one, over whole windows in two dimensions.</summary>
    [Property(Arbitrary = [typeof(AxisCases)], MaxTest = 1000, QuietOnSuccess = true)]
    public void DivisorCountsCells(AxisCase rows, AxisCase columns, bool countIncludePad)
    {
        // A pool pads both sides alike, by half the kernel at most, and an average has no dilation.
        (rows, columns) = (AsPool(rows), AsPool(columns) with { CeilMode = rows.CeilMode });
        if (rows.Axis.Out < 1 || columns.Axis.Out < 1) return;
        var geometry = Pool2DGeometry.Create(
            new(1, 1, rows.In, columns.In), (rows.Kernel, columns.Kernel), (rows.Stride, columns.Stride),
            (rows.PadBefore, columns.PadBefore), (1, 1),
            rows.CeilMode, countIncludePad);
        for (long oh = 0; oh < rows.Axis.Out; oh++)
            for (long ow = 0; ow < columns.Axis.Out; ow++)
            {
                long cells = 0;
                for (long kh = 0; kh < rows.Kernel; kh++)
                    for (long kw = 0; kw < columns.Kernel; kw++)
                        if (Counts(rows, rows.Reads(oh, kh)) && Counts(columns, columns.Reads(ow, kw)))
                            cells++;
                Assert.Equal(cells, geometry.Divisor(oh, ow));
                Assert.True(cells > 0, "a window without cells would divide by zero");
            }

        static AxisCase AsPool(AxisCase axis) => axis with
        {
            Dilation = 1,
            PadBefore = axis.PadBefore % (axis.Kernel / 2 + 1),
            PadAfter = axis.PadBefore % (axis.Kernel / 2 + 1)
        };
        bool Counts(AxisCase axis, long i) => countIncludePad ? i < axis.In + axis.PadAfter : i >= 0 && i < axis.In;
    }

    [Theory]
    [InlineData(7)]
    [InlineData(-3)]
    public void AnOverriddenDivisorHoldsEverywhere(long divisor)
    {
        foreach (bool countIncludePad in new[] { true, false })
        {
            var geometry = Pool2DGeometry.Create(new(1, 1, 5, 7), (3, 2), (2, 3), (1, 1), (1, 1), ceilMode: true, countIncludePad, divisor);
            for (long oh = 0; oh < geometry.Height.Out; oh++)
                for (long ow = 0; ow < geometry.Width.Out; ow++)
                    Assert.Equal(divisor, geometry.Divisor(oh, ow));
        }
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(2, 0)]
    [InlineData(-1, 2)]
    [InlineData(2, 1L << 31)]
    [InlineData(Absurd, Absurd)]
    public void TheSizesOfAWindowArePositiveAndFit32Bits(long h, long w)
    {
        Refusal.Of("kernel_size", $"({h}, {w})", () => Create(kernelSize: (h, w)));
        Refusal.Of("stride", $"({h}, {w})", () => Create(stride: (h, w)));
        Refusal.Of("dilation", $"({h}, {w})", () => Create(dilation: (h, w)));
    }

    [Fact]
    public void TheDivisorMustNotBeZero() => Refusal.Of("divisor_override", "0", () => Create(divisorOverride: 0));

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(3, 0)]
    [InlineData(0, 2)]
    [InlineData(Absurd, 0)]
    [InlineData(0, -Absurd)]
    public void PaddingIsAtMostHalfTheKernel(long h, long w) => Refusal.Of("padding", $"({h}, {w})", () => Create(padding: (h, w)));

    [Theory]
    [InlineData(4, 2)]
    [InlineData(5, 2)]
    [InlineData(1, 0)]
    public void ExactlyHalfTheKernelIsAllowedAndNoMore(long kernel, long padding)
    {
        Assert.Equal(padding, Create(kernelSize: (kernel, kernel), padding: (padding, padding)).Height.PadBefore);
        Refusal.Of("padding", $"({padding + 1}, 0)", () => Create(kernelSize: (kernel, kernel), padding: (padding + 1, 0)));
        Refusal.Of("padding", $"(0, {padding + 1})", () => Create(kernelSize: (kernel, kernel), padding: (0, padding + 1)));
    }

    [Theory]
    [InlineData(0, 9, 12)]
    [InlineData(3, 0, 12)]
    [InlineData(3, 9, 0)]
    public void OnlyTheBatchMayBeEmpty(long c, long h, long w) =>
        Refusal.Of("input", $"(2, {c}, {h}, {w})", () => Create(input: new(2, c, h, w)));

    /// <summary>Division that truncates would round -1 / 2 up to 0, and see one window.</summary>
    [Theory]
    [InlineData(2, 3, 2, 1)]
    [InlineData(1, 3, 5, 1)]
    [InlineData(2, 2, 1, int.MaxValue)]
    public void TheWindowMustFitThePaddedInput(long size, long kernel, long stride, long dilation) =>
        Refusal.Of("input", $"({size}, 12)", () =>
            Pool2DGeometry.Create(new(2, 3, size, 12), (kernel, 2), (stride, 1), (0, 0), (dilation, 1), ceilMode: false));

    [Fact]
    public void FaultsAreReportedInTheOrderOfLibtorch()
    {
        Shape4 input = new(2, 3, 0, 1);
        (long, long) kernel = (0, 3), stride = (0, 1), padding = (0, 9), dilation = (1, 0);
        long divisor = 0;
        void Next(string argument, string value) =>
            Refusal.Of(argument, value, () => Pool2DGeometry.Create(input, kernel, stride, padding, dilation, false, true, divisor));

        Next("kernel_size", "(0, 3)");
        kernel = (2, 3);
        Next("stride", "(0, 1)");
        stride = (1, 1);
        Next("dilation", "(1, 0)");
        dilation = (1, 1);
        Next("divisor_override", "0");
        divisor = 5;
        Next("padding", "(0, 9)");
        padding = (0, 0);
        Next("input", "(2, 3, 0, 1)");
        input = input with { H = 4 };
        Next("input", "(4, 1)");
    }

    private static Pool2DGeometry Create(
        Shape4? input = null, (long, long)? kernelSize = null, (long, long)? stride = null, (long, long)? padding = null,
        (long, long)? dilation = null, long? divisorOverride = -7) =>
        Pool2DGeometry.Create(
            input ?? new(2, 3, 9, 12), kernelSize ?? (4, 2), stride ?? (2, 3), padding ?? (1, 1), dilation ?? (1, 2), ceilMode: true,
            countIncludePad: false, divisorOverride);
}
