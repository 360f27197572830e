using System.Text.Json;
using Cnn.Reference.Data;

namespace Cnn.Reference.Commands;

/// <summary>The file of <c>--json</c>. It is opened before the run: a path that cannot be written must not cost one.</summary>
internal sealed class ReportFile : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly FileInfo name;
    private readonly FileStream file;

    private ReportFile(FileInfo name, FileStream file) => (this.name, this.file) = (name, file);

    /// <summary>Opens the file; null where none was asked for.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static ReportFile? Open(FileInfo? name) => name is null ? null : new(
        name, Try(name, () => new FileStream(name.FullName, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0)));

    /// <summary>
    /// Prints a report, and writes it to the file where there is one. Where one of the two fails, the other is done all the same.
    /// </summary>
    /// <exception cref="UsageException">The file cannot be written.</exception>
    public static void Deliver(ReportFile? file, Action print, Func<object> report)
    {
        try
        {
            print();
        }
        finally
        {
            file?.Write(report());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void Write(object report)
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(report, Json);
        Try(name, () =>
        {
            file.Write(bytes);
            return file;
        });
    }

    private static FileStream Try(FileInfo name, Func<FileStream> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (DatasetException.IsRefusal(exception))
        {
            throw new UsageException($"--json {name}: cannot be written: {exception.Message}");
        }
    }
}
