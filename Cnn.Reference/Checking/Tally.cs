using Cnn.Reference.Comparison;

namespace Cnn.Reference.Checking;

/// <summary>One row of the report: what the comparisons of one part of a level came to.</summary>
internal sealed class Tally(string part)
{
    /// <summary>Name of the row.</summary>
    public string Part => part;

    /// <summary>Problems compared.</summary>
    public long Cases { get; set; }

    /// <summary>Tensors compared.</summary>
    public long Tensors { get; set; }

    /// <summary>Elements compared.</summary>
    public long Elements { get; set; }

    /// <summary>Elements with the same bits.</summary>
    public long EqualBits { get; set; }

    /// <summary>Tensors with an element outside of the bound.</summary>
    public long Mismatches { get; set; }

    /// <summary>Tensors that are zero nearly everywhere, so that their equality proves little.</summary>
    public long MostlyZero { get; set; }

    /// <summary>The largest error in parts of what is allowed.</summary>
    public double WorstRatio { get; set; }

    /// <summary>The largest error in units of the last place.</summary>
    public double WorstUlp { get; set; }

    /// <summary>Time spent.</summary>
    public TimeSpan Time { get; set; }

    /// <summary>Whether the row proves something: not every tensor of it is zero nearly everywhere.</summary>
    public bool Trusted => Tensors == 0 || MostlyZero < Tensors;

    /// <summary>Counts one comparison.</summary>
    public void Add(TensorComparison comparison)
    {
        Tensors++;
        Elements += comparison.Elements;
        EqualBits += comparison.EqualBits;
        if (!comparison.Passed) Mismatches++;
        if (comparison.MostlyZero) MostlyZero++;
        WorstRatio = Math.Max(WorstRatio, comparison.WorstRatio);
        WorstUlp = Math.Max(WorstUlp, comparison.WorstUlp);
    }

    /// <summary>Counts what another tally of the same part has counted.</summary>
    public void Add(Tally other)
    {
        Cases += other.Cases;
        Tensors += other.Tensors;
        Elements += other.Elements;
        EqualBits += other.EqualBits;
        Mismatches += other.Mismatches;
        MostlyZero += other.MostlyZero;
        WorstRatio = Math.Max(WorstRatio, other.WorstRatio);
        WorstUlp = Math.Max(WorstUlp, other.WorstUlp);
        Time += other.Time;
    }
}
