using System.Diagnostics;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Oracle;
using Cnn.Reference.Processes;

namespace Cnn.Reference.KernelChecking;

/// <summary>Puts a kernel to its problems, shrinks what fails, and writes the report.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="options">What it claims.</param>
/// <param name="runner">Carries the trials out.</param>
/// <param name="notes">What the report says besides.</param>
internal sealed class KernelSession(
    Kernel kernel, KernelCheckOptions options, ITrialRunner runner, IReadOnlyList<string>? notes = null)
{
    private const int MostHangs = 2, MostDeaths = 4; // then the rest is not run: each costs seconds
    private const int MostShrunk = 4; // failures, until one of them shows something
    private const int MostExplained = 12; // problems that a mistake has to explain

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly CheckResults results = new();
    private readonly List<string> lines = [];
    private readonly List<(Case Case, TrialFailure Failure)> failures = [];

    /// <summary>Checks a kernel, in this process or in one of its own.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or another process cannot find the kernel.</exception>
    public static KernelReport Run(Delegate yours, KernelCheckOptions? options)
    {
        ArgumentNullException.ThrowIfNull(yours);
        options ??= new();
        var kernel = KernelDelegates.Create(yours);
        OptionRules.Check(kernel, options);
        using ITrialRunner runner = options.OwnProcess
            ? new WorkerTrialRunner(KernelName.Of(yours), options.Exact, options.Timeout, () => new WorkerProcess())
            : new TrialRunner(kernel, options.Exact);
        HiddenCaches.Prepare(); // where libtorch would be wrong, it would accuse the kernel; and it would warn of itself at each call
        var session = new KernelSession(kernel, options, runner);
        var cases = new KernelCases(kernel, options);
        try
        {
            foreach (var @case in cases.Cases) session.Put(@case);
            return session.Finish(cases, stopped: false);
        }
        catch (KernelDependencyException exception)
        {
            throw new InvalidOperationException(exception.Message, exception);
        }
        catch (WorkerStartException exception)
        {
            throw new InvalidOperationException(exception.Message, exception);
        }
    }

    /// <summary>Puts the kernel to one problem, unless too many have ended its process.</summary>
    public void Put(Case @case)
    {
        int hangs = failures.Count(each => each.Failure.Kind == FaultKind.Hung);
        if (hangs >= MostHangs || runner.Deaths >= MostDeaths) return;
        string line = @case.ToString();
        TrialResult result;
        try
        {
            result = runner.Run(new(line, options.NonFinite), hangs > 0 ? runner.SureLimit : null);
        }
        catch (OperationCanceledException)
        {
            return; // whoever has stopped it knows
        }
        // Nothing is wrong with a kernel that cannot be run.
        if (result.Failure is { Kind: FaultKind.LacksAssembly } lack) throw new KernelDependencyException(lack.Sentence);
        lines.Add(line);
        results.Add(result.Results);
        if (result.Failure is { } failure) failures.Add((@case, failure));
    }

    /// <summary>Shrinks what failed, and reports.</summary>
    /// <param name="cases">What was to be run.</param>
    /// <param name="stopped">Whether the user has stopped the run.</param>
    public KernelReport Finish(KernelCases cases, bool stopped)
    {
        var kinds = failures.ToDictionary(each => each.Case.ToString(), each => KernelFault.WordsOf(each.Failure.Kind));
        var groups = FailureGroup.Of(results.Failures, lines, failure => kinds.GetValueOrDefault(failure.Case, ""));
        Found? found = null;
        try
        {
            if (groups.Count > 0 && !stopped) found = Smallest(groups[0], cases); // who stops it does not want to wait
        }
        catch (OperationCanceledException)
        {
            stopped = true;
        }
        return new(new(
            kernel.Kind, results, groups, lines.Count, cases.Cases.Count - lines.Count, failures.Count, cases.LeftOut, NotLookedFor,
            options.Seed, watch.Elapsed, stopped, found)
        {
            Notes = [.. notes ?? [], .. OptionRules.WithoutEffect(kernel, options), .. cases.Notes],
        });
    }

    /// <summary>What no call can show here, and how to see it; null where all is looked for.</summary>
    private string? NotLookedFor => (kernel.OnlyType is not null, options.OwnProcess) switch
    {
        (false, _) => "reads and writes out of bounds: only memory of kernels over spans has fences",
        (true, true) when Pages.Exist => null,
        (true, true) => "reads out of bounds: on Linux they are",
        _ => "reads out of bounds, and writes beyond the fences of 64 elements; OwnProcess = true, for a static method, looks for both " +
            "(on Linux), and check --kernel always does",
    };

    private Found? Smallest(FailureGroup group, KernelCases cases)
    {
        // No images are nothing to work by hand: they come last. So does what may have many reasons.
        var same = failures.Where(each => each.Failure.Part == group.Part && group.Problems.Contains(each.Case.ToString()))
            .OrderBy(each => each.Case.N == 0)
            .ThenBy(each => each.Failure.Kind is FaultKind.Unwritten or FaultKind.Died or FaultKind.Hung)
            .ThenBy(each => each.Case.Size).ToList();
        var (_, failure) = same[0];
        var numbers = NumbersOf(failure.Part);
        var suspicion = Suspicion.None;
        string? telling = null;
        if (failure.Kind == FaultKind.WrongNumber)
        {
            var explained = Explained([.. same.Take(MostExplained)]);
            suspicion = Suspicion.Of(kernel.Kind, explained);
            if (suspicion.IsOpen) telling = Telling(same[0], explained, cases);
        }
        var shrunk = ShrinkOne([.. same.Where(each => each.Failure.Kind == failure.Kind)], cases.AreClaimed);
        var reproduction = new Reproduction(runner, options.NonFinite);
        if (shrunk is null || reproduction.Confirm(shrunk) is not { } confirmed) return BesideOthers(same, reproduction);
        var truth = Truth.Of(kernel.Kind, confirmed.Instance, numbers, options.Exact);
        return new(
            new(
                confirmed.Instance.Case.ToString(), WorkedSum.Of(kernel.Kind, confirmed, truth),
                XunitTest.Of(kernel, options, confirmed, truth)),
            suspicion,
            confirmed.IsLeast ? NeededByAll(confirmed.Instance.Case, [.. same.Select(each => each.Case), .. confirmed.PassedOver]) : [])
        {
            Telling = telling,
        };
    }

    // A fault that no problem shows by itself: what the kernel keeps from earlier calls is part of it.
    private Found BesideOthers(IReadOnlyList<(Case Case, TrialFailure Failure)> same, Reproduction reproduction)
    {
        var (@case, failure) = same.MinBy(each => lines.IndexOf(each.Case.ToString()));
        string line = @case.ToString();
        var needed = reproduction.IsPossible ? reproduction.Predecessors(lines[..(lines.IndexOf(line) + 1)]) : null;
        bool isSteady = needed is not null;
        needed ??= [.. same.Select(each => each.Case.ToString()).Take(MostExplained)];
        string why = (isSteady, needed.Count) switch
        {
            (true, 1) => "with the calls of its own problem alone, one after the other, and not by one call: it keeps something " +
                "from call to call. This problem shows it in a new process:",
            (true, _) => "only beside the problems that were run before it, not by itself: it keeps something from call to call. These " +
                "problems, in this order, show it in a new process:",
            _ when !reproduction.IsPossible => "only beside the problems that were run before it, not by itself: it keeps " +
                "something from call to call, or differs now and then. These have failed (a static method could be asked anew):",
            _ => "only beside the problems that were run before it, not by itself, and now and then: the same problems did not show it " +
                "again in a new process. Most likely threads race, or something is kept from call to call. These have failed:",
        };
        string sum = string.Join('\n', needed.Select(each => $"    {each}").Prepend(
            Printing.Folding.Fold($"yours {Sentence(failure)}: {why}", WorkedSum.Width, indent: 4)));
        return new(new(line, sum, XunitTest.OfLines(kernel, options, @case, failure, needed, isSteady)), Suspicion.None, [])
        {
            Lines = needed,
        };
    }

    // A larger problem that fails as well, best one that tells mistakes apart; null where none was found.
    private string? Telling(
        (Case Case, TrialFailure Failure) failed, IReadOnlyList<(Instance Instance, IReadOnlyList<NamedNumbers> Yours)> explained,
        KernelCases cases)
    {
        string? first = null;
        foreach (var larger in TellingCases.Of(failed.Case))
        {
            if (!cases.AreClaimed(larger) || KnownFaults.ReasonToSkip(larger) is not null) continue;
            var seen = Explained([(larger, failed.Failure)]);
            if (seen.Count == 0) continue;
            first ??= larger.ToString();
            if (!Suspicion.Of(kernel.Kind, [.. explained, .. seen]).IsOpen) return larger.ToString();
        }
        return first;
    }

    // The first that shows something; else the first.
    private Shrunk? ShrinkOne(IReadOnlyList<(Case Case, TrialFailure Failure)> same, Func<Case, bool> isClaimed)
    {
        var shrinker = new Shrinker(kernel, runner, options.NonFinite, isClaimed);
        Shrunk? first = null;
        foreach (var (@case, failure) in same.Take(MostShrunk))
        {
            var shrunk = shrinker.Shrink(@case, NumbersOf(failure.Part), failure.Part, failure.Kind);
            if (shrunk is not null && !WorkedSum.ShowsNothing(kernel.Kind, shrunk)) return shrunk;
            first ??= shrunk;
            if (shrinker.Spent) break;
        }
        return first;
    }

    // What could not be taken away from this problem, another may fail without; and what every problem has, nobody can do without.
    private IReadOnlyList<string> NeededByAll(Case shrunk, IReadOnlyList<Case> failing)
    {
        var needed = failing.Aggregate(CaseFeatures.Needed(shrunk), (left, @case) => [.. left.Intersect(CaseFeatures.Of(@case))]);
        var ofAll = CommonTo(lines.Select(CaseWords.Parse));
        return [.. needed.Where(feature => !ofAll.Contains(feature))];

        static HashSet<string> CommonTo(IEnumerable<Case> cases) =>
            [.. cases.Select(CaseFeatures.Of).Aggregate((common, next) => common.Intersect(next))];
    }

    /// <summary>What a failure says, with what it is about.</summary>
    private static string Sentence(TrialFailure failure) =>
        failure.Kind == FaultKind.WrongNumber ? $"differs from libtorch: {failure.Sentence}" : failure.Sentence;

    // Problems, and what came of them when they were put once more.
    private List<(Instance Instance, IReadOnlyList<NamedNumbers> Yours)> Explained(IReadOnlyList<(Case Case, TrialFailure Failure)> same)
    {
        var explained = new List<(Instance, IReadOnlyList<NamedNumbers>)>();
        foreach (var (@case, failure) in same)
        {
            var instance = new Instance(@case, Operands.Of(@case, NumbersOf(failure.Part), kernel.Kind));
            var again = runner.Run(new(@case.ToString(), NonFinite: true, instance.Operands, failure.Part)).Failure;
            if (again is { Kind: FaultKind.WrongNumber }) explained.Add((instance, again.Yours));
        }
        return explained;
    }

    private static Numbers NumbersOf(string part) =>
        KernelLevels.Create(nonFinite: true).Where(level => level.Parts.Contains(part))
            .Select(level => ((IProblemLevel)level).NumbersOf(part)).First();
}
