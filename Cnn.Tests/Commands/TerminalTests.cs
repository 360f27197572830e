using System.Diagnostics;
using System.Text.RegularExpressions;
using Cnn.Reference.Benchmarks;
using Cnn.Tests.Build;

namespace Cnn.Tests.Commands;

/// <summary>What a person at a terminal sees.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed partial class TerminalTests
{
    private static readonly string[] Train = ["train", "--layers", "conv 3 5 stride 4, relu, flatten, fc 10", "--epochs", "1"];


    /// <summary>The bar and the lines of tables stay without colours; an empty NO_COLOR asks for nothing.</summary>
    [LinuxTheory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("1", false)]
    public void NoColorTakesAwayColoursOnly(string? noColor, bool coloured)
    {
        string output = OnTerminal(80, noColor, Train);
        Assert.Equal(coloured, Colour().IsMatch(output));
        Assert.Contains('╭', output);
        Assert.Contains('━', output); // the bar
        Assert.Matches(@"\d+ s left", output);
    }

    /// <summary>Nothing that is printed for good is wider than the terminal, which would break it anywhere.</summary>
    [LinuxTheory]
    [InlineData(60)]
    [InlineData(80)]
    public void NothingIsWiderThanTheTerminal(int width)
    {
        string output = OnTerminal(width, "1", Train);
        string[] lines = [.. Escape().Replace(output, "").Split('\n').Select(
            line => line.Split('\r', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "")];
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.Contains(lines, line => line.StartsWith("Test images: ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(" images/s", StringComparison.Ordinal));
    }

    /// <summary>So does what runs in a process of its own, on the same terminal.</summary>
    [LinuxFact]
    public void AHeldProcessKnowsTheTerminal()
    {
        if (InstructionSet.Here.Count == 0) return; // another kind of processor
        const int width = 50;
        string output = OnTerminal(width, "1", ["bench", "--isa", "sse41", "--why", "--filter", "stem-n1"]);
        string[] lines = [.. Escape().Replace(output, "").Split('\n').Select(line => line.TrimEnd('\r'))];
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.Contains(lines, line => line.Length > width - 15); // and not narrower either
        Assert.Contains(lines, line => line.EndsWith(" fast, 128 bits", StringComparison.Ordinal));
    }

    [LinuxFact]
    public void ADumbTerminalGetsPlainText() => Assert.DoesNotMatch("[╭━\e]", OnTerminal(80, null, Train, terminal: "dumb"));

    private static string OnTerminal(int width, string? noColor, string[] arguments, string terminal = "xterm-256color")
    {
        string command = string.Join(' ', arguments.Select(argument => $"'{argument}'"));
        var start = new ProcessStartInfo("script",
            ["-qec", $"stty cols {width} rows 50; dotnet '{typeof(Cnn.Reference.Cases.Case).Assembly.Location}' {command}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        (start.Environment["TERM"], start.Environment["OMP_WAIT_POLICY"]) = (terminal, "passive");
        start.Environment.Remove("NO_COLOR");
        if (noColor is not null) start.Environment["NO_COLOR"] = noColor;
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    [GeneratedRegex(@"\e\[[0-9;]*m(?<!\e\[0?m)")]
    private static partial Regex Colour();

    [GeneratedRegex(@"\e\[[?0-9;]*[A-Za-z]|\e[=>]")]
    private static partial Regex Escape();
}
