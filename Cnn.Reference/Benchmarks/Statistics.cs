namespace Cnn.Reference.Benchmarks;

/// <summary>What many figures come to.</summary>
internal static class Statistics
{
    /// <summary>The middle figure: one disturbance more or less does not move it.</summary>
    public static double Median(IReadOnlyCollection<double> figures) => Quantile(figures, 0.5);

    /// <summary>How far the middle half of the figures reaches, in parts of their median.</summary>
    public static double Spread(IReadOnlyCollection<double> figures) =>
        (Quantile(figures, 0.75) - Quantile(figures, 0.25)) / Median(figures);

    /// <summary>The mean of ratios: twice as fast and twice as slow come to 1.</summary>
    public static double GeometricMean(IReadOnlyCollection<double> ratios)
    {
        if (ratios.Count == 0) throw new ArgumentException("ratios: must not be empty.", nameof(ratios));
        return Math.Exp(ratios.Average(Math.Log));
    }

    /// <summary>The figure below which <paramref name="part"/> of them lie, between two figures where it falls between them.</summary>
    private static double Quantile(IReadOnlyCollection<double> figures, double part)
    {
        if (figures.Count == 0) throw new ArgumentException("figures: must not be empty.", nameof(figures));
        double[] sorted = [.. figures.Order()];
        double at = part * (sorted.Length - 1);
        int below = (int)at, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
