namespace Cnn.Reference.Report;

/// <summary>One curve over epochs.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Colour">The style sheet's name for its colour.</param>
/// <param name="IsTwin">Whether it is of the twin: drawn with dashes and rings.</param>
/// <param name="Points">By epoch. What is not finite has no place on the page.</param>
internal sealed record Series(string Name, string Colour, bool IsTwin, IReadOnlyList<(int Epoch, double Value)> Points)
{
    /// <summary>The classes that the style sheet knows it by.</summary>
    public string Style => IsTwin ? $"{Colour} twin" : Colour;

    /// <summary>The points that can be drawn.</summary>
    public IReadOnlyList<(int Epoch, double Value)> Drawn { get; } = [.. Points.Where(point => double.IsFinite(point.Value))];

    /// <summary>
    /// Runs of points whose neighbours are there too: over what is missing, there is no line. Very many points are one run, of
    /// which about so many stay, high and low ones, that look the same.
    /// </summary>
    public IReadOnlyList<(int Epoch, double Value)[]> Runs(int most)
    {
        if (Drawn.Count > most) return [[.. Drawn.Chunk((2 * Drawn.Count + most - 1) / most).SelectMany(Extremes)]];
        var runs = new List<List<(int Epoch, double Value)>>();
        foreach (var point in Drawn)
        {
            if (runs.Count == 0 || runs[^1][^1].Epoch != point.Epoch - 1) runs.Add([]);
            runs[^1].Add(point);
        }
        return [.. runs.Select(run => run.ToArray())];
    }

    private static IEnumerable<(int Epoch, double Value)> Extremes((int Epoch, double Value)[] points) =>
        new[] { points.MinBy(point => point.Value), points.MaxBy(point => point.Value) }.Distinct().OrderBy(point => point.Epoch);
}
