using System.Globalization;
using System.Text.RegularExpressions;
using Cnn.Reference.Data;

namespace Cnn.Reference.Training.Checkpoints;

/// <summary>A run's folder is not as it should be: the sentence names the file and what is wrong with it.</summary>
internal sealed class RunFolderException(string sentence) : Exception(sentence);

/// <summary>The folder of a run: its last two checkpoints, one a file, and its report.</summary>
internal sealed partial class RunFolder : IDisposable
{
    private const int Kept = 2; // the last, and the one before should the last be damaged
    private const string LockName = ".lock";

    private readonly FileStream held;

    private RunFolder(string name, FileStream held) => (Name, this.held) = (name, held);

    /// <summary>The folder, as the user named it.</summary>
    public string Name { get; }

    /// <summary>Where the report is.</summary>
    public string Report => Path.Combine(Name, "report.html");

    /// <summary>Makes a folder ready for a new run.</summary>
    /// <exception cref="RunFolderException">It holds a run, another process works in it, or it cannot be written to.</exception>
    public static RunFolder Create(string path)
    {
        var folder = Hold(path, create: true);
        if (EpochsIn(path) is not [.., var last]) return folder;
        folder.Dispose();
        throw new RunFolderException($"'{path}' holds a run already, up to epoch {last}: --resume goes on with it; or name another folder.");
    }

    /// <summary>Opens the folder of a run, to go on with it.</summary>
    /// <exception cref="RunFolderException">There is no run in it, another process works in it, or it cannot be written to.</exception>
    public static RunFolder Open(string path)
    {
        RequireRun(path);
        return Hold(path, create: false);
    }

    /// <summary>A checkpoint of a run.</summary>
    /// <param name="path">A run's folder, or a checkpoint's file.</param>
    /// <param name="epoch">After which epoch; the last unless given.</param>
    /// <exception cref="RunFolderException">There is none, or it is damaged; the sentence offers another that is whole.</exception>
    public static Checkpoint Load(string path, int? epoch = null)
    {
        if (File.Exists(path)) return Read(path, offer: null);
        RequireRun(path);
        var epochs = EpochsIn(path);
        int wanted = epoch ?? epochs[^1];
        if (!epochs.Contains(wanted)) throw new RunFolderException($"'{path}' has no checkpoint after epoch {wanted}; it has one after epoch {string.Join(" and ", epochs)}.");
        return Read(FileOf(path, wanted), offer: () =>
        {
            var whole = epochs.Where(other => other != wanted).Reverse().Where(IsWhole).ToList();
            return whole.Count > 0 ? $" '{FileOf(path, whole[0])}' is whole: train --resume {whole[0]} goes on from there." : " No other is whole.";
        });

        bool IsWhole(int other)
        {
            try
            {
                using var checkpoint = Checkpoint.Read(FileOf(path, other));
                return true;
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    /// <summary>Keeps a checkpoint and the one before it, and lets go of older ones.</summary>
    /// <returns>Its file.</returns>
    /// <exception cref="RunFolderException">It cannot be written.</exception>
    public string Save(Checkpoint checkpoint)
    {
        int epoch = checkpoint.Run.Epochs.Count;
        string file = FileOf(Name, epoch);
        Try(file, () =>
        {
            checkpoint.Write(file);
            // Later ones are of a run that was gone back on.
            foreach (int other in EpochsIn(Name))
                if (other > epoch || other <= epoch - Kept) File.Delete(FileOf(Name, other));
            foreach (string part in Directory.EnumerateFiles(Name, $"epoch-*{AtomicFile.PartSuffix}")) File.Delete(part);
        });
        return file;
    }

    /// <summary>Writes the report, whole or not at all.</summary>
    /// <exception cref="RunFolderException">It cannot be written.</exception>
    public void WriteReport(Action<Stream> write) => Try(Report, () => AtomicFile.Write(Report, write));

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();

    /// <summary>The file of a checkpoint.</summary>
    internal static string FileOf(string path, int epoch) =>
        Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"epoch-{epoch}.safetensors"));

    private static void RequireRun(string path)
    {
        if (!Directory.Exists(path)) throw new RunFolderException($"'{path}' {(File.Exists(path) ? "is a file, not a folder" : "does not exist")}.");
        if (EpochsIn(path).Count == 0) throw new RunFolderException($"'{path}' holds no checkpoint (epoch-N.safetensors).");
    }

    // One process at a time: the operating system lets go of the file when the process dies.
    private static RunFolder Hold(string path, bool create)
    {
        string file = Path.Combine(path, LockName);
        FileStream? held = null;
        Try(path, () =>
        {
            if (create) Directory.CreateDirectory(path);
            try
            {
                held = new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (File.Exists(file))
            {
                throw new RunFolderException($"'{path}' is in use: another process trains in it.");
            }
        });
        return new(path, held!);
    }

    private static Checkpoint Read(string file, Func<string>? offer)
    {
        Checkpoint? checkpoint = null;
        try
        {
            Try(file, () => checkpoint = Checkpoint.Read(file), "read");
        }
        catch (InvalidDataException exception)
        {
            throw new RunFolderException($"'{file}' is {exception.Message}.{offer?.Invoke()}");
        }
        return checkpoint!;
    }

    private static void Try(string path, Action action, string what = "written")
    {
        try
        {
            action();
        }
        catch (Exception exception) when (DatasetException.IsRefusal(exception))
        {
            throw new RunFolderException($"'{path}' cannot be {what}: {exception.Message}");
        }
    }

    private static List<int> EpochsIn(string path) => [.. Directory.EnumerateFiles(path)
        .Select(file => Name().Match(Path.GetFileName(file)))
        .Where(match => match.Success)
        .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
        .Order()];

    [GeneratedRegex(@"^epoch-(\d{1,9})\.safetensors$")]
    private static partial Regex Name();
}
