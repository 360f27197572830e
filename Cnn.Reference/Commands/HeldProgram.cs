using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Diagnostics;
using Cnn.Reference.Benchmarks;
using Cnn.Reference.Files;
using Cnn.Reference.Processes;

namespace Cnn.Reference.Commands;

/// <summary>
/// <c>--isa</c>: the same command line in a child process that is held to an instruction set, because what holds it is read as a process
/// starts. The console is the child's; it is stopped by a line on its standard input, and ends with its parent.
/// </summary>
internal static class HeldProgram
{
    private const string Isa = "--isa", Held = "--held";

    /// <summary>Adds the option, and the hidden one of the child.</summary>
    public static void AddTo(Command command)
    {
        string[] names = [.. InstructionSet.Here.Select(set => set.Name)];
        string rule = names.Length > 0 ? Options.RuleOf(names) : "must be an instruction set that this processor has: none is known here";
        command.Add(new RuledOption<InstructionSet?>(Isa, rule, Read)
        {
            Description = "Holds both sides to an instruction set, in a process of its own; the widest unless given.",
            HelpName = names.Length > 0 ? string.Join('|', names) : "name",
        });
        command.Add(new Option<bool>(Held) { Hidden = true });

        static bool Read(string text, out InstructionSet? set)
        {
            set = InstructionSet.Here.FirstOrDefault(each => each.Name == text);
            return set is not null;
        }
    }

    /// <summary>What a command line asks both sides to be held to; null for nothing.</summary>
    public static InstructionSet? Of(ParseResult parsed) =>
        (parsed.GetResult(Isa) as OptionResult)?.GetValueOrDefault<InstructionSet?>();

    /// <summary>Whether this process is the child.</summary>
    public static bool IsHeld(ParseResult parsed) => parsed.GetResult(Held) is OptionResult { Implicit: false };

    /// <summary>Runs it to its end, and gives its exit code.</summary>
    /// <param name="set">What it is held to.</param>
    /// <param name="args">The command line of this process.</param>
    /// <param name="cancel">Stops it, as Ctrl-C would.</param>
    public static int Run(InstructionSet set, string[] args, CancellationToken cancel)
    {
        var start = OwnProgram.Start([.. args, Held]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (false, false);
        foreach (var (name, value) in set.Variables) start.Environment[name] = value;
        using var process = Start(start);
        using var stop = cancel.Register(() => Stop(process));
        process.WaitForExit();
        return process.ExitCode;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new UsageException($"{Isa}: a process of its own cannot be started: {exception.Message}.");
        }
    }

    private static void Stop(Process process)
    {
        try
        {
            process.StandardInput.WriteLine();
        }
        catch (IOException)
        {
            // It has ended already.
        }
    }
}
