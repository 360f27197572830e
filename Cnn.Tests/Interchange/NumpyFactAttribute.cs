using System.ComponentModel;
using System.Diagnostics;
using Xunit.Sdk;

namespace Cnn.Tests.Interchange;

/// <summary>A test that asks NumPy itself, where it is installed; elsewhere it says why it is skipped.</summary>
[TraitDiscoverer(NeedsDiscoverer.Name, NeedsDiscoverer.Assembly)]
public sealed class NumpyFactAttribute : FactAttribute, INeeding
{
    /// <inheritdoc/>
    public string Needs => Traits.NumPy;

    public NumpyFactAttribute()
    {
        if (Python.WithNumpy is null) Skip = "no python3 here has NumPy (on Debian and Ubuntu: python3-numpy)";
    }
}

/// <summary>The same with data.</summary>
[TraitDiscoverer(NeedsDiscoverer.Name, NeedsDiscoverer.Assembly)]
public sealed class NumpyTheoryAttribute : TheoryAttribute, INeeding
{
    /// <inheritdoc/>
    public string Needs => Traits.NumPy;

    public NumpyTheoryAttribute() => Skip = new NumpyFactAttribute().Skip;
}

/// <summary>Python, as a user would ask it.</summary>
internal static class Python
{
    private static readonly string[] Programs = ["python3", "/usr/bin/python3"];

    /// <summary>A Python that has NumPy: the first of the user's, or else the system's.</summary>
    public static string? WithNumpy { get; } = Programs.FirstOrDefault(HasNumpy);

    /// <summary>Runs a script.</summary>
    public static (int Code, string Output) Run(string script, params string[] arguments) => Run(WithNumpy!, script, arguments);

    private static bool HasNumpy(string program)
    {
        try
        {
            return Run(program, "import numpy", []).Code == 0;
        }
        catch (Win32Exception)
        {
            return false; // there is no such program
        }
    }

    private static (int Code, string Output) Run(string program, string script, string[] arguments)
    {
        var start = new ProcessStartInfo(program, ["-c", script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
