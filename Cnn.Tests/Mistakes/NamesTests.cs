using System.Text.RegularExpressions;
using Cnn.Reference.Mistakes;
using Cnn.Reference.Sources;
using Cnn.Reference.Workbook;
using static TorchSharp.torch;
using WorkbookLesson = Cnn.Reference.Workbook.Lesson;

namespace Cnn.Tests.Mistakes;

/// <summary>What is said of a function speaks in that function's own names.</summary>
public partial class NamesTests
{
    public static TheoryData<string> Lessons => [.. LessonTable.Eight.Select(lesson => lesson.Name)];

    /// <summary>What is to be looked at is there.</summary>
    [Theory, MemberData(nameof(Lessons))]
    public void WhatToLookAtIsInTheFunction(string name)
    {
        var lesson = LessonTable.Eight.Single(each => each.Name == name);
        var own = NamesOf(lesson);
        Assert.All(ShownIn(lesson), mistake => Assert.True(
            WordsOf(mistake.LookAt).All(own.Contains), $"{mistake}, {mistake.ToldOf}: {mistake.LookAt}"));
    }

    /// <summary>What other functions call something is not in the sentences.</summary>
    [Theory, MemberData(nameof(Lessons))]
    public void NoSentenceHasTheNamesOfAnotherFunction(string name)
    {
        var lesson = LessonTable.Eight.Single(each => each.Name == name);
        var own = NamesOf(lesson);
        string[] foreign = [.. LessonTable.Eight.SelectMany(NamesOf).Where(word => IsNoWord().IsMatch(word) && !own.Contains(word))];
        Assert.NotEmpty(foreign);
        Assert.All(ShownIn(lesson), mistake =>
        {
            Assert.Empty(WordsOf(mistake.English).Intersect(foreign));
            Assert.Empty(WordsOf(mistake.Spanish).Intersect(foreign));
        });
    }

    [Theory]
    [InlineData(nameof(Operation.ConvBackward), "dZ[i, h, w, c]")]
    [InlineData(nameof(Operation.AverageBackward), "dA[i, h, w, c]")]
    public void OneMistakeIsToldInTheNamesOfEach(string operation, string lookAt) =>
        Assert.Equal(lookAt, (Collection.Find("upstream-ignored")! with { ToldOf = Enum.Parse<Operation>(operation) }).LookAt);

    private static List<Mistake> ShownIn(WorkbookLesson lesson)
    {
        using var scope = NewDisposeScope();
        Call[] calls = [.. lesson.Exercise.Cases.Select(@case => @case.ToCall())];
        var shown = from operation in calls.Select(call => call.Operation).Distinct()
                    from mistake in Collection.Of(operation)
                    where calls.Any(call => call.Operation == operation && Exposure.Shows(mistake, call))
                    select mistake with { ToldOf = operation };
        var all = shown.ToList();
        Assert.NotEmpty(all);
        return all;
    }

    // Those of its code and its parameters; a comment is no name.
    private static HashSet<string> NamesOf(WorkbookLesson lesson) =>
    [
        .. SourceCode.Method(lesson.File, lesson.Name).SelectMany(line => WordsOf(line.Split("//")[0])),
        .. lesson.Signature.Parameters.Select(parameter => parameter.Name),
    ];

    private static IEnumerable<string> WordsOf(string text) => Word().Matches(text).Select(word => word.Value);

    [GeneratedRegex(@"\b[A-Za-z]\w*")]
    private static partial Regex Word();

    // Names that are not a language's words, too.
    [GeneratedRegex("_|^(Z|W|dZ|dA|dW|db|dz|da)$")]
    private static partial Regex IsNoWord();
}
