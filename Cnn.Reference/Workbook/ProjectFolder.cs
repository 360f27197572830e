using Cnn.Reference.Files;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Workbook;

/// <summary>The folder in which a student works: a project, a file for each function, and what to do.</summary>
internal static class ProjectFolder
{
    /// <summary>The project's file.</summary>
    public const string ProjectFile = "Exercises.csproj";

    /// <summary>Writes it.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="language">The language of all that is in it.</param>
    /// <param name="library">How it gets these libraries.</param>
    /// <exception cref="UsageException">Something is there already, or it cannot be written.</exception>
    public static void Write(string folder, Language language, LibraryReference library)
    {
        if (Surrounding(folder) is { } project)
            throw new UsageException(new Bilingual(
                $"{folder} lies in the folder of {project}, which would compile its files as well: choose a folder beside that project.",
                $"{folder} está dentro de la carpeta de {project}, que también compilaría sus archivos: elegí una carpeta al lado de ese " +
                "proyecto.").In(language));
        NewFiles.Write(folder,
        [
            File(ProjectFile, Project(folder, library, language)), File("Program.cs", Program(language)),
            File("README.md", ReadMe.Of(language, library.Program(folder))),
            File(".gitignore", $"bin/\nobj/\n{Bookmark.FileName}\nexplain.html\n"),
            .. LessonTable.All.Select(lesson => File(Stub.FileOf(lesson), Stub.Of(lesson, language))),
        ], language);
    }

    private static (string Name, Action<string> Write) File(string name, string text) =>
        (name, path => System.IO.File.WriteAllText(path, text));

    // A project takes every .cs below its folder.
    private static string? Surrounding(string folder)
    {
        for (var above = new DirectoryInfo(Path.GetFullPath(folder)).Parent; above is not null; above = above.Parent)
            if (above.Exists && above.EnumerateFiles("*.csproj").FirstOrDefault() is { } project) return project.FullName;
        return null;
    }

    // The compiler speaks the student's language. Settings of a clone around the folder, and analyzers, are none of the student's concern.
    // TorchSharp names a version of SharpZipLib that is not published (NU1603).
    private static string Project(string folder, LibraryReference library, Language language) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier>
            <SelfContained>false</SelfContained>
            <InvariantGlobalization>true</InvariantGlobalization>
            <PreferredUILang>{Languages.Word(language)}</PreferredUILang>
            <SatelliteResourceLanguages>en</SatelliteResourceLanguages>
            <Nullable>disable</Nullable>
            <RunAnalyzers>false</RunAnalyzers>
            <TreatWarningsAsErrors>false</TreatWarningsAsErrors>
            <ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally>
            <NoWarn>$(NoWarn);NU1603</NoWarn>
        {Indented(library.Properties(folder, language))}  </PropertyGroup>
          <ItemGroup>
        {Indented(library.Lines())}    <Watch Include="{Bookmark.FileName}" />
          </ItemGroup>
        </Project>

        """.ReplaceLineEndings("\n");

    private static string Indented(IEnumerable<string> lines) => string.Concat(lines.Select(line => $"    {line}\n"));

    private static string Program(Language language) => $"""
        using Cnn.Reference;

        return ExerciseRunner.Run(args, typeof({Stub.Class}), {nameof(Language)}.{language});

        """.ReplaceLineEndings("\n");
}
