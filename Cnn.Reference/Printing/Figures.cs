using System.Globalization;

namespace Cnn.Reference.Printing;

/// <summary>Figures as a person reads them: three digits, and a unit.</summary>
internal static class Figures
{
    /// <summary>A time.</summary>
    public static string Time(double seconds) =>
        seconds >= 1 ? $"{Digits(seconds)} s" : seconds >= 1e-3 ? $"{Digits(seconds * 1e3)} ms" : $"{Digits(seconds * 1e6)} us";

    /// <summary>Operations a second.</summary>
    public static string GigaFlops(double perSecond) => $"{Digits(perSecond / 1e9)} GFLOP/s";

    /// <summary>Bytes a second.</summary>
    public static string GigaBytes(double perSecond) => $"{Digits(perSecond / 1e9)} GB/s";

    /// <summary>A size in memory.</summary>
    public static string MebiBytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):F1} MiB");

    /// <summary>A size in memory that few machines have.</summary>
    public static string GibiBytes(double bytes) => $"{Digits(bytes / (1L << 30))} GiB";

    /// <summary>A whole number, its thousands divided.</summary>
    public static string Whole(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A ratio.</summary>
    public static string Ratio(double ratio) => ratio.ToString(ratio < 10 ? "F2" : "F1", CultureInfo.InvariantCulture);

    /// <summary>A part of a whole.</summary>
    public static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{100 * part:F0} %");

    /// <summary>A number of things: "1 row", "2 rows".</summary>
    public static string Count(int number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {what}{(number == 1 ? "" : "s")}");

    private static string Digits(double number)
    {
        double size = Math.Abs(number);
        return number.ToString(size < 9.995 ? "F2" : size < 99.95 ? "F1" : "F0", CultureInfo.InvariantCulture);
    }
}
