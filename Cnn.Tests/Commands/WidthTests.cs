using Cnn.Tests.Build;
using Cnn.Tests.KernelChecking;
using Cnn.Tests.Printing;

namespace Cnn.Tests.Commands;

/// <summary>Where a terminal has 80 columns, and where there is none, nothing that is printed is wider.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class WidthTests : IDisposable
{
    private const string Small = "conv n2 c2 h4 w5 o2 k2x3 s1x2 p1x0 d1 g2 float32 seed4";
    private const string Rows = "first  conv n2 c2 h4 w5 o2 k2x3\nsmall  tiny avg n2 c3 h4 w4 k3 s2\nother  max n2 c3 h4 w4 k2\n";

    private static readonly string[] Train = ["train", "--layers", "conv 3 5 stride 4, relu, flatten, fc 10", "--epochs", "1"];

    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Theory]
    [InlineData("--help")]
    [InlineData("check --help")]
    [InlineData("bench --help")]
    [InlineData("train --help")]
    [InlineData("predict --help")]
    [InlineData("doctor --help")]
    [InlineData("museum --help")]
    [InlineData("exercises --help")]
    [InlineData("exercises new --help")]
    [InlineData("exercises numpy --help")]
    [InlineData("diagnose --help")]
    [InlineData("museum")]
    [InlineData("museum size-rounded-up")]
    [InlineData("museum gradient-overwritten --language es")]
    [InlineData("check --threads many")]
    [InlineData("check --model none")]
    [InlineData("check --kernel x.dll --method A.B --without none")]
    [InlineData("bench --why")]
    [InlineData("check --why --cases 20")]
    public void HelpAndSentences(string arguments) => Columns.AssertFit(Printed(arguments.Split(' ')));

    [Fact]
    public void ReportsOfCheck()
    {
        Columns.AssertFit(Printed("check", Small, "max n2 c3 h6 w6 k2 int8", "conv n2 c3 h5 w6 o4 k3 bfloat16", "images"));
        Columns.AssertFit(Printed("check", "--model", "lenet5"));
        string[] report = Printed(
            "check", "--kernel", typeof(WrongKernels).Assembly.Location, "--method",
            $"{typeof(WrongKernels).FullName}.IgnoresDilation", "--cases", "30").Split("\nAs a test:\n");
        Assert.Equal(2, report.Length);
        Columns.AssertFit(report[0]); // behind it stands code, to be copied
    }

#if !DEBUG
    [Fact]
    public void ReportsOfBench()
    {
        File.WriteAllText(temporary["rows.txt"], Rows);
        string[] quick = ["bench", "--threads", "1", "--seconds", "0.01"];
        Columns.AssertFit(Printed([.. quick, "--rows", temporary["rows.txt"]]));
        Columns.AssertFit(Printed([.. quick, "--schedules", "--rows", temporary["rows.txt"]]));
        Columns.AssertFit(Printed([.. quick, "--model", "lenet5"]));
        if (OperatingSystem.IsLinux())
            Columns.AssertFit(Printed("bench", "--memory", "--threads", "1", "--rows", temporary["rows.txt"], "--filter", "small"));
    }
#endif

    [Fact]
    public void ReportsOfTheOthers()
    {
        string run = temporary["run"], picture = temporary["one.png"];
        File.WriteAllBytes(picture, Data.ImageSamples.GreyPng(2, 1, 2, 3, 4));
        Columns.AssertFit(Printed([.. Train, "--output", run]));
        Columns.AssertFit(Printed("predict", "--run", run, picture));
        Columns.AssertFit(Printed("doctor"), line => line.StartsWith("Native files in /", StringComparison.Ordinal));
    }

    /// <summary>Cases and rows are one a line, whatever the width, for a program to read.</summary>
    [Theory]
    [InlineData("check")]
    [InlineData("bench")]
    public void AListIsNotFolded(string verb) =>
        Assert.Equal(CommandLine.Run(verb, "--list").Output, CommandLine.RunWith("COLUMNS", "", verb, "--list").Output);

    /// <summary>A pipe has as many columns as COLUMNS says.</summary>
    [Fact]
    public void ColumnsAreWhatTheUserSays()
    {
        Assert.Contains(" worst ulp ", CommandLine.RunWith("COLUMNS", "130", "check", Small).Output, StringComparison.Ordinal);
        Assert.Contains("Left out, for want of room: ", Printed("check", Small), StringComparison.Ordinal);
        string[] kernel = ["--kernel", typeof(RightKernels).Assembly.Location, "--method", $"{typeof(RightKernels).FullName}.Average"];
        var (_, report, _) = CommandLine.RunWith("COLUMNS", "130", ["check", .. kernel, "--cases", "5", "--without", "dilation"]);
        Assert.InRange(report.Split('\n').Max(line => line.Length), 81, 130);
    }

    private static string Printed(params string[] arguments)
    {
        var (_, output, error) = CommandLine.RunWith("COLUMNS", "", arguments);
        return output + error;
    }
}
