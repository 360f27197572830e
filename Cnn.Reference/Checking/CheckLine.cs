using Cnn.Reference.Cases;
using Cnn.Reference.Files;

namespace Cnn.Reference.Checking;

/// <summary>A problem as a line: a case, or the real images.</summary>
internal static class CheckLine
{
    // What decides which kernels libtorch and .NET choose: without it, a problem may not show again.
    private static readonly string[] Variables =
        ["ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY", "DOTNET_EnableAVX512", "DOTNET_EnableAVX2"];

    /// <summary>The command that checks one line, with the user's own settings of which kernels are chosen.</summary>
    public static string Command(string line)
    {
        var settings =
            from name in Variables
            let value = Environment.GetEnvironmentVariable(name)
            where value is not null
            select $"{name}={value} ";
        return $"{string.Concat(settings)}dotnet run -c Release --project Cnn.Reference -- check \"{line}\"";
    }

    /// <summary>Why a line is no problem, without its full stop; null where it is one.</summary>
    public static string? Refusal(string line)
    {
        if (line == ImagesCheck.Line) return null;
        try
        {
            CaseWords.Parse(line);
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message.TrimEnd('.');
        }
    }

    /// <summary>The lines of a user's file.</summary>
    /// <exception cref="UsageException">The file cannot be read, or a line of it; the sentence names file and line.</exception>
    public static IReadOnlyList<string> Read(FileInfo file)
    {
        try
        {
            using var reader = file.OpenText();
            var lines = CaseLines.Read(reader).ToList();
            foreach (var (number, text) in lines)
                if (Refusal(text) is { } refusal) throw new UsageException($"{file}, line {number}: {refusal}.");
            return lines.Count > 0
                ? [.. lines.Select(line => line.Text)]
                : throw new UsageException($"{file}: holds no problem such as \"conv n2 c6 h9 w12 o8 k3\".");
        }
        catch (Exception exception) when (FileFault.IsRefusal(exception))
        {
            throw new UsageException($"--file {file}: cannot be read: {FileFault.Reason(file.FullName, exception, writes: false)}.");
        }
    }
}
