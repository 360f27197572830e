using System.Diagnostics;

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
    /// <summary>Above 1: ours takes longer.</summary>
    public double Ratio => Ours / Theirs;

    /// <summary>How much longer than its best turn a side took, the one that was disturbed more.</summary>
    public double Slowdown => Math.Max(Ours / OursLeast, Theirs / TheirsLeast);
}

/// <summary>Two sides timed in turn, A B A B, in one process: what disturbs the machine disturbs both.</summary>
internal static class Duel
{
    private const int LeastTurns = 7;
    private const double TurnSeconds = 0.015;

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
        int ourCalls = CallsOfATurn(ours), theirCalls = CallsOfATurn(theirs);
        List<double> ourTimes = [], theirTimes = [], ratios = [];
        var watch = Stopwatch.StartNew();
        while (ratios.Count < LeastTurns || watch.Elapsed < budget)
        {
            ourTimes.Add(Turn(ours, ourCalls, quiet));
            theirTimes.Add(Turn(theirs, theirCalls, quiet));
            ratios.Add(ourTimes[^1] / theirTimes[^1]);
        }
        return new(
            Statistics.Median(ourTimes), Statistics.Median(theirTimes), ourTimes.Min(), theirTimes.Min(), ratios.Count, Statistics.Spread(ratios));
    }

    /// <summary>One figure: after a pause and a call that is not timed, the seconds of one of several calls.</summary>
    private static double Turn(Action<int> side, int calls, TimeSpan quiet)
    {
        if (quiet > TimeSpan.Zero) Thread.Sleep(quiet);
        side(1);
        return Seconds(side, calls) / calls;
    }

    /// <summary>How many calls fill a turn: at least one.</summary>
    private static int CallsOfATurn(Action<int> side)
    {
        side(1);
        for (int calls = 1; ; calls *= 4)
        {
            double seconds = Math.Min(Seconds(side, calls), Seconds(side, calls)); // one of them undisturbed, with luck
            if (seconds > TurnSeconds / 4) return Math.Max(1, (int)(calls * TurnSeconds / seconds));
        }
    }

    private static double Seconds(Action<int> side, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        side(calls);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
