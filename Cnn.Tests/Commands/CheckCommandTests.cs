using System.Text.Json;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Oracle;
using Cnn.Tests.Build;
using static Cnn.Tests.Commands.CommandLine;

namespace Cnn.Tests.Commands;

/// <summary>The program as a user runs it: what it prints, and its exit codes.</summary>
[Trait(Traits.Speed, Traits.Slow)]
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

    /// <summary>The system would end the process, or another one, long after the run has begun.</summary>
    [Theory]
    [InlineData("conv n1 c1 h3 w3 o1 k1 s1 p20000 float32 nobias", "the output has 1,600,240,009 elements")]
    [InlineData("conv n1 c1 h1 w1 o1 k1 p1000000 float32", "the output has 4,000,004,000,001 elements")]
    [InlineData("conv n1 c1 h1 w1 o1 k1 s1000000 p1000000 replicate", "the padded input has")]
    [InlineData("conv n16 c512 h128 w128 o4 k13 p6", "take about")]
    public void WhatNoMemoryHoldsIsRefusedBeforeItBegins(string line, string named)
    {
        var (code, output, error) = Run("check", Small, line);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(named, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void OneLevelOnAnyNumberOfThreadsIsCheckedAlone()
    {
        foreach (var (level, row) in ((string, string)[])[("exact", "exact forward"), ("same-bits", "fast = literal"),
            ("images", "images forward")])
        {
            var (code, output, error) = Run(
                ["check", "--level", level, "--threads", "2", .. level == "images" ? Array.Empty<string>() : [Small]]);
            Assert.Equal((0, ""), (code, error));
            Assert.Contains(row, output, StringComparison.Ordinal);
            Assert.DoesNotContain("real gradients", output, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// oneDNN writes out of bounds backward by the weights of a 1x1 convolution with a stride and few channels, in
    /// channels_last, with its kernels for AVX2 (uxlfoundation/oneDNN#6035).
    /// </summary>
    [WideOneDnnFact]
    public void TenDeathsOfLibtorchLeaveTheOther190Problems()
    {
        string[] deadly =
        [
            "conv n32 c4 h32 w32 o8 k1 s2 float32 channels_last", "conv n16 c4 h32 w40 o8 k1 s2 float32 channels_last",
            "conv n32 c2 h32 w32 o8 k1 s2 float32 channels_last", "conv n32 c6 h32 w32 o8 k1 s2 float32 channels_last",
            "conv n64 c4 h32 w32 o24 k1 s2 float32 channels_last", "conv n32 c4 h64 w32 o8 k1 s2x1 float32 channels_last",
            "conv n32 c3 h64 w64 o8 k1 s2 float32 channels_last", "conv n32 c1 h64 w64 o8 k1 s2 float32 channels_last",
            "conv n32 c5 h64 w64 o32 k1 s2 float32 channels_last", "conv n8 c4 h64 w64 o8 k1 s2 float32 channels_last",
        ];
        var harmless = CaseGenerator.Cases(seed: 5).Where(@case => KnownFaults.ReasonToSkip(@case) is null)
            .Take(190).Select(@case => @case.ToString()).ToList();
        string file = Path.Combine(Path.GetTempPath(), $"lines-{Guid.NewGuid():N}.txt"), report = file + ".json";
        try
        {
            File.WriteAllLines(file, harmless.Chunk(19).Zip(deadly).SelectMany(pair => pair.First.Append(pair.Second)).Append("# the end"));
            var (code, output, _) = RunWith("ONEDNN_MAX_CPU_ISA", "AVX2", "check", "--level", "exact", "--file", file, "--json", report);
            Assert.Equal(3, code);
            Assert.Matches(
                "^EQUAL WHERE COMPARED: [0-9]+ of them ended their process, .*[(]200 problems,", output.TrimEnd().Split('\n')[^1]);
            Assert.Contains("    ONEDNN_MAX_CPU_ISA=AVX2 dotnet run", output, StringComparison.Ordinal);
            using var json = JsonDocument.Parse(File.ReadAllText(report));
            Assert.Empty(json.RootElement.GetProperty("failures").EnumerateArray());
            var notCompared = json.RootElement.GetProperty("notCompared").EnumerateArray().ToList();
            // What is written out of bounds mostly ends the process, now and then somebody else's, and may do no harm at all.
            var died = notCompared.Where(each => each.GetProperty("reason").GetString()!.StartsWith("libtorch died (signal ",
                StringComparison.Ordinal)).ToList();
            Assert.InRange(died.Count, deadly.Length / 2, deadly.Length);
            var lines = deadly.Select(line => CaseWords.Parse(line)).ToHashSet();
            Assert.All(died, each => Assert.Contains(CaseWords.Parse(each.GetProperty("case").GetString()!), lines));
            Assert.All(notCompared.Except(died),
                each => Assert.Contains("a fresh one did not", each.GetProperty("reason").GetString(), StringComparison.Ordinal));
            // Forward, all of them are compared.
            Assert.Equal(200, json.RootElement.GetProperty("levels").EnumerateArray().First().GetProperty("problems").GetInt32());
        }
        finally
        {
            File.Delete(file);
            File.Delete(report);
        }
    }

    /// <summary>Every kernel of a line with its schedules; nothing is run, nothing is left out.</summary>
    [Fact]
    public void WhyTellsTheKernelOfEachProblem()
    {
        string[] lines =
        [
            "conv n2 c8 h14 w14 o16 k3 p1 float32", "conv n1 c2 h4 w5 o2 k1 float64", "max n1 c2 h6 w6 k2 int8",
            "max n1 c2 h6 w6 k2 bfloat16", "adaptive n1 c2 h6 w6 out2 float64",
        ];
        var (code, output, error) = Run(["check", "--why", .. lines, "images"]);
        Assert.Equal((0, ""), (code, error));
        string[] printed = output.Split('\n');
        foreach (string line in lines) Assert.Contains(printed, each => each.StartsWith(line + ": ", StringComparison.Ordinal));
        Assert.Contains(lines[2] + ": literal", output, StringComparison.Ordinal);
        Assert.Equal(4, printed.Count(each => each.StartsWith("images: ", StringComparison.Ordinal)));
        Assert.Contains("    forward: vectorize", output, StringComparison.Ordinal);
        Assert.Contains("    weight gradient: ", output, StringComparison.Ordinal);
    }

    /// <summary>The whole corpus has a kernel.</summary>
    [Fact]
    public void WhyTakesEveryProblemOfTheCorpus()
    {
        var (code, output, error) = Run("check", "--why", "--cases", "50");
        Assert.Equal((0, ""), (code, error));
        int problems = output.Split('\n').Count(line => line.Length > 0 && line[0] != ' ');
        Assert.Equal(Corpus.All().Count() + 50 + ImagesCheck.Cases.Count, problems);
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
    [InlineData("bench --memory --pass bogus", "--pass bogus")]
    [InlineData("bench --why --algorithm bogus", "--algorithm bogus")]
    [InlineData("check --level bogus", "--level bogus")]
    [InlineData("check --level same-bits --algorithm fast", "--algorithm")]
    [InlineData("check --threads 0", "--threads 0")]
    [InlineData("check --why --list", "--list and --why: one at a time.")]
    [InlineData("check --why --json report.json", "--json: --why has no report.")]
    [InlineData("check --why --algorithm literal", "--algorithm literal: asks no other kernel")]
    [InlineData("check --why --model lenet5", "--why: does not go with --model")]
    [InlineData("check --timeout 0", "--timeout 0")]
    [InlineData("check --cases 0 --filter seed --level images", "--level images")]
    [InlineData("check --file /no/such/file.txt", "file.txt")]
    [InlineData("check --file /no/such/file.txt images", "--file")]
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
