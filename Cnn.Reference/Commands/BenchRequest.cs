using Cnn.Layers;
using Cnn.Reference.Benchmarks;
using Cnn.Reference.Files;

namespace Cnn.Reference.Commands;

/// <summary>What a command line asks of <c>bench</c>, whatever it is to do with it.</summary>
/// <param name="Threads">How many threads each side may use.</param>
/// <param name="Filter">A text that a row must hold; null for all rows.</param>
/// <param name="File">The user's rows; null for the program's own.</param>
/// <param name="Pass">What to time.</param>
/// <param name="Algorithm">Our loops.</param>
/// <param name="Budget">Time for each row and pass.</param>
/// <param name="Json">Where the report is written as well.</param>
/// <param name="Markdown">Whether tables are Markdown.</param>
/// <param name="Draw">Random rows in place of those of a file; null for none.</param>
/// <param name="HeldTo">The instruction set that this process is held to; null for none.</param>
internal sealed record BenchRequest(
    int Threads, string? Filter, FileInfo? File, Pass Pass, Algorithm Algorithm, TimeSpan Budget, FileInfo? Json, bool Markdown,
    RandomDraw? Draw, InstructionSet? HeldTo)
{
    /// <summary>Both sides; libtorch is asked for its kernels.</summary>
    public Sides Sides() => new(Algorithm, FmaLimit.WidestBits, LibtorchKernels.Ask(), HeldTo);

    /// <summary>Ours alone, the fast loops.</summary>
    public Sides SideOfOurs(int bits) => new(Algorithm.Fast, bits, Libtorch: null, HeldTo);

    /// <summary>Whether the rows are those that the program chooses: some of them may be left out.</summary>
    public bool IsOfOwnRows => Filter is null && File is null;

    /// <summary>The rows to run: those of the user's file, random ones, or the program's own.</summary>
    /// <param name="more">Rows that the program has for this kind of run alone.</param>
    public IReadOnlyList<BenchmarkRow> Rows(IReadOnlyList<BenchmarkRow>? more = null)
    {
        var all =
            File is not null ? RowFile.Read(File)
            : Draw is not null ? RandomRows.Draw(Draw.Rows, Draw.Seed)
            : RowFile.BuiltIn().Concat(more ?? []);
        BenchmarkRow[] rows = [.. all.Where(row => Filter is null || row.ToString().Contains(Filter, StringComparison.Ordinal))];
        return rows.Length > 0 ? rows : throw new UsageException($"--filter \"{Filter}\": no row holds this text.");
    }
}
