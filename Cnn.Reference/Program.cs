using System.CommandLine;
using Cnn.Reference;
using Cnn.Reference.Commands;
using Cnn.Reference.Data;
using Cnn.Reference.Oracle;
using Cnn.Reference.Processes;
using Cnn.Reference.Training.Checkpoints;

Terminal.SetUp();
var root = new RootCommand("Convolution and pooling layers in explicit C# loops, held against libtorch.")
{
    CheckCommand.Create(), BenchCommand.Create(), TrainCommand.Create(), PredictCommand.Create(), WorkerCommand.Create(),
    DoctorCommand.Create(),
};
if (args.Length == 0) return Refuse("Say what to do, for example: check. With --help, every command and option is listed.");
var parsed = root.Parse(args);
if (parsed.CommandResult.Command == root && parsed.UnmatchedTokens.Count > 0)
{
    string commands = string.Join(", ", root.Subcommands.Where(command => !command.Hidden).Select(command => command.Name));
    return Refuse($"{parsed.UnmatchedTokens[0]}: not a command; there is {commands}.");
}
if (parsed.Errors.Count > 0) return Refuse(parsed.Errors[0].Message);
if (parsed.CommandResult.Command.Name != BenchCommand.Name) ShortWaits.Set(); // what is timed stays as it is
try
{
    using var interrupts = new Interrupts();
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interrupts.Cancel);
}
catch (Exception exception) when (exception is UsageException or DatasetException or RunFolderException or WorkerStartException)
{
    return Refuse(exception.Message);
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

static int Refuse(string sentence)
{
    Terminal.Complain(sentence);
    return ExitCodes.Refused;
}
