using System.CommandLine;
using Cnn.Reference.Commands;
using Cnn.Reference.Data;
using Cnn.Reference.Files;
using Cnn.Reference.Loading;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Cnn.Reference.Training.Checkpoints;

namespace Cnn.Reference;

/// <summary>The program's commands, for whoever has the library: <c>return await Cnn.Reference.CommandLine.Run(args);</c>.</summary>
public static class CommandLine
{
    // After Ctrl-C, for the step that is under way.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Runs what the arguments say, as the program does: <c>check</c>, <c>bench</c>, <c>train</c>, <c>predict</c>, <c>doctor</c>;
    /// <c>--help</c> lists them all. It takes the console, and the first Ctrl-C, for itself.
    /// </summary>
    /// <param name="args">The command's name, and its options.</param>
    /// <returns>
    /// The exit code: 0 all is as it should be, 1 something was not equal, 2 what was asked for cannot be done (one sentence on
    /// standard error says why), 3 equal where compared but not all could be, 130 stopped by Ctrl-C, 141 nobody reads the output.
    /// </returns>
    public static async Task<int> Run(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        Terminal.SetUp();
        var root = Root.Create(
            CheckCommand.Create(), BenchCommand.Create(), TrainCommand.Create(), PredictCommand.Create(),
            DoctorCommand.Create(), MuseumCommand.Create(), ExplainCommand.Create(), ExercisesCommand.Create(), DiagnoseCommand.Create(),
            WorkerCommand.Create());
        // Nothing but a command line is read for arguments: a name may begin with @.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (args.Length == 0) return Refuse(WrongArguments.NoCommand);
        if (WrongArguments.Of(root, parsed) is { } wrong) return Refuse(wrong);
        Help.Fit(root, Terminal.Width);
        if (parsed.CommandResult.Command.Name != BenchCommand.Name) ShortWaits.Set(); // what is timed stays as it is
        try
        {
            // What trains keeps its run; a comparison or a figure that takes long is not worth waiting for.
            bool isHeld = HeldProgram.IsHeld(parsed);
            var heldTo = isHeld ? null : HeldProgram.Of(parsed); // a child of this process, which has the patience
            bool waits = parsed.CommandResult.Command.Name == TrainCommand.Name || heldTo is not null;
            using var interrupts = new Interrupts(waits ? Timeout.InfiniteTimeSpan : Patience, ofParent: isHeld);
            if (heldTo is not null) return HeldProgram.Run(heldTo, args, interrupts.Cancel);
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, interrupts.Cancel);
        }
        catch (Exception exception) when (exception is UsageException or DatasetException or RunFolderException or WorkerStartException)
        {
            return Refuse(exception.Message);
        }
        catch (Exception exception) when (LoadFailure.Is(exception))
        {
            return Refuse(LoadFailure.Sentence);
        }
        catch (Exception exception) when (Memory.IsLack(exception))
        {
            return Refuse("There is not enough memory for this: smaller batches, or a smaller network, need less.");
        }
        catch (OutputException exception)
        {
            return exception.Reason is { } reason ? Refuse($"Standard output cannot be written: {reason}.") : ExitCodes.NobodyReads;
        }
        catch (OperationCanceledException)
        {
            Terminal.Complain("STOPPED while the images were read.");
            return ExitCodes.Stopped;
        }
    }

    private static int Refuse(string sentence)
    {
        Terminal.Complain(sentence);
        return ExitCodes.Refused;
    }
}
