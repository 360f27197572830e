namespace Cnn.Reference.Report;

/// <summary>One curve over epochs.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Style">The style sheet's name for it.</param>
/// <param name="Points">By epoch. What is not finite has no place on the page.</param>
internal sealed record Series(string Name, string Style, IReadOnlyList<(int Epoch, double Value)> Points)
{
    /// <summary>The points that can be drawn.</summary>
    public IReadOnlyList<(int Epoch, double Value)> Drawn { get; } = [.. Points.Where(point => double.IsFinite(point.Value))];

    /// <summary>
    /// Runs of points whose neighbours are there too: over what is missing, there is no line. Of very many points, so many
    /// stay, high and low ones, which look the same.
    /// </summary>
    public IReadOnlyList<(int Epoch, double Value)[]> Runs(int most)
    {
        var runs = new List<List<(int Epoch, double Value)>>();
        int? before = null;
        foreach (var point in Drawn)
        {
            if (before != point.Epoch - 1) runs.Add([]);
            runs[^1].Add(point);
            before = point.Epoch;
        }
        int chunk = (int)Math.Ceiling(2.0 * Drawn.Count / most);
        return [.. runs.Select(run => Drawn.Count <= most ? run.ToArray() : [.. run.Chunk(chunk).SelectMany(Extremes)])];
    }

    private static IEnumerable<(int Epoch, double Value)> Extremes((int Epoch, double Value)[] points) =>
        new[] { points.MinBy(point => point.Value), points.MaxBy(point => point.Value) }.Distinct().OrderBy(point => point.Epoch);
}
