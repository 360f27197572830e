using System.CommandLine;
using Cnn.Reference.Loading;
using Spectre.Console;

namespace Cnn.Reference.Commands;

/// <summary><c>doctor</c>: whether libtorch can be used here, and if not, why not and what helps.</summary>
internal static class DoctorCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var json = Options.File("--json", "Write the report to this file as well.");
        var probe = new Option<bool>(LoadProbe.Option) { Hidden = true };
        var command = new Command("doctor", "Says whether libtorch can be used here, and if not, why not and what helps.") { json, probe };
        command.SetAction(parsed => parsed.GetValue(probe) ? LoadProbe.Try() : Run(parsed.GetValue(json)));
        return command;
    }

    private static int Run(FileInfo? json)
    {
        using var file = ReportFile.Open(json);
        var report = Doctor.Examine();
        ReportFile.Deliver(file, () => report.Print(AnsiConsole.Console), () => report.Json);
        return report.ExitCode;
    }
}
