using System.CommandLine;
using Cnn.Reference.Files;
using Cnn.Reference.Training.Checkpoints;

namespace Cnn.Reference.Commands;

/// <summary><c>--run</c>: a trained network.</summary>
internal static class RunOption
{
    /// <summary>Makes the option.</summary>
    /// <param name="description">What it is for.</param>
    public static Option<string?> Create(string description) => Options.Path("--run", description, "folder|file");

    /// <summary>Reads the network; of a run its last checkpoint.</summary>
    /// <param name="run">The folder or the file.</param>
    /// <exception cref="UsageException">The last checkpoint is damaged; the sentence names the one before.</exception>
    /// <exception cref="RunFolderException">There is none that can be read.</exception>
    public static Checkpoint Load(string run)
    {
        try
        {
            return RunFolder.Load(run);
        }
        catch (RunFolderException exception) when (exception.WholeEpoch is { } whole)
        {
            throw new UsageException($"{exception.Message} The one before is whole: --run '{RunFolder.FileOf(run, whole)}'.");
        }
    }
}
