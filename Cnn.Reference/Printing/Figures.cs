using System.Globalization;

namespace Cnn.Reference.Printing;

/// <summary>Figures as a person reads them: three digits, and a unit.</summary>
internal static class Figures
{
    /// <summary>A time.</summary>
    public static string Time(double seconds) =>
        seconds >= 1 ? $"{Digits(seconds)} s" : seconds >= 1e-3 ? $"{Digits(seconds * 1e3)} ms" : $"{Digits(seconds * 1e6)} us";

    /// <summary>A time to wait: "5 s", "12 min", "3 h 20 min", "4 days".</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalMinutes < 1 ? $"{Math.Ceiling(time.TotalSeconds):F0} s"
        : time.TotalHours < 1 ? $"{time.TotalMinutes:F0} min"
        : time.TotalDays < 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
        : Count((long)time.TotalDays, "day");

    /// <summary>Operations a second.</summary>
    public static string GigaFlops(double perSecond) => $"{Digits(perSecond / 1e9)} GFLOP/s";

    /// <summary>Bytes a second.</summary>
    public static string GigaBytes(double perSecond) => $"{Digits(perSecond / 1e9)} GB/s";

    /// <summary>A size in memory.</summary>
    public static string MebiBytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):F1} MiB");

    /// <summary>The size of a file, in the unit that leaves it a digit before the point.</summary>
    public static string Bytes(long bytes)
    {
        const int unit = 1024;
        string[] names = ["KiB", "MiB", "GiB"];
        if (bytes < unit) return Count(bytes, "byte");
        double size = (double)bytes / unit;
        int at = 0;
        for (; size >= unit && at < names.Length - 1; at++) size /= unit;
        return string.Create(CultureInfo.InvariantCulture, $"{size:N1} {names[at]}");
    }

    /// <summary>A size in memory that few machines have.</summary>
    public static string GibiBytes(double bytes) => $"{Digits(bytes / (1L << 30))} GiB";

    /// <summary>A whole number, its thousands divided.</summary>
    public static string Whole(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A ratio.</summary>
    public static string Ratio(double ratio) => ratio.ToString(ratio < 10 ? "F2" : "F1", CultureInfo.InvariantCulture);

    /// <summary>A part of a whole.</summary>
    public static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{100 * part:F0} %");

    /// <summary>A number of things: "1 row", "2 rows".</summary>
    /// <param name="number">How many.</param>
    /// <param name="one">What one of them is called.</param>
    /// <param name="many">What several are called, where that is not one with an s.</param>
    public static string Count(long number, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many ?? $"{one}s")}");

    private static string Digits(double number)
    {
        double size = Math.Abs(number);
        return number.ToString(size < 9.995 ? "F2" : size < 99.95 ? "F1" : "F0", CultureInfo.InvariantCulture);
    }
}
