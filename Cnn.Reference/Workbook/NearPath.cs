namespace Cnn.Reference.Workbook;

/// <summary>
/// The path from a student's folder to something beside it: relative, so that both can be moved together, and nothing of whose machine it
/// is stands in it.
/// </summary>
internal static class NearPath
{
    /// <summary>The path, with slashes; the whole one where the two have no folder in common, or a link leads to the student's.</summary>
    /// <param name="from">The student's folder, which may be missing yet.</param>
    /// <param name="to">What is beside it.</param>
    public static string Of(string from, string to)
    {
        string folder = Path.GetFullPath(from), relative = Path.GetRelativePath(folder, to);
        string common = Path.GetFullPath(Path.Combine(folder, string.Concat(relative.Split(Path.DirectorySeparatorChar)
            .TakeWhile(part => part == "..").Select(part => part + Path.DirectorySeparatorChar))));
        bool isFar = Path.IsPathRooted(relative) || Path.TrimEndingDirectorySeparator(common) == Path.GetPathRoot(common);
        return (isFar || IsLinked(folder) ? to : relative).Replace('\\', '/');
    }

    // .. behind a link is beside what the link leads to.
    private static bool IsLinked(string folder)
    {
        for (var above = new DirectoryInfo(folder); above is not null; above = above.Parent)
            if (above.LinkTarget is not null) return true;
        return false;
    }
}
