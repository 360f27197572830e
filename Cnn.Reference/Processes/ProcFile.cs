using System.Globalization;

namespace Cnn.Reference.Processes;

/// <summary>Files of Linux in which a line is a name and a number of kibibytes: "VmRSS:     1760 kB".</summary>
internal static class ProcFile
{
    /// <summary>The bytes that a line counts; null where there is no such file, or line.</summary>
    public static long? Bytes(string file, string name)
    {
        if (!File.Exists(file)) return null;
        if (File.ReadLines(file).FirstOrDefault(each => each.StartsWith(name, StringComparison.Ordinal)) is not { } line) return null;
        return 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
