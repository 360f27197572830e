using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.Benchmarks;

/// <summary>Puts rows to a layer of ours and to libtorch's: first whether the results are equal, then how long they take.</summary>
/// <param name="ours">The layer under test.</param>
/// <param name="passes">What to time.</param>
/// <param name="budget">Time for each pass of a row.</param>
/// <param name="quiet">Pause before each turn.</param>
/// <param name="cancel">Stops between two calls.</param>
/// <param name="duel">What times two sides: <see cref="Duel.Run"/> unless given.</param>
internal sealed class Benchmark(
    ILayer ours, Pass passes, TimeSpan budget, TimeSpan quiet, CancellationToken cancel = default,
    Func<Action<int>, Action<int>, TimeSpan, TimeSpan, Timing>? duel = null)
{
    private readonly Func<Action<int>, Action<int>, TimeSpan, TimeSpan, Timing> duel = duel ?? Duel.Run;
    private readonly ILayer theirs = new LibtorchLayer(winners: false, rowMajor: false);
    private readonly RealLevel level = new(winners: false);
    private readonly Checker checker = new([], [ours]);
    private readonly List<Measurement> measurements = [];

    private Limits Compared => new(MostOrder: passes.HasFlag(Pass.Backward) ? 1 : 0);

    /// <summary>What was measured, in the order of the rows.</summary>
    public IReadOnlyList<Measurement> Measurements => measurements;

    /// <summary>What should be timed again: it was noisy, and not yet often enough.</summary>
    public IReadOnlyList<Measurement> Noisy =>
        [.. measurements.Where(measurement => measurement.IsNoisy && measurement.Tries < Timing.MostTries)];

    /// <summary>What was not equal; such a row is not timed.</summary>
    public IReadOnlyList<Failure> Failures => checker.Results.Failures;

    /// <summary>Has everything compiled that the rows will need.</summary>
    public void WarmUp(IEnumerable<BenchmarkRow> rows) => Benchmarks.WarmUp.Run([ours, theirs], rows, passes, cancel);

    /// <summary>Compares one row, and times it.</summary>
    /// <exception cref="OperationCanceledException">The user has stopped it: what is not complete is not measured.</exception>
    public void Run(BenchmarkRow row)
    {
        using var problem = new Problem(row.Case, Numbers.Real); // what is compared is timed
        int failures = Failures.Count;
        checker.Results.Add(checker.Run(level, level.Name, level.Parts[0], problem, Compared));
        if (Failures.Count > failures) return;

        foreach (var pass in (Pass[])[Pass.Forward, Pass.Backward])
        {
            if (!(passes & row.Passes).HasFlag(pass)) continue;
            measurements.Add(new(row, pass, Time(problem, pass)));
        }
    }

    /// <summary>Times one measurement again, some time later; the quieter one stays.</summary>
    public void Again(Measurement noisy)
    {
        using var problem = new Problem(noisy.Row.Case, Numbers.Real);
        var timing = Time(problem, noisy.Pass);
        measurements[measurements.IndexOf(noisy)] = noisy with
        {
            Timing = timing.Spread < noisy.Timing.Spread ? timing : noisy.Timing,
            Tries = noisy.Tries + 1,
        };
    }

    private Timing Time(Problem problem, Pass pass)
    {
        using Contestant our = new(ours, problem, pass), their = new(theirs, problem, pass);
        return duel(Duel.Until(cancel, our.Run), Duel.Until(cancel, their.Run), budget, quiet);
    }
}
