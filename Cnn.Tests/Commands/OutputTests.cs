using Cnn.Tests.Build;
using static Cnn.Tests.Commands.CommandLine;

namespace Cnn.Tests.Commands;

/// <summary>Where what is printed or kept goes may be full, or gone: one sentence and an exit code.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class OutputTests : IDisposable
{
    private const string Small = "conv n2 c2 h4 w5 o2 k2x3 s1x2 p1x0 d1 g2 float32 seed4", Full = "No space left on device";

    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    public static TheoryData<string[]> Verbs =>
    [
        ["check", "--list"], ["check", Small], ["bench", "--list"], ["bench", "--why"], ["check", "--why"],
        ["train", "--layers", "flatten, fc 10", "--epochs", "1"],
        ["--help"], ["--version"], ["train", "--help"],
    ];

    [LinuxTheory]
    [MemberData(nameof(Verbs))]
    public void AFullDiskIsOneSentence(string[] arguments)
    {
        var (code, output, error) = RunInShell("> /dev/full", arguments);
        Assert.Equal((2, "", $"Standard output cannot be written: {Full}.\n"), (code, output, error));
    }

    /// <summary>Where neither output takes anything, the exit code is left.</summary>
    [LinuxFact]
    public void TheExitCodeIsLeftWhereNothingCanBeSaid()
    {
        Assert.Equal((2, "", ""), RunInShell("> /dev/full 2> /dev/full", "check", "--list"));
        Assert.Equal((2, "", ""), RunInShell("2> /dev/full", "check", "--list", "--cases", "many"));
    }

    /// <summary>Among them a list that would take days, and a run of a hundred thousand epochs.</summary>
    [LinuxTheory]
    [InlineData(141, "check", "--list", "--cases", "2147483647")]
    [InlineData(141, "train", "--layers", "flatten, fc 10", "--twin", "none", "--epochs", "100000")]
    public void APipeThatNobodyReadsEndsQuietly(int wanted, params string[] arguments)
    {
        var (code, output, error) = RunInShell("| head -1", arguments);
        Assert.Equal((wanted, ""), (code, error));
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [LinuxFact]
    public void AReportThatDoesNotFitIsOneSentenceAndThePrintedOneIsThere()
    {
        var (code, output, error) = Run("check", Small, "--json", "/dev/full");
        Assert.Equal((2, $"--json /dev/full: cannot be written: {Full}.\n"), (code, error));
        Assert.Contains("ALL EQUAL", output, StringComparison.Ordinal);

        string file = temporary["report.json"];
        (code, _, error) = RunInShell("> /dev/full", "check", Small, "--json", file);
        Assert.Equal((2, $"Standard output cannot be written: {Full}.\n"), (code, error));
        Assert.Contains("\"verdict\": \"ALL EQUAL", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [LinuxTheory]
    [InlineData("epoch-0.safetensors")]
    [InlineData("report.html")]
    public void ARunThatCannotBeKeptIsOneSentence(string name)
    {
        string run = temporary["run"], file = Path.Combine(run, name);
        Directory.CreateDirectory(run);
        // The first is written at once, to a full disk; a folder in the place of the second is met at the end.
        if (name == "report.html") Directory.CreateDirectory(file);
        else File.CreateSymbolicLink($"{file}.part", "/dev/full");
        var (code, _, error) = Run("train", "--layers", "flatten, fc 10", "--epochs", "1", "--twin", "none", "--output", run);
        Assert.Equal(2, code);
        Assert.StartsWith($"'{file}' cannot be written: ", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        Assert.Equal(name == "report.html", File.Exists(Path.Combine(run, "epoch-1.safetensors")));
    }
}
