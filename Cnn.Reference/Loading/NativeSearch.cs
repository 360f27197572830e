namespace Cnn.Reference.Loading;

/// <summary>Where .NET looks for TorchSharp's native file, and what it finds there.</summary>
internal static class NativeSearch
{
    /// <summary>The names that .NET tries, in its order: the one with a "lib" before it comes last.</summary>
    public static readonly IReadOnlyList<string> Names =
        OperatingSystem.IsWindows() ? ["LibTorchSharp.dll"]
        : OperatingSystem.IsMacOS() ? ["LibTorchSharp.dylib", "libLibTorchSharp.dylib"]
        : ["LibTorchSharp.so", "libLibTorchSharp.so"];

    /// <summary>The folders that it looks into.</summary>
    public static IReadOnlyList<string> Folders()
    {
        var search = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string;
        string[] told = search?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];
        var all = told.Append(AppContext.BaseDirectory).Select(Path.TrimEndingDirectorySeparator).Distinct();
        return [.. all.Where(Directory.Exists)];
    }

    /// <summary>TorchSharp's native files in the order in which they are tried, one of each name.</summary>
    public static IReadOnlyList<string> Candidates()
    {
        var folders = Folders();
        return [.. Names.Select(name => folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)).OfType<string>()];
    }
}
