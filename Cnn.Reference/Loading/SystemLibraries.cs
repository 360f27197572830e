using System.Runtime.InteropServices;

namespace Cnn.Reference.Loading;

/// <summary>The libraries that this Linux system has, as its loader finds them.</summary>
internal sealed class SystemLibraries
{
    /// <summary>The C library, and GNU's C++ library.</summary>
    public const string C = "libc.so.6", Cxx = "libstdc++.so.6";

    private const string Maps = "/proc/self/maps", MuslLoader = "/ld-musl-";

    private readonly Dictionary<string, NativeFile?> found = [];

    /// <summary>Whether the C library is musl, as on Alpine, and not GNU's.</summary>
    public static bool IsMusl => File.Exists(Maps) && Loaded().Any(path => path.Contains(MuslLoader, StringComparison.Ordinal));

    /// <summary>The library of this name; null where the loader has none.</summary>
    public NativeFile? Find(string name)
    {
        if (!found.TryGetValue(name, out var file))
            found[name] = file = NativeLibrary.TryLoad(name, out _) && PathOf(name) is { } path ? NativeFile.Read(path) : null;
        return file;
    }

    /// <summary>The files of the libraries that this process has loaded.</summary>
    public static IEnumerable<string> Loaded() =>
        !File.Exists(Maps) ? []
        : File.ReadLines(Maps).Where(line => line.Contains('/')).Select(line => line[line.IndexOf('/')..]).Distinct();

    // What is loaded may have its version in its name: libc-2.31.so, libstdc++.so.6.0.30.
    private static string? PathOf(string name)
    {
        string stem = name.Split(".so")[0];
        var candidates = Loaded().Where(path => Path.GetFileName(path) is var file
            && (file == name || file.StartsWith($"{name}.", StringComparison.Ordinal)
                || file.StartsWith($"{stem}-", StringComparison.Ordinal)));
        return candidates.OrderBy(path => Path.GetFileName(path) == name ? 0 : 1).FirstOrDefault();
    }
}
