using System.Text.RegularExpressions;
using Cnn.Reference;
using Cnn.Reference.Workbook;
using Cnn.Tests.Build;

namespace Cnn.Tests.Workbook;

/// <summary>Solutions in the form of the student's file.</summary>
public sealed partial class SolutionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names => [.. LessonTable.All.Select(lesson => lesson.Name)];

    private static Cnn.Reference.Workbook.Lesson Find(string name) => LessonTable.All.Single(lesson => lesson.Name == name);

    public void Dispose() => folder.Dispose();

    /// <summary>The stub's head and those given lines that it needs, and nothing that is the library's own.</summary>
    [Theory, MemberData(nameof(Names))]
    public void TheSolutionHasTheStubsForm(string name)
    {
        var lesson = Find(name);
        string[] lines = SolutionSource.Of(lesson, Language.English);
        Assert.Equal([$"{lesson.Signature}", "{"], lines[..2]);
        string[] given = [.. lines.Skip(2).TakeWhile(line => lesson.Text.Given.Contains(line.Trim()))];
        Assert.Equal(lesson == LessonTable.Eight[0] ? 0 : lesson.Text.Given.Count, given.Length); // a padding needs no sizes
        Assert.Equal("}", lines[^1]);
        Assert.DoesNotMatch(@"\{\n\n|\n\n *\}|\n\n\n", string.Join('\n', lines));
        Assert.Contains(lines, line => line.Contains("return ", StringComparison.Ordinal));
        Assert.All(
            (string[])["Check", "cache", "Allocate", "DisposeScope", "no_grad", "Refuse", "activation", "OutputSize", "= Shape(", "StepByStep"],
            word => Assert.DoesNotContain(lines, line => line.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The source's comments are in English: who works in Spanish sees the same code without them.</summary>
    [Theory, MemberData(nameof(Names))]
    public void InSpanishThereAreNoComments(string name)
    {
        var lesson = Find(name);
        string[] english = SolutionSource.Of(lesson, Language.English), spanish = SolutionSource.Of(lesson, Language.Spanish);
        Assert.DoesNotContain(spanish, line => line.Contains("//", StringComparison.Ordinal));
        Assert.Equal(
            english.Select(line => line.Split("//")[0].TrimEnd()).Where(line => line.Length > 0), spanish.Where(line => line.Length > 0));
    }

    /// <summary>Put in place of the stubs' bodies, all of them are right; so is a padding with slices, whose sizes the stub gives.</summary>
    [Fact, Trait("Category", "slow")]
    public async Task EverySolutionIsRight()
    {
        ProjectFolder.Write(folder.Path, Language.English, LibraryReference.Own());
        foreach (var lesson in LessonTable.All)
        {
            string file = folder[Stub.FileOf(lesson)], stub = File.ReadAllText(file);
            int head = stub.IndexOf($"    {lesson.Signature}", StringComparison.Ordinal);
            File.WriteAllText(file, $"{stub[..head]}{string.Join('\n', SolutionSource.Of(lesson, Language.English))}\n}}\n");
        }
        var (code, output) = await Dotnet.Try(folder.Path, "run", "--", "all");
        Assert.True(code == 0, output);
        Assert.StartsWith("ZeroPad is right", output, StringComparison.Ordinal); // and no warning before it
        Assert.Equal(LessonTable.All.Count, output.Split('\n').Count(line => line.TrimEnd().EndsWith("  done", StringComparison.Ordinal)));

        string padding = folder[Stub.FileOf(LessonTable.All[0])];
        File.WriteAllText(padding, Throw().Replace(
            Stub.Of(LessonTable.All[0], Language.English),
            "var X_pad = X.new_zeros(m, n_H + 2 * p, n_W + 2 * p, n_C);\n" +
            "        X_pad[.., p..(p + n_H), p..(p + n_W), ..] = X;\n        return X_pad;"));
        (code, output) = await Dotnet.Try(folder.Path, "run", "--", "zero_pad");
        Assert.True(code == 0, output);
    }

    [GeneratedRegex(@"throw new NotImplementedException\(.*\);")]
    private static partial Regex Throw();
}
