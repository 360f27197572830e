using System.Text.Json;

namespace Cnn.Reference.Commands;

/// <summary>The file of <c>--json</c>. It is opened before the run: a path that cannot be written must not cost one.</summary>
internal static class ReportFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Opens the file; null where none was asked for.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static FileStream? Open(FileInfo? file)
    {
        try
        {
            return file?.Create();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--json {file}: cannot be written: {exception.Message}");
        }
    }

    /// <summary>Writes the report.</summary>
    public static void Write(Stream file, object report) => JsonSerializer.Serialize(file, report, Options);
}
