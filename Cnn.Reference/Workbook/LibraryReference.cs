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
    /// <summary>The property of a student's project that says where the clone is; the environment can say it, too.</summary>
    public const string Property = "CnnClone";

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

    private string? Tree => Project is null ? null : Path.GetDirectoryName(Path.GetDirectoryName(Project));

    /// <summary>What was chosen, in a sentence.</summary>
    /// <param name="folder">The student's.</param>
    public Bilingual Says(string folder)
    {
        if (Tree is null)
            return new($"The project refers to the package {Name} {Version}.", $"El proyecto usa el paquete {Name} {Version}.");
        string clone = NearPath.Of(folder, Tree);
        return new(
            $"The project refers to this clone, {clone}: {Property} in {ProjectFolder.ProjectFile} says where it is.",
            $"El proyecto usa este clon, {clone}: {Property} en {ProjectFolder.ProjectFile} dice dónde está.");
    }

    /// <summary>The lines of the project file that say where the clone is; none with the package.</summary>
    /// <param name="folder">The student's.</param>
    /// <param name="language">In which language they explain it.</param>
    public IEnumerable<string> Properties(string folder, Language language)
    {
        if (Tree is null) yield break;
        var why = new Bilingual(
            "Where the clone of Cnn is, from this folder. Elsewhere, change it, or set the environment variable of this name.",
            "Dónde está el clon de Cnn, desde esta carpeta. En otro lugar, cambialo, o usá la variable de entorno de este nombre.");
        yield return $"<!-- {why.In(language)} -->";
        yield return $"<{Property} Condition=\"'$({Property})' == ''\">{SecurityElement.Escape(NearPath.Of(folder, Tree))}</{Property}>";
    }

    /// <summary>The lines of the project file that refer to the libraries.</summary>
    public IEnumerable<string> Lines()
    {
        // A clone is built optimised, as the program that wrote this was: nothing of it is built twice. What Cnn.Reference refers to
        // is named as well, or it would be built anew in the student's configuration.
        if (Project is null) yield return $"<PackageReference Include=\"{Name}\" Version=\"{Version}\" />";
        foreach (string project in Project is null ? [] : (string[])[Name, Layers])
            yield return $"<ProjectReference Include=\"$({Property})/{project}/{project}{Extension}\" " +
                "SetConfiguration=\"Configuration=Release\" />";
        yield return $"<PackageReference Include=\"{Packages.TorchSharpCpu}\" Version=\"{Machine.TorchSharp}\" />";
    }

    /// <summary>The command line that starts the running program from a folder: from its project where there is one.</summary>
    /// <param name="from">The folder.</param>
    public IReadOnlyList<string> Program(string from)
    {
        string? folder = Project is null ? ProjectAbove(AppContext.BaseDirectory) : Path.GetDirectoryName(Project);
        return folder is null
            ? [Environment.ProcessPath ?? Name]
            : ["dotnet", "run", "-c", "Release", "--project", NearPath.Of(from, folder), "--"];
    }

    private static string? ProjectAbove(string folder)
    {
        for (var above = new DirectoryInfo(folder); above is not null; above = above.Parent)
            if (above.EnumerateFiles($"*{Extension}").Any()) return above.FullName;
        return null;
    }

    private static string Version => Machine.VersionOf(typeof(LibraryReference).Assembly);
}
