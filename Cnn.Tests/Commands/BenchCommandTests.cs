using System.Text.Json;
using Cnn.Tests.Build;
using static Cnn.Tests.Commands.CommandLine;

namespace Cnn.Tests.Commands;

/// <summary>The verb bench as a user runs it: what it prints, and its exit codes.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public class BenchCommandTests
{
    private const string Rows = "first  conv n2 c2 h4 w5 o2 k2x3 # small\nmy-nb  tiny avg n2 c3 h4 w4 k3 s2\nother  max n2 c3 h4 w4 k2\n";

#if DEBUG
    [Fact]
    public void ABuildForDebuggingIsNotTimed()
    {
        var (code, output, error) = Run("bench");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("-c Release", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
#else
    [Fact]
    public void OwnRowsAreTimedAndReportedAsMarkdownAndAsJson() => WithFiles((rows, report) =>
    {
        var (code, output, error) = Run("bench", "--rows", rows, "--threads", "1", "--seconds", "0.01", "--markdown", "--json", report);
        Assert.Equal((0, ""), (code, error));
        Assert.DoesNotContain('\e', output);
        string[] lines = output.Split('\n');
        Assert.Contains(lines, line => line.StartsWith("forward (", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("forward + backward (", StringComparison.Ordinal));
        Assert.Equal(2, lines.Count(line => line.StartsWith("| first ", StringComparison.Ordinal)));

        using var json = JsonDocument.Parse(File.ReadAllText(report));
        var root = json.RootElement;
        Assert.Equal(1, root.GetProperty("machine").GetProperty("threads").GetInt32());
        Assert.StartsWith(".NET", root.GetProperty("machine").GetProperty("dotNet").GetString(), StringComparison.Ordinal);
        Assert.True(root.GetProperty("fmaLimit").GetProperty("gigaFlopsOneThread").GetDouble() > 0);
        Assert.All(root.GetProperty("copyLimit").EnumerateArray(), size => Assert.True(size.GetProperty("gigaBytes").GetDouble() > 0));
        Assert.Equal(6, root.GetProperty("rows").GetArrayLength());
        Assert.All(root.GetProperty("rows").EnumerateArray(), row => Assert.True(row.GetProperty("ratio").GetDouble() > 0));
        // How noisy it is here, nobody knows.
        Assert.All(root.GetProperty("rows").EnumerateArray(), row =>
        {
            string? name = row.GetProperty("name").GetString();
            bool noisy = row.GetProperty("spread").GetDouble() > 0.25 || row.GetProperty("slowdown").GetDouble() > 2;
            bool tiny = name == "my-nb";
            Assert.Equal(tiny, row.GetProperty("tiny").GetBoolean());
            Assert.Equal(noisy, row.GetProperty("noisy").GetBoolean());
            Assert.Equal(!tiny && !noisy, row.GetProperty("inMeans").GetBoolean());
            Assert.InRange(row.GetProperty("tries").GetInt32(), noisy ? 3 : 1, 3);
            Assert.Equal(
                row.GetProperty("limitSeconds").GetDouble() / row.GetProperty("oursSeconds").GetDouble(),
                row.GetProperty("partOfLimit").GetDouble(), precision: 9);
            Assert.Equal(name == "first", row.GetProperty("partOfFmaLimit").ValueKind == JsonValueKind.Number);
            if (name != "first") Assert.Equal("mem", row.GetProperty("bound").GetString()); // a pool multiplies nothing
            string pass = row.GetProperty("pass").GetString()!;
            string kind = name == "first" ? "convolutions" : "pools";
            string sentence = noisy ? "- No verdict" : tiny ? $"- Tiny rows, {pass}, in no mean: {name} " : $"- {kind}, {pass}: ";
            Assert.Contains(lines, line => line.StartsWith(sentence, StringComparison.Ordinal));
        });
    });

    [Fact]
    public void OnePassAlone() => WithFiles((rows, _) =>
    {
        var (code, output, _) = Run(
            "bench", "--rows", rows, "--filter", "first", "--threads", "1", "--seconds", "0.01", "--pass", "backward", "--algorithm",
            "literal");
        Assert.Equal(0, code);
        Assert.Contains("forward + backward (", output, StringComparison.Ordinal);
        Assert.DoesNotContain("forward (", output, StringComparison.Ordinal);
        Assert.DoesNotContain("other", output, StringComparison.Ordinal);
    });

    [Fact]
    public void AWholeNetworkIsTimedOnOneThreadAndOnAll() => WithFiles((_, report) =>
    {
        var (code, output, error) = Run("bench", "--model", "lenet5", "--seconds", "0.01", "--markdown", "--json", report);
        Assert.Equal((0, ""), (code, error));
        int[] threads = [.. ((int[])[1, Environment.ProcessorCount]).Distinct()];
        string[] lines = output.Split('\n');
        string head = Assert.Single(lines,
            line => line.StartsWith("| network |", StringComparison.Ordinal) && !line.Contains(" libtorch ", StringComparison.Ordinal));
        Assert.All(threads, count => Assert.Contains($"| inference, {count} ", head, StringComparison.Ordinal));
        Assert.All(threads, count => Assert.Contains($"| training, {count} ", head, StringComparison.Ordinal));
        Assert.Single(lines, line => line.StartsWith("| lenet5  | 28 x 28 |", StringComparison.Ordinal));
        using var json = JsonDocument.Parse(File.ReadAllText(report));
        Assert.True(json.RootElement.GetProperty("equal").GetBoolean());
        var networks = json.RootElement.GetProperty("networks").EnumerateArray().ToList();
        var told = networks.Select(
            each => (each.GetProperty("pass").GetString(), each.GetProperty("batch").GetInt32(), each.GetProperty("threads").GetInt32()));
        Assert.Equal([.. threads.Select(count => ("inference", 1, count)), .. threads.Select(count => ("training step", 4, count))], told);
        Assert.All(networks, each =>
        {
            double ratio = each.GetProperty("oursSeconds").GetDouble() / each.GetProperty("libtorchSeconds").GetDouble();
            Assert.Equal(ratio, each.GetProperty("ratio").GetDouble(), precision: 9);
            Assert.Equal(28, each.GetProperty("size").GetInt32());
        });
    });

    [Fact]
    public void ANetworkOfAnotherSizeOnOneThread()
    {
        var (code, output, error) = Run(
            "bench", "--model", "dilated", "--size", "40", "--threads", "1", "--pass", "backward", "--seconds", "0.01");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("40 x 40", output, StringComparison.Ordinal);
        Assert.Contains("training step, 1 thread", output, StringComparison.Ordinal);
        Assert.DoesNotContain("inference,", output, StringComparison.Ordinal);
    }

    [Fact]
    public void ASizeThatANetworkCannotWorkOnIsTold()
    {
        var (code, output, _) = Run("bench", "--model", "lenet5", "--size", "64", "--seconds", "0.01");
        Assert.Equal(2, code);
        Assert.Contains("lenet5 is left out: it cannot work on images of 64 x 64", output, StringComparison.Ordinal);
    }

    [Fact]
    public void EverySchedulesTimeStandsBesideItsEstimate() => WithFiles((rows, report) =>
    {
        var (code, output, error) = Run(
            "bench", "--schedules", "--rows", rows, "--bits", "128", "--threads", "1", "--seconds", "0.01", "--markdown", "--json", report);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains(" (fma, in float32 at 128 bits), or its bytes at ", output, StringComparison.Ordinal);
        Assert.Contains("What is chosen takes ", output, StringComparison.Ordinal);
        string[] lines = [.. output.Split('\n').Where(line => line.StartsWith("| first ", StringComparison.Ordinal))];
        string[] poolLines = [.. output.Split('\n').Where(line => line.StartsWith("| other ", StringComparison.Ordinal))];
        using var json = JsonDocument.Parse(File.ReadAllText(report));
        JsonElement[] all = [.. json.RootElement.GetProperty("schedules").EnumerateArray()];
        JsonElement[] timed = [.. all.Where(each => each.GetProperty("name").GetString() == "first")];
        JsonElement[] pool = [.. all.Where(each => each.GetProperty("name").GetString() == "other")];
        Assert.Equal((lines.Length, poolLines.Length), (timed.Length, pool.Length));
        Assert.Single(pool, each => each.GetProperty("chosen").GetBoolean());
        Assert.All(pool, each => Assert.Equal(
            ("forward", JsonValueKind.Null, "mem"),
            (each.GetProperty("pass").GetString(), each.GetProperty("partOfFmaLimit").ValueKind, each.GetProperty("bound").GetString())));
        foreach (string pass in (string[])["forward", "input gradient", "weight gradient"])
        {
            var same = timed.Where(each => each.GetProperty("pass").GetString() == pass).ToList();
            Assert.Single(same, each => each.GetProperty("chosen").GetBoolean());
            Assert.All(same, each => Assert.True(each.GetProperty("seconds").GetDouble() > 0));
            Assert.All(
                same, each => Assert.Equal(pass != "weight gradient", each.GetProperty("estimate").ValueKind == JsonValueKind.Number));
        }
        Assert.Contains(timed, each => each.GetProperty("schedule").GetString() == "vectorize filters");
    });

    [Fact]
    public void EachRungOfTheLadderIsTimed() => WithFiles((rows, report) =>
    {
        var (code, output, error) = Run("bench", "--ladder", "--rows", rows, "--seconds", "0.01", "--markdown", "--json", report);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("| row   | literal |", output, StringComparison.Ordinal);
        Assert.Contains("- literal to tiled: ", output, StringComparison.Ordinal);
        Assert.Contains("- tiled to fast: ", output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(report));
        var row = Assert.Single(json.RootElement.GetProperty("rows").EnumerateArray());
        Assert.Equal("first", row.GetProperty("name").GetString());
        Assert.Equal(3, row.GetProperty("seconds").GetArrayLength());
        Assert.All(row.GetProperty("seconds").EnumerateArray(), seconds => Assert.True(seconds.GetDouble() > 0));
    });

    [LinuxFact]
    public void MemoryIsMeasuredInAProcessOfItsOwn() => WithFiles((rows, report) =>
    {
        var (code, output, error) = Run("bench", "--memory", "--rows", rows, "--filter", "my-nb", "--threads", "1", "--json", report);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("1 of 1 row holds.", output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllText(report));
        Assert.True(json.RootElement.GetProperty("rows")[0].GetProperty("holds").GetBoolean());
        Assert.Equal("my-nb", json.RootElement.GetProperty("growthOverThousandCalls").GetProperty("name").GetString());
    });
#endif

    [Fact]
    public void WhyTellsTheKernelOfEachRow() => WithFiles((rows, _) =>
    {
        var (code, output, error) = Run("bench", "--why", "--rows", rows);
        Assert.Equal((0, ""), (code, error));
        string first = output.Split('\n').First(line => line.StartsWith("first ", StringComparison.Ordinal));
        Assert.Contains(" float32: fast", first, StringComparison.Ordinal);
    });

    [Fact]
    public void ListPrintsRowsThatReadBack()
    {
        var (code, output, _) = Run("bench", "--list");
        Assert.Equal(0, code);
        var rows = Cnn.Reference.Benchmarks.RowFile.Read(new StringReader(output), "list");
        Assert.Equal(Cnn.Reference.Benchmarks.RowFile.BuiltIn().Select(row => row.Name), rows.Select(row => row.Name));
    }

    [Theory]
    [InlineData("bench --threads 0", "--threads 0")]
    [InlineData("bench --seconds none", "--seconds none")]
    [InlineData("bench --seconds 0", "--seconds 0")]
    [InlineData("bench --pass sideways", "--pass sideways")]
    [InlineData("bench --algorithm quick", "--algorithm quick")]
    [InlineData("bench --list --filter nothing-has-this", "nothing-has-this")]
    [InlineData("bench --list --rows /no/such/rows.txt", "/no/such/rows.txt")]
    [InlineData("bench --list --why", "--list and --why")]
    [InlineData("bench --why --markdown", "--markdown")]
    [InlineData("bench --why --algorithm literal", "--algorithm literal")]
    [InlineData("bench --list --json report.json", "--json")]
    [InlineData("bench --memory --pass forward", "--pass")]
    [InlineData("bench --schedules --pass forward", "--pass: does not go with --schedules.")]
    [InlineData("bench --schedules --algorithm literal", "--algorithm: does not go with --schedules.")]
    [InlineData("bench --schedules --memory", "--memory: does not go with --schedules.")]
    [InlineData("bench --ladder --threads 1", "--threads: does not go with --ladder.")]
    [InlineData("bench --ladder --schedules", "does not go with --")]
    [InlineData("bench --schedules --bits 64", "--bits 64: must be 128")]
    [InlineData("bench --schedules --model lenet5", "--schedules: does not go with --model")]
    [InlineData("bench --bits 128", "--bits: goes with --schedules only.")]
    [InlineData("bench --model nothing", "--model nothing: must be lenet5, ")]
    [InlineData("bench --model lenet5 --rows rows.txt", "--rows")]
    [InlineData("bench --model lenet5 --filter a", "--filter")]
    [InlineData("bench --model lenet5 --memory", "--memory: does not go with --model")]
    [InlineData("bench --model lenet5 --size 0", "--size 0")]
    [InlineData("bench --size 32", "--size")]
    [InlineData("bench bogus", "bogus")]
    public void AWrongArgumentIsOneSentenceAndExitCode2(string arguments, string named)
    {
        var (code, output, error) = Run(arguments.Split(' '));
        Assert.Equal((2, ""), (code, output));
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public void ABadRowNamesItsFileAndLine() => WithFiles((rows, _) =>
    {
        File.AppendAllText(rows, "bad  conv n2 q3\n");
        var (code, output, error) = Run("bench", "--list", "--rows", rows);
        Assert.Equal((2, ""), (code, output));
        string sentence = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"{rows}, line 4: \"q3\"", sentence, StringComparison.Ordinal);
    });

    private static void WithFiles(Action<string, string> test)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["rows.txt"], Rows);
        test(folder["rows.txt"], folder["report.json"]);
    }
}
