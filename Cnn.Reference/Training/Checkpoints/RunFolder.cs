using System.Globalization;
using System.Text.RegularExpressions;
using Cnn.Reference.Files;

namespace Cnn.Reference.Training.Checkpoints;

/// <summary>A run's folder is not as it should be: the sentence names the file and what is wrong with it.</summary>
/// <param name="sentence">The sentence.</param>
/// <param name="wholeEpoch">The epoch of another checkpoint, which is whole; null for none.</param>
internal sealed class RunFolderException(string sentence, int? wholeEpoch = null) : Exception(sentence)
{
    /// <summary>The epoch of another checkpoint, which is whole; null for none.</summary>
    public int? WholeEpoch => wholeEpoch;
}

/// <summary>The folder of a run: its last two checkpoints, one a file, and its report.</summary>
internal sealed partial class RunFolder : IDisposable
{
    private const int Kept = 2; // the last, and the one before should the last be damaged
    private const string LockName = ".lock";
    private const int WouldBlock = 11, SharingViolation = unchecked((int)0x80070020); // how Linux and Windows say that another has it

    private readonly FileStream held;

    private RunFolder(string name, FileStream held) => (Name, this.held) = (name, held);

    /// <summary>The folder, as the user named it.</summary>
    public string Name { get; }

    /// <summary>Where the report is.</summary>
    public string Report => Path.Combine(Name, "report.html");

    /// <summary>Refuses a folder that a new run cannot have; nothing is written.</summary>
    /// <exception cref="RunFolderException">It holds a run, or is none.</exception>
    public static void RequireFree(string name)
    {
        if (File.Exists(name)) throw new RunFolderException($"'{name}' is a file, not a folder.");
        if (Directory.Exists(name) && EpochsIn(name) is [.., var last])
            throw new RunFolderException(
                $"'{name}' holds a run already, up to epoch {last}: --resume goes on with it; or name another folder.");
    }

    /// <summary>Makes a folder ready for a new run.</summary>
    /// <exception cref="RunFolderException">It holds a run, another process works in it, or it cannot be written to.</exception>
    public static RunFolder Create(string name)
    {
        RequireFree(name);
        return Hold(name, create: true);
    }

    /// <summary>Opens the folder of a run, to go on with it.</summary>
    /// <exception cref="RunFolderException">There is no run in it, another process works in it, or it cannot be written to.</exception>
    public static RunFolder Open(string name)
    {
        RequireRun(name);
        return Hold(name, create: false);
    }

    /// <summary>A checkpoint of a run.</summary>
    /// <param name="name">A run's folder, or a checkpoint's file.</param>
    /// <param name="epoch">After which epoch; the last unless given.</param>
    /// <exception cref="RunFolderException">There is none, or it is damaged; the exception knows another that is whole.</exception>
    public static Checkpoint Load(string name, int? epoch = null)
    {
        if (File.Exists(name)) return Read(name);
        RequireRun(name);
        var epochs = EpochsIn(name);
        int wanted = epoch ?? epochs[^1];
        if (!epochs.Contains(wanted))
            throw new RunFolderException(
                $"'{name}' has no checkpoint after epoch {wanted}; it has one after epoch {string.Join(" and ", epochs)}.");
        var others = epochs.Where(other => other != wanted && IsWhole(FileOf(name, other), other));
        return Read(FileOf(name, wanted), wanted, () => others.Cast<int?>().LastOrDefault());
    }

    /// <summary>Keeps a checkpoint and the one before it, and lets go of older ones.</summary>
    /// <exception cref="RunFolderException">It cannot be written.</exception>
    public void Save(Checkpoint checkpoint)
    {
        int epoch = checkpoint.Run.Epochs.Count;
        Try(FileOf(Name, epoch), () => checkpoint.Write(FileOf(Name, epoch)));
        // Later ones are of a run that was gone back on.
        foreach (int other in EpochsIn(Name))
            if (other > epoch || other <= epoch - Kept) LetGo(FileOf(Name, other));
        Try(Name, () =>
        {
            foreach (string part in Directory.EnumerateFiles(Name, $"*{AtomicFile.PartSuffix}")) LetGo(part);
        });

        static void LetGo(string file)
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception exception) when (FileFault.IsRefusal(exception))
            {
                // Somebody reads it; it will go with the next.
            }
        }
    }

    /// <summary>Writes the report, whole or not at all.</summary>
    /// <exception cref="RunFolderException">It cannot be written.</exception>
    public void WriteReport(Action<Stream> write) => Try(Report, () => AtomicFile.Write(Report, write));

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();

    /// <summary>The file of a checkpoint.</summary>
    internal static string FileOf(string path, int epoch) =>
        Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"epoch-{epoch}.safetensors"));

    private static void RequireRun(string name)
    {
        if (!Directory.Exists(name))
            throw new RunFolderException($"'{name}' {(File.Exists(name) ? "is a file, not a folder" : "does not exist")}.");
        if (EpochsIn(name).Count == 0) throw new RunFolderException($"'{name}' holds no checkpoint (epoch-N.safetensors).");
    }

    // One process at a time, where the file system has locks. The operating system lets go of it when the process dies; the file stays.
    private static RunFolder Hold(string name, bool create)
    {
        FileStream? held = null;
        Try(name, () =>
        {
            if (create) Directory.CreateDirectory(name);
            try
            {
                held = new(Path.Combine(name, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (exception.HResult is WouldBlock or SharingViolation)
            {
                throw new RunFolderException($"'{name}' is in use: another process trains in it.");
            }
        });
        return new(name, held!);
    }

    private static Checkpoint Read(string file, int? epoch = null, Func<int?>? whole = null)
    {
        Checkpoint? checkpoint = null;
        try
        {
            Try(file, () => checkpoint = Checkpoint.Read(file), "read");
            if (epoch is null || checkpoint!.Run.Epochs.Count == epoch) return checkpoint!;
            checkpoint.Dispose();
            throw Safetensors.NotOurs($"it is that after epoch {checkpoint.Run.Epochs.Count}");
        }
        catch (InvalidDataException exception)
        {
            throw new RunFolderException($"'{file}' is {exception.Message.TrimEnd('.')}.", whole?.Invoke());
        }
    }

    private static bool IsWhole(string file, int epoch)
    {
        try
        {
            Read(file, epoch).Dispose();
            return true;
        }
        catch (RunFolderException)
        {
            return false;
        }
    }

    private static void Try(string path, Action action, string what = "written")
    {
        try
        {
            action();
        }
        catch (Exception exception) when (FileFault.IsRefusal(exception))
        {
            throw new RunFolderException($"'{path}' cannot be {what}: {FileFault.Reason(path, exception, writes: what == "written")}.");
        }
    }

    private static List<int> EpochsIn(string name)
    {
        List<int> epochs = [];
        Try(name, () => epochs.AddRange(Directory.EnumerateFiles(name)
            .Select(file => FileName().Match(Path.GetFileName(file)))
            .Where(match => match.Success)
            .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            .Order()), "read");
        return epochs;
    }

    [GeneratedRegex(@"^epoch-(0|[1-9][0-9]{0,8})\.safetensors$")]
    private static partial Regex FileName();
}
