using System.Text.Json;
using static Cnn.Tests.Commands.CommandLine;

namespace Cnn.Tests.Commands;

/// <summary>The program as a user runs it: what it prints, and its exit codes.</summary>
public class CheckCommandTests
{
    private const string Small = "conv n2 c2 h4 w5 o2 k2x3 s1x2 p1x0 d1 g2 float32 seed4";

    [Fact]
    public void AGivenCaseIsCheckedAndTheVerdictIsTheLastLine()
    {
        var (code, output, error) = Run("check", Small);
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("ALL EQUAL", output.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.Contains("exact gradients", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output); // plain text, because the output is no terminal
    }

    [Fact]
    public void TheReportIsWrittenAsJson()
    {
        string file = Path.Combine(Path.GetTempPath(), $"check-{Guid.NewGuid():N}.json");
        try
        {
            Assert.Equal(0, Run("check", Small, "--json", file).Code);
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            Assert.True(json.RootElement.GetProperty("equal").GetBoolean());
            Assert.Equal(1, json.RootElement.GetProperty("problems").GetInt32());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void ListPrintsLinesThatParse()
    {
        var (code, output, _) = Run("check", "--list", "--cases", "20", "--seed", "4", "--filter", "conv");
        Assert.Equal(0, code);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 20);
        Assert.All(lines, line => Assert.Equal(line.Trim(), Cnn.Reference.Cases.CaseWords.Parse(line).ToString()));
    }

    [Theory]
    [InlineData("chek", "chek")]
    [InlineData("check --cases -1", "--cases -1")]
    [InlineData("check --cases many", "--cases many")]
    [InlineData("check --algorithm quick", "--algorithm quick")]
    [InlineData("check --bogus", "--bogus")]
    [InlineData("check --filter nothing-has-this", "nothing-has-this")]
    [InlineData("check bogus", "bogus")]
    [InlineData("check --json /no/such/folder/report.json images", "report.json")]
    [InlineData("", "check")]
    public void AWrongArgumentIsOneSentenceAndExitCode2(string arguments, string named)
    {
        var (code, output, error) = Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }
}
