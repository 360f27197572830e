using Cnn.Reference.Cases;
using Cnn.Reference.KernelChecking;
using Cnn.Reference.Oracle;
using Cnn.Reference.Processes;

namespace Cnn.Reference.Commands;

/// <summary><c>check --kernel</c>: a kernel of the user's own, always in a process of its own.</summary>
internal static class KernelCommand
{
    /// <summary>Checks it.</summary>
    /// <param name="name">Where the kernel is.</param>
    /// <param name="options">What it claims.</param>
    /// <param name="lines">Only these problems; none for the corpus and random ones.</param>
    /// <param name="json">Where the report is written as well; null for nowhere.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The exit code.</returns>
    public static int Run(KernelName name, KernelCheckOptions options, string[] lines, FileInfo? json, CancellationToken cancel)
    {
        HiddenCaches.HoldOneDnn();
        var kernel = Load(name, options);
        var cases = new KernelCases(kernel, options, lines.Length == 0 ? null : Given(kernel, lines));
        using var file = ReportFile.Open(json);
        using var runner = new WorkerTrialRunner(name, options.Timeout, () => new WorkerProcess());
        var session = new KernelSession(kernel, options, runner);
        ProgressBar.Run("check", cases.Cases, cancel, session.Put);
        var report = session.Finish(cases, stopped: cancel.IsCancellationRequested);
        ReportFile.Deliver(file, () => Print(report), () => KernelReportText.Json(report.Findings));
        return ExitCodeOf(report.Findings);
    }

    private static Kernel Load(KernelName name, KernelCheckOptions options)
    {
        try
        {
            var kernel = name.Load();
            OptionRules.Check(kernel, options);
            return kernel;
        }
        catch (Exception exception) when (exception is KernelNameException or ArgumentException)
        {
            throw new UsageException(exception.Message.Split(" (Parameter")[0]);
        }
    }

    private static Case[] Given(Kernel kernel, string[] lines)
    {
        Case[] cases = [.. lines.Select(CaseWords.Parse)];
        foreach (var @case in cases)
            if (@case.Kind != kernel.Kind.Layer()) throw new UsageException($"\"{@case}\": is no problem for {kernel.Kind}.");
        return cases;
    }

    private static void Print(KernelReport report)
    {
        Console.Out.WriteLine(report.ToString());
        if (report.Smallest is { XunitTest.Length: > 0 } smallest) Console.Out.WriteLine($"\nAs a test:\n\n{smallest.XunitTest.TrimEnd()}");
    }

    private static int ExitCodeOf(KernelFindings findings) =>
        findings.Failed > 0 ? ExitCodes.Mismatch
        : findings.Stopped ? ExitCodes.Stopped
        : !findings.Passed ? ExitCodes.Mismatch
        : findings.NotCompared > 0 ? ExitCodes.NotAllCompared
        : ExitCodes.Success;
}
