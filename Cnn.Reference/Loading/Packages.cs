using System.Reflection;
using System.Text.Json;
using Cnn.Reference.Benchmarks;
using TorchSharp;

namespace Cnn.Reference.Loading;

/// <summary>Which packages this program was built with. None of it loads anything native.</summary>
internal static class Packages
{
    /// <summary>What brings libtorch.</summary>
    public const string TorchSharpCpu = "TorchSharp-cpu";

    /// <summary>The platforms that it brings libtorch for.</summary>
    public static readonly IReadOnlyList<string> Platforms = ["linux-x64", "win-x64", "osx-arm64"];

    /// <summary>The version of libtorch that TorchSharp is compiled for; null where it does not say.</summary>
    public static string? WantedLibtorch =>
        typeof(torch).GetField("libtorchPackageVersion", BindingFlags.NonPublic | BindingFlags.Static) is { IsLiteral: true } constant
            ? constant.GetRawConstantValue() as string : null;

    /// <summary>The line that brings libtorch to a project.</summary>
    public static string AddLine => $"dotnet add package {TorchSharpCpu} --version {Machine.TorchSharp}";

    /// <summary>The packages of TorchSharp and libtorch that the program names in its .deps.json, with their versions.</summary>
    public static IReadOnlyList<(string Name, string Version)> Named()
    {
        string[] files = (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string)?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return [.. files.Where(File.Exists).SelectMany(Read).Distinct().Order()];
    }

    /// <summary>Whether the program names TorchSharp, and no package of libtorch.</summary>
    public static bool HasNoLibtorch =>
        Named() is { Count: > 0 } named && !named.Any(package => IsOf(package.Name, "libtorch"));

    /// <summary>
    /// A package of another libtorch than TorchSharp is compiled for, as the beginning of a sentence; null where there is none.
    /// </summary>
    public static string? OtherLibtorch =>
        Version.TryParse(WantedLibtorch, out var wanted)
        && Named().FirstOrDefault(package => IsOf(package.Name, "libtorch") && !IsVersion(package.Version, wanted)) is var other
        && other.Name is not null
            ? $"The program is built with {other.Name} {other.Version}" : null;

    // A fourth number counts the packings of the same libtorch.
    private static bool IsVersion(string text, Version wanted) =>
        !Version.TryParse(text.Split('-')[0], out var version)
            || (version.Major, version.Minor, version.Build) == (wanted.Major, wanted.Minor, wanted.Build);

    private static IEnumerable<(string Name, string Version)> Read(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            return
            [
                .. from library in json.RootElement.GetProperty("libraries").EnumerateObject()
                   let parts = library.Name.Split('/', 2)
                   where parts.Length == 2 && (IsOf(parts[0], "TorchSharp") || IsOf(parts[0], "libtorch"))
                   select (parts[0], parts[1]),
            ];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or IOException)
        {
            return []; // damaged: then nothing is known of the packages
        }
    }

    private static bool IsOf(string name, string family) =>
        name.Equals(family, StringComparison.OrdinalIgnoreCase) || name.StartsWith($"{family}-", StringComparison.OrdinalIgnoreCase);
}
