using System.Globalization;

namespace Cnn.Reference.Printing;

/// <summary>Numbers of a run as a person reads them. A run that has diverged has losses that are none.</summary>
internal static class Numbers
{
    /// <summary>A part of a whole, in percent.</summary>
    public static string Percent(double part) =>
        double.IsFinite(part) ? string.Create(CultureInfo.InvariantCulture, $"{100 * part:F1} %") : NotFinite(part);

    /// <summary>A probability, cut instead of rounded: 100 % is certainty.</summary>
    public static string Probability(double probability) => Percent(Math.Floor(1000 * probability) / 1000);

    /// <summary>
    /// Probabilities of which one must be true, in tenths of a percent that add up to 100: each is cut, and what that leaves goes to
    /// those that lost the most (largest remainder). 100 % is certainty here too: what is less has 99.9 % at most.
    /// </summary>
    public static string[] Percents(IReadOnlyList<float> probabilities)
    {
        if (!probabilities.All(float.IsFinite)) return [.. probabilities.Select(probability => Percent(probability))];
        const int whole = 1000;
        double sum = probabilities.Sum(probability => (double)probability); // near 1: each is rounded
        double[] exact = [.. probabilities.Select(probability => probability / sum * whole)];
        int[] tenths = [.. exact.Select(share => (int)share)];
        var losers = Enumerable.Range(0, tenths.Length).Where(n => tenths[n] < whole - 1).OrderByDescending(n => exact[n] - tenths[n]);
        foreach (int n in losers.Take(whole - tenths.Sum()).ToList()) tenths[n]++;
        return [.. tenths.Select(share => Percent((double)share / whole))];
    }

    /// <summary>A loss.</summary>
    public static string Loss(double loss) => Math.Abs(loss) < 1e6 ? loss.ToString("F3", CultureInfo.InvariantCulture) : General(loss);

    /// <summary>Three digits, whatever the size.</summary>
    public static string General(double number) =>
        double.IsFinite(number) ? number.ToString("G3", CultureInfo.InvariantCulture) : NotFinite(number);

    private static string NotFinite(double number) => double.IsNaN(number) ? "not a number" : number > 0 ? "infinite" : "minus infinite";
}
