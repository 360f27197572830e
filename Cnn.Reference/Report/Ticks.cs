using System.Globalization;

namespace Cnn.Reference.Report;

/// <summary>Round numbers along an axis.</summary>
internal static class Ticks
{
    /// <summary>Whole numbers, not more than so many.</summary>
    public static double[] Whole(int first, int last, int most)
    {
        int step = 1;
        while ((last - first) / step + 1 > most) step = Next(step);
        return Multiples(step, first, last);
    }

    /// <summary>About five numbers, and how they are written: all with the same digits.</summary>
    public static (double[] At, Func<double, string> Text) Round(double low, double high)
    {
        double span = high - low, power = Math.Pow(10, Math.Floor(Math.Log10(span / 5)));
        double step = new[] { 1, 2, 5, 10 }.Select(digit => digit * power).First(step => span / step <= 6);
        int decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(step * 1.001)));
        return (Multiples(step, low, high), number => Math.Abs(number) >= 1e6 || decimals > 6
            ? number.ToString("G3", CultureInfo.InvariantCulture)
            : number.ToString($"F{decimals}", CultureInfo.InvariantCulture));
    }

    private static double[] Multiples(double step, double low, double high)
    {
        double first = Math.Ceiling(low / step), last = Math.Floor(high / step);
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(n => (first + n) * step)];
    }

    // 1, 2, 5, 10, 20, 50 and so on.
    private static int Next(int step) => step.ToString(CultureInfo.InvariantCulture)[0] == '2' ? step / 2 * 5 : step * 2;
}
