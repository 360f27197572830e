using System.Security;
using Cnn.Reference.Benchmarks;
using Cnn.Reference.Exercises;
using Cnn.Reference.Loading;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Workbook;

/// <summary>
/// How a student's project gets these libraries: as the running program has them. In a clone the program's file lies below the project
/// that it was built from; anywhere else it came from a package.
/// </summary>
/// <param name="Project">The clone's project; null for the package.</param>
internal sealed record LibraryReference(string? Project)
{
    private const string Name = "Cnn.Reference", Layers = "Cnn.Layers", Extension = ".csproj";

    /// <summary>That of the running program.</summary>
    public static LibraryReference Own() => Of(AppContext.BaseDirectory);

    /// <summary>That of a program in a folder.</summary>
    public static LibraryReference Of(string folder)
    {
        for (var above = new DirectoryInfo(folder); above is not null; above = above.Parent)
            foreach (string candidate in (string[])[Path.Combine(above.FullName, Name + Extension),
                Path.Combine(above.FullName, Name, Name + Extension)])
                if (File.Exists(candidate)) return new(candidate);
        return new((string?)null);
    }

    /// <summary>What was chosen, in a sentence.</summary>
    public Bilingual Says => Project is null
        ? new($"The project refers to the package {Name} {Version}.", $"El proyecto usa el paquete {Name} {Version}.")
        : new($"The project refers to this clone: {Project}.", $"El proyecto usa este clon: {Project}.");

    /// <summary>The lines of the project file.</summary>
    public IEnumerable<string> Lines()
    {
        // A clone is built optimised, as the program that wrote this was: nothing of it is built twice. What Cnn.Reference refers to
        // is named as well, or it would be built anew in the student's configuration.
        if (Project is null) yield return $"<PackageReference Include=\"{Name}\" Version=\"{Version}\" />";
        foreach (string project in Project is null ? [] : (string[])[Project, LayersOf(Project)])
            yield return $"<ProjectReference Include=\"{SecurityElement.Escape(project)}\" SetConfiguration=\"Configuration=Release\" />";
        yield return $"<PackageReference Include=\"{Packages.TorchSharpCpu}\" Version=\"{Machine.TorchSharp}\" />";
    }

    /// <summary>The command line that starts the running program from any folder: from its project where there is one.</summary>
    public IReadOnlyList<string> Program()
    {
        string? folder = Project is null ? ProjectAbove(AppContext.BaseDirectory) : Path.GetDirectoryName(Project);
        return folder is null
            ? [Environment.ProcessPath ?? Name]
            : ["dotnet", "run", "-c", "Release", "--project", folder, "--"];
    }

    private static string? ProjectAbove(string folder)
    {
        for (var above = new DirectoryInfo(folder); above is not null; above = above.Parent)
            if (above.EnumerateFiles($"*{Extension}").Any()) return above.FullName;
        return null;
    }

    private static string LayersOf(string project) =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, "..", Layers, Layers + Extension));

    private static string Version => Machine.VersionOf(typeof(LibraryReference).Assembly);
}
