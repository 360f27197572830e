using System.Diagnostics;
using System.Text.RegularExpressions;
using Cnn.Tests.Build;
using Cnn.Tests.Commands;

namespace Cnn.Tests.Oracle;

/// <summary>How long libtorch's threads wait awake: as GNU's OpenMP prints it, when the program loads it.</summary>
public class ShortWaitsTests
{
    private const string Case = "max n1 c1 h4 w5 k2x3";

    [LinuxFact]
    public void TheyWaitShortly() => Assert.Equal("1000", Spins(["check", Case]));

    [LinuxFact]
    public void WhatTheUserHasSetStands()
    {
        Assert.Equal("77", Spins(["check", Case], ("GOMP_SPINCOUNT", "77")));
        Assert.Equal("0", Spins(["check", Case], ("OMP_WAIT_POLICY", "passive")));
    }

    [LinuxFact]
    public void BenchTimesLibtorchAsItIs() => Assert.Equal("300000", Spins(["bench", "--probe", $"peak libtorch {Case}"]));

    private static string Spins(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = CommandLine.StartInfo(arguments);
        start.Environment.Remove("OMP_WAIT_POLICY");
        start.Environment.Remove("GOMP_SPINCOUNT");
        start.Environment["OMP_DISPLAY_ENV"] = "verbose";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output.Result + error);
        return Regex.Match(error, "GOMP_SPINCOUNT = '(.*)'").Groups[1].Value;
    }
}
