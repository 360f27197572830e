using System.Text.RegularExpressions;
using Cnn.Reference;
using Cnn.Reference.Files;
using Cnn.Reference.Workbook;
using Cnn.Tests.Build;
using Cnn.Tests.Printing;
using CommandLine = Cnn.Tests.Commands.CommandLine;

namespace Cnn.Tests.Workbook;

/// <summary>The folder that a student gets.</summary>
public sealed partial class ProjectFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Solutions => """

        internal static class Solved
        {
            public static Tensor ConvForward(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters) =>
                StepByStep.ConvForward(A_prev, W, b, hparameters).Z;
            public static Tensor PoolForward(Tensor A_prev, HParameters hparameters, PoolMode mode) =>
                StepByStep.PoolForward(A_prev, hparameters, mode).A;
            public static (Tensor, Tensor, Tensor) ConvBackward(Tensor dZ, Tensor A_prev, Tensor W, Tensor b, HParameters hparameters) =>
                StepByStep.ConvBackward(dZ, new(A_prev, W, b, hparameters));
            public static Tensor PoolBackward(Tensor dA, Tensor A_prev, HParameters hparameters, PoolMode mode) =>
                StepByStep.PoolBackward(dA, new(A_prev, hparameters, mode), mode);
        }
        """;

    // With slices, whose sizes the stub gives.
    private const string Padding =
        "var X_pad = X.new_zeros(m, n_H + 2 * p, n_W + 2 * p, n_C);\n" +
        "        X_pad[.., p..(p + n_H), p..(p + n_W), ..] = X;\n        return X_pad;";

    /// <summary>As it is written nothing is right, and nothing warns; with the lesson's functions in it all eight are.</summary>
    [Fact, Trait(Traits.Speed, Traits.Slow)]
    public async Task AFreshProjectRuns()
    {
        ProjectFolder.Write(folder.Path, Language.Spanish, LibraryReference.Own());
        var (code, output) = await Dotnet.Try(folder.Path, "run");
        Assert.True(code == 1, output);
        Assert.StartsWith("ZeroPad todavía no está escrita.", output, StringComparison.Ordinal); // and no warning before it
        Assert.Equal(LessonTable.Eight.Count,
            output.Split('\n').Count(line => line.TrimEnd().EndsWith("  sin escribir", StringComparison.Ordinal)));

        foreach (var lesson in LessonTable.Eight)
        {
            string file = folder[Stub.FileOf(lesson)],
                given = string.Join(", ", lesson.Signature.Parameters.Select(parameter => parameter.Name));
            string solved = lesson.Signature.InPython.Contains("hparameters") || lesson.Signature.InPython.Contains("cache") ? "Solved"
                : "StepByStep";
            File.WriteAllText(file, Throw().Replace(
                File.ReadAllText(file), lesson == LessonTable.Eight[0] ? Padding : $"return {solved}.{lesson}({given});"));
        }
        File.AppendAllText(folder[Stub.FileOf(LessonTable.Eight[2])], Solutions);
        (code, output) = await Dotnet.Try(folder.Path, "run", "--", "all");
        Assert.True(code == 0, output);
        Assert.Equal(LessonTable.Eight.Count,
            output.Split('\n').Count(line => line.TrimEnd().EndsWith("  lista", StringComparison.Ordinal)));

        // What ends its process, or never comes back, gets a sentence, and the others their answers.
        Rewrite(0, "var X_pad", "if (pad >= 0) return ZeroPad(X, pad); var X_pad");
        Rewrite(1, "return StepByStep.ConvSingleStep(a_slice_prev, W, b)", "return sum(matmul(a_slice_prev, W))");
        Rewrite(2, "return Solved.", "Console.WriteLine(\"una fila\"); for (int h = 0; h < 1; h += stride * 0); return Solved.");
        Rewrite(3, "return Solved.", "Environment.Exit(3); return Solved.");
        (code, output) = await Dotnet.Try(folder.Path, "run", "--", "all");
        Assert.True(code == 1, output);
        string unfolded = Columns.Unfolded(output);
        Assert.Contains("ZeroPad, con X (1, 2, 3, 1), pad = 1: se llama a sí misma sin fin", unfolded, StringComparison.Ordinal);
        Assert.Contains(
            "ConvSingleStep, con a_slice_prev, W (2, 2, 1): libtorch terminó todo el programa ahí. Un producto de matrices", unfolded,
            StringComparison.Ordinal);
        Assert.Contains("pad = 0: no volvió en 10 s.", unfolded, StringComparison.Ordinal);
        Assert.Contains("Max: terminó todo el programa (código de salida 3).", unfolded, StringComparison.Ordinal);
        Assert.Equal(4, output.Split('\n').Count(line => line.TrimEnd().EndsWith("  lista", StringComparison.Ordinal)));
        Assert.Contains("una fila\nConvForward, con", output, StringComparison.Ordinal);
        (_, output) = await Dotnet.Try(folder.Path, "run", "--no-build", "--", "3");
        Assert.StartsWith("una fila\nConvForward, con", output, StringComparison.Ordinal);

        // Each save is answered, until Ctrl-C.
        using var watching = CommandLine.Start("exercises", "watch", folder.Path, "--language", "es");
        string first = watching.ReadUntil("Esperando a que guardes algo");
        Assert.Contains(
            "ZeroPad, con X (1, 2, 3, 1), pad = 1: se llama a sí misma sin fin", Columns.Unfolded(first), StringComparison.Ordinal);
        Rewrite(0, "if (pad >= 0) return ZeroPad(X, pad);", "int q = \"a\";");
        string broken = watching.ReadUntil("Esperando a que guardes algo");
        Assert.Contains("1-ZeroPad.cs(", broken, StringComparison.Ordinal);
        Assert.Contains("error CS0029", broken, StringComparison.Ordinal);
        Rewrite(0, "int q = \"a\";", "");
        Assert.Contains("ZeroPad está bien", watching.ReadUntil("Esperando a que guardes algo"), StringComparison.Ordinal);
        await Dotnet.Try(folder.Path, "run", "--no-build", "--", "next");
        Assert.Contains("> 2 ConvSingleStep", watching.ReadUntil("Esperando a que guardes algo"), StringComparison.Ordinal);
        watching.Interrupt();
        Assert.True(watching.EndsWithin(TimeSpan.FromSeconds(20)));
        Assert.Equal((0, ""), watching.End());
    }

    private void Rewrite(int lesson, string old, string by)
    {
        string file = folder[Stub.FileOf(LessonTable.Eight[lesson])], text = File.ReadAllText(file);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(file, text.Replace(old, by, StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIsThereIsNotOverwritten()
    {
        File.WriteAllText(folder["README.md"], "mine");
        string sentence = Assert.Throws<UsageException>(
            () => ProjectFolder.Write(folder.Path, Language.English, LibraryReference.Own())).Message;
        Assert.Equal($"{folder["README.md"]} is there already, and is not overwritten: choose another folder, or move it away.", sentence);
        Assert.Equal([folder["README.md"]], Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal("mine", File.ReadAllText(folder["README.md"]));
    }

    [Fact]
    public void AFolderInsideOfAProjectIsRefused()
    {
        File.WriteAllText(folder["Other.csproj"], "<Project />");
        string inside = Path.Combine(folder.Path, "a", "b");
        string sentence = Assert.Throws<UsageException>(
            () => ProjectFolder.Write(inside, Language.English, LibraryReference.Own())).Message;
        Assert.Contains($"lies in the folder of {folder["Other.csproj"]}", sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(inside));
    }

    /// <summary>A clone is known by its project; anything else came from a package.</summary>
    [Fact]
    public void TheProjectRefersToWhatRuns()
    {
        Assert.EndsWith("Cnn.Reference.csproj", LibraryReference.Own().Project, StringComparison.Ordinal);
        Assert.Contains(LibraryReference.Own().Lines(), line => line.Contains("Cnn.Layers.csproj", StringComparison.Ordinal));
        var package = LibraryReference.Of(folder.Path);
        Assert.Null(package.Project);
        Assert.Contains("<PackageReference Include=\"Cnn.Reference\" Version=\"", package.Lines().First(), StringComparison.Ordinal);
        Assert.Contains("<PackageReference Include=\"TorchSharp-cpu\" Version=\"0.107.0\" />", package.Lines());
    }

    /// <summary>Nothing of whose machine it is stands in a folder near the clone: its path to it is relative, and explained.</summary>
    [Fact]
    public void TheCloneIsNamedByARelativePath()
    {
        string clone = folder["work/clone"], mine = folder["work/mine/week 1"];
        Directory.CreateDirectory(Path.Combine(clone, "Cnn.Reference"));
        File.WriteAllText(Path.Combine(clone, "Cnn.Reference", "Cnn.Reference.csproj"), "<Project />");
        var library = LibraryReference.Of(Path.Combine(clone, "Cnn.Reference"));
        ProjectFolder.Write(mine, Language.English, library);
        Assert.All(Directory.GetFiles(mine), file => Assert.DoesNotContain(folder.Path, File.ReadAllText(file), StringComparison.Ordinal));
        string project = File.ReadAllText(Path.Combine(mine, ProjectFolder.ProjectFile));
        Assert.Contains("<CnnClone Condition=\"'$(CnnClone)' == ''\">../../clone</CnnClone>", project, StringComparison.Ordinal);
        Assert.Contains("Include=\"$(CnnClone)/Cnn.Reference/Cnn.Reference.csproj\"", project, StringComparison.Ordinal);
        Assert.Contains("--project ../../clone/Cnn.Reference -- exercises watch .", File.ReadAllText(Path.Combine(mine, "README.md")),
            StringComparison.Ordinal);
        Assert.Contains("explain.html", File.ReadAllLines(Path.Combine(mine, ".gitignore")));
        Assert.Equal(clone, NearPath.Of(Path.GetPathRoot(clone) + "elsewhere", clone)); // nothing in common
    }

    [GeneratedRegex(@"throw new NotImplementedException\(.*\);")]
    private static partial Regex Throw();
}
