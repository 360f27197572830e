using System.CommandLine;
using Cnn.Reference.Processes;

namespace Cnn.Reference.Commands;

/// <summary>The hidden command of a process that another one of this program has started: see <see cref="WorkerLoop"/>.</summary>
internal static class WorkerCommand
{
    public static Command Create()
    {
        var command = new Command(WorkerLoop.Verb, "Answers the requests of a process of this program.") { Hidden = true };
        command.SetAction(_ => WorkerLoop.Run());
        return command;
    }
}
