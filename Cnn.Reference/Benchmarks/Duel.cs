using System.Diagnostics;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Benchmarks;

/// <summary>How long a call takes on either side.</summary>
/// <param name="Ours">Seconds a call, the median over the turns.</param>
/// <param name="Theirs">The same of the other side.</param>
/// <param name="OursLeast">Seconds a call in our best turn: what a busy machine disturbs least.</param>
/// <param name="TheirsLeast">The same of the other side.</param>
/// <param name="Turns">How many turns each side had.</param>
/// <param name="Spread">How far the middle half of the turns' ratios reaches, in parts of their median.</param>
internal sealed record Timing(double Ours, double Theirs, double OursLeast, double TheirsLeast, int Turns, double Spread)
{
    /// <summary>A larger spread than this is noise: with seven turns, their median may then be a tenth away from the truth.</summary>
    public const double MostSpread = 0.25;

    /// <summary>A larger slowdown than this is noise as well: both sides may wait for a core at every turn, with hardly a spread.</summary>
    public const double MostSlowdown = 2;

    /// <summary>What is noisy so many times is left alone.</summary>
    public const int MostTries = 3;

    /// <summary>What those are told whose figures were noisy each time, with the names of what was.</summary>
    public static string NoVerdict(IEnumerable<string> names) =>
        $"No verdict, because the machine was busy each time (spread above {Figures.Percent(MostSpread)}, " +
        $"or {MostSlowdown} times as long as the best turn): " +
        $"{string.Join("; ", names)}. A quieter machine, or more --seconds, may give one.";

    /// <summary>Whether the machine was busy with something else: the ratio is no verdict then.</summary>
    public bool IsNoisy => !(Spread <= MostSpread && Slowdown <= MostSlowdown);

    /// <summary>Above 1: ours takes longer.</summary>
    public double Ratio => Ours / Theirs;

    /// <summary>How much longer than its best turn a side took, the one that was disturbed more.</summary>
    public double Slowdown => Math.Max(Ours / OursLeast, Theirs / TheirsLeast);
}

/// <summary>Sides timed in turn, A B A B, in one process: what disturbs the machine disturbs all of them.</summary>
internal static class Duel
{
    private const int LeastTurns = 7;
    private const double LongestTurn = 0.015; // seconds of calls, which one slow call may exceed

    /// <summary>Gives both sides turns until the time is spent.</summary>
    /// <param name="ours">Calls one side so many times.</param>
    /// <param name="theirs">Calls the other side so many times.</param>
    /// <param name="budget">Time for all turns of both; a slow call takes longer, because there are seven turns at least.</param>
    /// <param name="quiet">
    /// Pause before each turn: libtorch's threads wait for their next work by spinning, and would take a core from the other
    /// side.
    /// </param>
    public static Timing Run(Action<int> ours, Action<int> theirs, TimeSpan budget, TimeSpan quiet)
    {
        if (Turns([ours, theirs], budget, quiet) is not [var ourTimes, var theirTimes]) throw new UnreachableException();
        double[] ratios = [.. ourTimes.Zip(theirTimes, (our, their) => our / their)];
        return new(
            Statistics.Median(ourTimes), Statistics.Median(theirTimes), ourTimes.Min(), theirTimes.Min(), ratios.Length,
            Statistics.Spread(ratios));
    }

    /// <summary>Gives all sides turns until the time is spent.</summary>
    /// <returns>Of each side, the seconds a call of each turn.</returns>
    /// <inheritdoc cref="Run" path="/param"/>
    /// <param name="sides">Each calls its side so many times.</param>
    public static IReadOnlyList<double>[] Turns(IReadOnlyList<Action<int>> sides, TimeSpan budget, TimeSpan quiet)
    {
        double seconds = Math.Min(LongestTurn, budget.TotalSeconds / (LeastTurns * sides.Count));
        int[] calls = [.. sides.Select(side => CallsOfATurn(side, seconds))];
        List<double>[] times = [.. sides.Select(_ => new List<double>())];
        var watch = Stopwatch.StartNew();
        for (int turn = 0; turn < LeastTurns || watch.Elapsed < budget; turn++)
            for (int side = 0; side < times.Length; side++) times[side].Add(Turn(sides[side], calls[side], quiet));
        return times;
    }

    /// <summary>A side that is not called any more once the user has stopped.</summary>
    public static Action<int> Until(CancellationToken cancel, Action<int> side) => calls =>
    {
        cancel.ThrowIfCancellationRequested();
        side(calls);
    };

    /// <summary>One figure: after a pause and a call that is not timed, the seconds of one of several calls.</summary>
    private static double Turn(Action<int> side, int calls, TimeSpan quiet)
    {
        if (quiet > TimeSpan.Zero) Thread.Sleep(quiet);
        side(1);
        return Seconds(side, calls) / calls;
    }

    /// <summary>How many calls fill a turn of so many seconds: at least one.</summary>
    private static int CallsOfATurn(Action<int> side, double turn)
    {
        side(1);
        for (int calls = 1; ; calls *= 4)
        {
            double seconds = Math.Min(Seconds(side, calls), Seconds(side, calls)); // one of them undisturbed, with luck
            if (seconds > turn / 4) return Math.Max(1, (int)(calls * turn / seconds));
        }
    }

    private static double Seconds(Action<int> side, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        side(calls);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
