using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Spectre.Console;

namespace Cnn.Reference.Benchmarks;

/// <summary>What a run of <c>bench --memory</c> has measured, for a person and for a program.</summary>
/// <param name="Uses">Row by row.</param>
/// <param name="Growth">What a thousand calls of one small row leave behind; null without a small row, or where the run was stopped
/// before.</param>
/// <param name="Sides">Whose kernels.</param>
/// <param name="Threads">How many threads each side might use.</param>
/// <param name="Stopped">Whether the user has stopped it.</param>
internal sealed record MemoryReport(IReadOnlyList<MemoryUse> Uses, MemoryGrowth? Growth, Sides Sides, int Threads, bool Stopped)
{
    /// <summary>Success: every row holds; mismatch: one does not; stopped: by the user.</summary>
    public int ExitCode => Uses.Any(use => !use.Holds) ? ExitCodes.Mismatch : Stopped ? ExitCodes.Stopped : ExitCodes.Success;

    /// <summary>Prints the table, and what it comes to.</summary>
    public void Print(IAnsiConsole console, bool markdown)
    {
        var layout = new ReportLayout(console, markdown);
        layout.Head(Threads, Sides);
        var table = new TextTable("forward", "ours", "libtorch", "filters", "allowed", "holds") { Expendable = ["filters", "allowed"] };
        foreach (var use in Uses)
            table.Add(
                use.Row.Name, Figures.MebiBytes(use.Ours), Figures.MebiBytes(use.Theirs), Figures.MebiBytes(use.Row.WeightBytes),
                Figures.MebiBytes(use.Allowed), use.Holds ? "yes" : "NO");
        layout.Table(
            "Most resident memory during one forward pass, beyond what was there before and the output; " +
            "allowed: the filters, and 4 MiB a thread", table);
        layout.Gap();
        if (Growth is not null)
            layout.Point(
                $"{Growth.Row.Name}, 1,000 times forward and backward: the process has grown by {Figures.MebiBytes(Growth.Ours)}; " +
                $"with libtorch's layer by {Figures.MebiBytes(Growth.Theirs)}.");
        string holds = Uses.Count == 1 ? "holds" : "hold";
        if (Uses.Count > 0) layout.Point($"{Uses.Count(use => use.Holds)} of {Figures.Count(Uses.Count, "row")} {holds}.");
        layout.EndOf(Stopped, "rows");
    }

    /// <summary>The same for <c>--json</c>. Sizes are bytes.</summary>
    public object Json => new
    {
        machine = Machine.Json(Threads, Sides),
        stopped = Stopped,
        holds = Uses.All(use => use.Holds),
        rows = Uses.Select(use => new
        {
            name = use.Row.Name,
            @case = use.Row.Case.ToString(),
            oursBytes = use.Ours,
            libtorchBytes = use.Theirs,
            filterBytes = use.Row.WeightBytes,
            allowedBytes = use.Allowed,
            holds = use.Holds,
        }),
        growthOverThousandCalls = Growth is null ? null
            : new { name = Growth.Row.Name, oursBytes = Growth.Ours, libtorchBytes = Growth.Theirs },
    };
}

/// <summary>How much larger a process is after a thousand calls of a row, forward and backward.</summary>
internal sealed record MemoryGrowth(BenchmarkRow Row, long Ours, long Theirs);
