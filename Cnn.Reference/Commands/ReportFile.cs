using System.Text.Json;
using Cnn.Reference.Files;

namespace Cnn.Reference.Commands;

/// <summary>
/// The file of <c>--json</c>, or of another option. It is opened before the run: a path that cannot be written must not cost one.
/// </summary>
internal sealed class ReportFile : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly FileInfo name;
    private readonly FileStream file;
    private readonly string option;

    private ReportFile(FileInfo name, FileStream file, string option) => (this.name, this.file, this.option) = (name, file, option);

    /// <summary>Opens the file; null where none was asked for.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static ReportFile? Open(FileInfo? name, string option = "--json") => name is null ? null : new(
        name,
        Try(name, option, () => new FileStream(name.FullName, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0)),
        option);

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
        Write(stream => stream.Write(bytes));
    }

    /// <summary>Writes what is no JSON.</summary>
    /// <exception cref="UsageException">The file cannot be written.</exception>
    public void Write(Action<Stream> write) => Try(name, option, () =>
    {
        write(file);
        return file;
    });

    private static FileStream Try(FileInfo name, string option, Func<FileStream> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (FileFault.IsRefusal(exception))
        {
            throw new UsageException($"{option} {name}: cannot be written: {FileFault.Reason(name.FullName, exception, writes: true)}.");
        }
    }
}
