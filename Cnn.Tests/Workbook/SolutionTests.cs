using Cnn.Reference;
using Cnn.Reference.Workbook;

namespace Cnn.Tests.Workbook;

/// <summary>Solutions in the form of the student's file.</summary>
public class SolutionTests
{
    public static TheoryData<string> Names => [.. LessonTable.All.Select(lesson => lesson.Name)];

    private static Cnn.Reference.Workbook.Lesson Find(string name) => LessonTable.All.Single(lesson => lesson.Name == name);

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
            (string[])["Check", "cache", "Allocate", "DisposeScope", "no_grad", "Refuse", "activation", "OutputSize", "= Shape(",
                "StepByStep"],
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
}
