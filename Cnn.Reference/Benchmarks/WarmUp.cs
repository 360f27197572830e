using System.Runtime;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.Benchmarks;

/// <summary>Has code loaded and compiled before anything is measured: on a smaller problem of the same kind.</summary>
internal static class WarmUp
{
    private const int LeastRounds = 5, MostRounds = 15;
    private const int Calls = 40; // of a round: a method is compiled anew after 30
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(150); // the runtime waits for 100 ms without new methods

    /// <summary>Runs the layers forward, and backward where asked, on small forms of the cases.</summary>
    public static void Run(
        IReadOnlyCollection<ILayer> layers, IEnumerable<BenchmarkRow> rows, Pass passes, CancellationToken cancel = default)
    {
        var small = rows.Select(row => row with { Case = Shrink(row.Case) }).DistinctBy(row => row.Case).ToList();
        Run(cancel, () =>
        {
            foreach (var row in small)
            {
                if (cancel.IsCancellationRequested) return;
                using var problem = new Problem(row.Case, Numbers.Real);
                foreach (var layer in layers)
                    foreach (var pass in (Pass[])[Pass.Forward, Pass.Backward])
                    {
                        if (!(passes & row.Passes).HasFlag(pass)) continue;
                        using var contestant = new Contestant(layer, problem, pass);
                        contestant.Run(Calls);
                    }
            }
        });
    }

    /// <summary>Repeats a round of calls until nothing is compiled any more, or the user stops.</summary>
    public static void Run(CancellationToken cancel, Action calls)
    {
        // The runtime compiles in steps, in the background: quickly, observed, optimized. A round in which it compiles nothing is the last.
        for (int round = 0; round < MostRounds && !cancel.IsCancellationRequested; round++)
        {
            long before = JitInfo.GetCompiledMethodCount();
            calls();
            WaitForCompiler();
            if (round + 1 >= LeastRounds && JitInfo.GetCompiledMethodCount() == before) break;
        }
    }

    private static void WaitForCompiler()
    {
        for (long seen = -1, now; (now = JitInfo.GetCompiledMethodCount()) != seen; seen = now) Thread.Sleep(Quiet);
    }

    /// <summary>The same layer on one image of a few windows, with few channels.</summary>
    public static Case Shrink(Case @case)
    {
        const long windows = 4, most = 8;
        long groups = Math.Min(@case.Groups, 2);
        return @case with
        {
            N = Math.Min(@case.N, 1),
            C = @case.Groups == 1 ? Math.Min(@case.C, most) : @case.C / @case.Groups * groups,
            O = @case.Groups == 1 ? Math.Min(@case.O, most) : @case.O / @case.Groups * groups,
            H = Math.Min(@case.H, Extent(@case.Kernel.H, @case.Dilation.H, @case.Stride.H)),
            W = Math.Min(@case.W, Extent(@case.Kernel.W, @case.Dilation.W, @case.Stride.W)),
            Groups = groups,
        };

        static long Extent(long kernel, long dilation, long stride) => (kernel - 1) * dilation + 1 + (windows - 1) * stride;
    }
}
