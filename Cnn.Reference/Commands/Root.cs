using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Cnn.Reference.Benchmarks;
using Cnn.Reference.Processes;

namespace Cnn.Reference.Commands;

/// <summary>The command above all others.</summary>
internal static class Root
{
    /// <summary>
    /// Makes it. A RootCommand would have the name of the executable, which is somebody else's in a program that has the library: one
    /// that is called like a command could not be told from it; and its --version would be that program's.
    /// </summary>
    /// <param name="commands">The others.</param>
    public static Command Create(params Command[] commands)
    {
        var root = new Command("cnn", "Convolution and pooling layers in explicit C# loops, held against libtorch.")
        {
            new HelpOption(),
            new Option<bool>("--version") { Description = "Shows the version.", Action = new ShowVersion() },
        };
        foreach (var command in commands) root.Add(command);
        return root;
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(Machine.VersionOf(typeof(Root).Assembly));
            return ExitCodes.Success;
        }
    }
}
