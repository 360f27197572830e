using Cnn.Layers.Geometry;
using FsCheck.Xunit;

namespace Cnn.Tests.Geometry;

[Properties(Arbitrary = [typeof(AxisCases)], MaxTest = 1000, QuietOnSuccess = true)]
public sealed class WindowAxisTests
{
    [Property]
    public void SizesAreWhatTheirNamesSay(AxisCase @case)
    {
        Assert.Equal(@case.Extent, @case.Axis.KernelExtent);
        Assert.Equal(@case.PadBefore + @case.In + @case.PadAfter, @case.Axis.Padded);
    }

    /// <summary>Slides the window by hand and counts how often it fits.</summary>
    [Property]
    public void OutCountsTheWindows(AxisCase @case)
    {
        long padded = @case.PadBefore + @case.In + @case.PadAfter;
        // Ceil mode lets a window overhang by less than a stride, but not start behind the input.
        long overhang = @case.CeilMode ? @case.Stride - 1 : 0;
        long count = 0;
        for (long start = 0; start + @case.Extent <= padded + overhang; start += @case.Stride)
            if (!@case.CeilMode || start < @case.PadBefore + @case.In)
                count++;

        Assert.Equal(count, @case.Axis.Out);
    }

    [Property]
    public void InputIndexIsStrideLessPaddingPlusDilation(AxisCase @case)
    {
        for (long o = 0; o < @case.Axis.Out; o++)
            for (long k = 0; k < @case.Kernel; k++)
            {
                Assert.Equal(@case.Reads(o, k), @case.Axis.InputIndex(o, k));
                Assert.Equal(@case.Reads(o, k) >= 0 && @case.Reads(o, k) < @case.In, @case.Axis.IsInput(@case.Axis.InputIndex(o, k)));
            }
    }

    [Property]
    public void TryOutputIndexIsTheInverseOfInputIndex(AxisCase @case)
    {
        for (long i = 0; i < @case.In; i++)
            for (long k = 0; k < @case.Kernel; k++)
            {
                // A window may lie before the first or behind the last: only the stride keeps a tap from a cell.
                long[] windows = [.. Enumerable.Range(-200, 400).Select(o => (long)o).Where(o => @case.Reads(o, k) == i)];
                bool found = @case.Axis.TryOutputIndex(i, k, out long o);

                Assert.Equal(windows.Length == 1, found);
                if (found) Assert.Equal(windows[0], o);
            }
    }

    [Property]
    public void InputTapsAreTheTapsInTheInput(AxisCase @case)
    {
        foreach (long o in Windows(@case))
        {
            long[] taps = [.. Taps(@case).Where(k => @case.Reads(o, k) >= 0 && @case.Reads(o, k) < @case.In)];
            var (first, end) = @case.Axis.InputTaps(o);

            Assert.Equal(taps.Length, end - first);
            // Of a window of nothing but padding, too, the first tap is one at or behind cell 0.
            Assert.True(@case.Reads(o, first) >= 0 && (first == 0 || @case.Reads(o, first - 1) < 0), $"first tap {first} of window {o}");
            if (taps.Length > 0) Assert.Equal((taps[0], taps[^1] + 1), (first, end));
        }
    }

    [Property]
    public void TapsInPaddedInputLeaveOutTheOverhang(AxisCase @case)
    {
        foreach (long o in Windows(@case))
            Assert.Equal(Taps(@case).Count(k => @case.Reads(o, k) < @case.In + @case.PadAfter), @case.Axis.TapsInPaddedInput(o));
    }

    /// <summary>The axis that <see cref="WindowAxis"/> draws in its documentation.</summary>
    [Fact]
    public void TheDrawnAxisHoldsWhatItsDrawingShows()
    {
        var axis = new WindowAxis(7, 3, 3, 2, 1, 2);

        Assert.Equal((5, 10, 2), (axis.KernelExtent, axis.Padded, axis.Out));
        Assert.Equal([-2, 0, 2], Enumerable.Range(0, 3).Select(k => axis.InputIndex(0, k)));
        Assert.Equal([1, 3, 5], Enumerable.Range(0, 3).Select(k => axis.InputIndex(1, k)));
        Assert.Equal((1, 3), axis.InputTaps(0));
        Assert.Equal((0, 3), axis.InputTaps(1));
    }

    [Theory]
    [InlineData(5, 1, 2, 0, 3)] // 5x6 gives 3x3
    [InlineData(6, 1, 2, 0, 3)] // the window that would start at 6 is dropped
    [InlineData(7, 1, 2, 0, 4)] // 6x7 gives 3x4
    [InlineData(1, 2, 2, 1, 1)] // with padding on both sides, the second window would see padding only
    [InlineData(4, 3, 2, 0, 2)] // the second overhangs by one cell
    [InlineData(2, 3, 2, 0, 1)] // the only one overhangs by one cell
    [InlineData(1, 3, 2, 0, 0)] // and two would be a whole stride
    public void CeilModeKeepsAnOverhangingWindowThatStartsInTheInput(long size, long kernel, long stride, long padding, long expected) =>
        Assert.Equal(expected, new WindowAxis(size, kernel, stride, padding, padding, 1, CeilMode: true).Out);

    /// <summary>16777217 is the first integer that a float cannot hold; 2^33 + 1 does not fit 32 bits.</summary>
    [Theory]
    [InlineData(16777217, 1, 1, false, 16777217)]
    [InlineData(16777217, 2, 2, false, 8388608)]
    [InlineData(16777217, 2, 2, true, 8388609)]
    [InlineData((1L << 33) + 1, 3, 1, false, (1L << 33) - 1)]
    [InlineData((1L << 33) + 1, 2, 2, true, (1L << 32) + 1)]
    public void LargeSizesAreCountedToTheLastCell(long size, long kernel, long stride, bool ceilMode, long expected)
    {
        var axis = new WindowAxis(size, kernel, stride, 0, 0, 1, ceilMode);
        long last = expected - 1;

        Assert.Equal(expected, axis.Out);
        Assert.Equal(last * stride, axis.InputIndex(last, 0));
        Assert.True(axis.TryOutputIndex(last * stride, 0, out long o));
        Assert.Equal(last, o);
        Assert.Equal((0, Math.Min(kernel, size - last * stride)), axis.InputTaps(last));
    }

    /// <summary>Numbers that no tensor has must still come out as numbers, for the validation to refuse.</summary>
    [Theory]
    [InlineData(5, 1L << 62, 1, 0, 1L << 62, 0)]
    [InlineData(5, 3, 1, 0, long.MaxValue, 0)]
    [InlineData(5, 3, long.MaxValue, 1, 1, 1)]
    [InlineData(5, 1, 1, long.MaxValue, 1, long.MaxValue)] // more windows than a long can count
    [InlineData(0, 3, 1, 0, 1, 0)]
    [InlineData(5, 3, 0, 0, 1, 0)]
    [InlineData(5, 3, long.MinValue, 0, 1, 0)]
    public void AbsurdSizesDoNotOverflow(long size, long kernel, long stride, long padding, long dilation, long expected)
    {
        Assert.Equal(expected, new WindowAxis(size, kernel, stride, padding, padding, dilation).Out);
    }

    /// <summary>A single tap is at the same place whatever the dilation.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1L << 62)]
    [InlineData(long.MaxValue)]
    public void ASingleTapMayHaveAnyDilation(long dilation)
    {
        var axis = new WindowAxis(5, 1, 2, 1, 1, dilation);

        Assert.Equal(4, axis.Out);
        Assert.Equal((0, 1), axis.InputTaps(1));
        Assert.Equal(1, axis.TapsInPaddedInput(1));
        Assert.True(axis.TryOutputIndex(3, 0, out long o) && o == 2);
    }

    private static IEnumerable<long> Windows(AxisCase @case) => Enumerable.Range(0, (int)@case.Axis.Out).Select(o => (long)o);

    private static IEnumerable<long> Taps(AxisCase @case) => Enumerable.Range(0, (int)@case.Kernel).Select(k => (long)k);
}
