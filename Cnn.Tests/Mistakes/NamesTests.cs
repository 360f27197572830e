using System.Text.RegularExpressions;
using Cnn.Reference;
using Cnn.Reference.Exercises;
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
            LookedAt(mistake).All(own.Contains), $"{mistake}, {mistake.ToldOf}: {mistake.LookAt}"));
    }

    public static TheoryData<string> All => [.. LessonTable.All.Select(lesson => lesson.Name)];

    /// <summary>What is to be looked at is named in what the student is given: other names are the student's own affair.</summary>
    [Theory, MemberData(nameof(All))]
    public void WhatToLookAtIsPrescribed(string name)
    {
        var lesson = LessonTable.All.Single(each => each.Name == name);
        var prescribed = PrescribedBy(lesson);
        // The others say that they have its loops.
        if (LessonTable.Further.Contains(lesson) && lesson.Exercise != FurtherTable.ConvBackwardByGather)
            prescribed.UnionWith(PrescribedBy(LessonTable.Eight.Single(each => each.Exercise == ExerciseTable.ConvForward)));
        Assert.All(ShownIn(lesson), mistake => Assert.True(
            LookedAt(mistake).All(prescribed.Contains), $"{mistake}, {mistake.ToldOf}: {mistake.LookAt}"));
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
        Assert.Equal(lookAt, (Collection.Find("upstream-ignored")! with { ToldOf = Enum.Parse<Operation>(operation) }).LookAt.English);

    private static List<Mistake> ShownIn(WorkbookLesson lesson)
    {
        using var scope = NewDisposeScope();
        Call[] calls = [.. lesson.Exercise.Cases.Select(@case => @case.ToCall())];
        var shown = from operation in calls.Select(call => call.Operation).Distinct()
                    from mistake in Collection.Of(operation)
                    where calls.Any(call => call.Operation == operation && Shows(mistake, call))
                    select lesson.Exercise.Told(mistake with { ToldOf = operation }) into told
                    where told is not null
                    select told;
        var all = shown.ToList();
        Assert.NotEmpty(all);
        return all;

        bool Shows(Mistake mistake, Call call)
        {
            using var maker = new Maker(call);
            var (right, made) = (maker.Make([]).ToNumbers(), maker.Make([mistake]).ToNumbers());
            return lesson.Exercise.Outputs.Any(output => !maker.IsSame(output.Part, right[output.Part], made[output.Part]));
        }
    }

    // Names are the same in both languages. Every function returns.
    private static IEnumerable<string> LookedAt(Mistake mistake) =>
        WordsOf(mistake.LookAt.English).Intersect(WordsOf(mistake.LookAt.Spanish)).Except(["return"]);

    private static HashSet<string> PrescribedBy(WorkbookLesson lesson) =>
        [.. WordsOf(Stub.Of(lesson, Language.English)), .. lesson.Exercise.Outputs.Select(output => output.Name)];

    // Those of its code, its parameters and its results; a comment is no name.
    private static HashSet<string> NamesOf(WorkbookLesson lesson) =>
    [
        .. SourceCode.Method(lesson.File, lesson.Name).SelectMany(line => WordsOf(line.Split("//")[0])),
        .. lesson.Signature.Parameters.Select(parameter => parameter.Name),
        .. lesson.Exercise.Outputs.Select(output => output.Name),
    ];

    private static IEnumerable<string> WordsOf(string text) => Word().Matches(text).Select(word => word.Value);

    [GeneratedRegex(@"\b[A-Za-z]\w*")]
    private static partial Regex Word();

    // Names that are not a language's words, too.
    [GeneratedRegex("_|^(Z|W|dZ|dA|dW|db|dz|da)$")]
    private static partial Regex IsNoWord();
}
