using Cnn.Reference;
using Cnn.Reference.Workbook;
using Cnn.Tests.Build;
using Cnn.Tests.Printing;

namespace Cnn.Tests.Workbook;

/// <summary>What a student's project prints, and what it remembers.</summary>
public sealed class RunnerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private (int Code, string Output, string Error) Run(Type exercises, string arguments, Language language = Language.English)
    {
        using StringWriter output = new(), error = new();
        int code = new Runner(new LessonCheck(exercises), language, folder.Path, output, error)
            .Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (!arguments.StartsWith("solution", StringComparison.Ordinal)) Columns.AssertFit(output.ToString() + error); // code is not folded
        return (code, output.ToString().Replace(HalfDone.Printed + Environment.NewLine, "", StringComparison.Ordinal), error.ToString());
    }

    /// <summary>What the function prints stands before the answer; what others print that are checked for the progress does not.</summary>
    [Fact]
    public void WhatTheFunctionPrintsIsSeen()
    {
        Assert.StartsWith(HalfDone.Printed, Output("zero_pad"), StringComparison.Ordinal);
        Assert.DoesNotContain(HalfDone.Printed, Output("conv_single_step"), StringComparison.Ordinal);

        string Output(string name)
        {
            using StringWriter output = new(), error = new();
            new Runner(new LessonCheck(typeof(HalfDone)), Language.English, folder.Path, output, error).Run([name]);
            return output.ToString();
        }
    }

    /// <summary>Of all functions alike, where all are asked for.</summary>
    [Fact]
    public void WhatFunctionsPrintIsSeenWhereAllAreChecked()
    {
        using StringWriter output = new();
        new Runner(new LessonCheck(typeof(HalfDone)), Language.English, folder.Path, output, output).Run(["all"]);
        Assert.StartsWith(HalfDone.Printed, output.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A function that is wrong makes wrong who calls it, through a function of the student's own or a lambda.</summary>
    [Theory]
    [InlineData("conv_forward", "ConvForward calls ZeroPad, which is wrong: begin there, with dotnet run -- zero_pad")]
    [InlineData(
        "conv_backward", "ConvBackward calls DistributeValue, which is not written yet: begin there, with dotnet run -- distribute_value")]
    [InlineData("pool_forward", "PoolForward calls ZeroPad, which is wrong: begin there, with dotnet run -- zero_pad")]
    public void WhatIsCalledAndIsNotRightIsNamedFirst(string function, string sentence)
    {
        string output = Columns.Unfolded(Run(typeof(Calling), function).Output);
        Assert.StartsWith(sentence, output, StringComparison.Ordinal);
        Assert.DoesNotContain("calls ConvSingleStep", output, StringComparison.Ordinal); // which is right
        Assert.DoesNotContain("calls PoolBackward", output, StringComparison.Ordinal); // which is right
        Assert.DoesNotContain("It must be", output, StringComparison.Ordinal); // nothing is said that would be of what is called
    }

    [Theory]
    [InlineData("pista", "ZeroPad, pista 1 de ")]
    [InlineData("pista 3", "ConvForward, pista 1 de ")]
    [InlineData("siguiente", "Ahora: ConvSingleStep.")]
    [InlineData("solución", "Una manera de escribir ZeroPad, del archivo StepByStep.Convolution.cs")]
    [InlineData("ayuda", "dotnet run ")]
    [InlineData("todas", "ZeroPad está bien")]
    public void VerbsAreUnderstoodInSpanish(string arguments, string begin) =>
        Assert.StartsWith(
            begin, Columns.Unfolded(Run(typeof(HalfDone), arguments, Language.Spanish).Output).TrimStart(), StringComparison.Ordinal);

    /// <summary>The file that is named last is the one to begin with: of what is called, of what was left behind, of all.</summary>
    [Theory]
    [InlineData(typeof(Calling), "conv_forward", "The file is 1-ZeroPad.cs. A hint: dotnet run -- hint")]
    [InlineData(typeof(Calling), "conv_backward",
        "Open 7-DistributeValue.cs: its steps say what to do. A hint: dotnet run -- hint distribute_value ZeroPad is still open, in " +
        "1-ZeroPad.cs: dotnet run -- zero_pad")]
    [InlineData(typeof(HalfDone), "conv_forward", "ConvSingleStep is still open, in 2-ConvSingleStep.cs: dotnet run -- conv_single_step")]
    [InlineData(typeof(HalfDone), "all", "Begin with ConvSingleStep, in 2-ConvSingleStep.cs. A hint: dotnet run -- hint conv_single_step")]
    public void TheFooterNamesTheOneToBeginWith(Type exercises, string arguments, string end) =>
        Assert.EndsWith(end, Columns.Unfolded(Run(exercises, arguments).Output).TrimEnd(), StringComparison.Ordinal);

    /// <summary>Of the lines that stand in the function already, a solution shows those that it needs.</summary>
    [Fact]
    public void ASolutionDeclaresNothingInVain()
    {
        Assert.DoesNotContain("n_H = ", Run(typeof(Solved), "solution zero_pad").Output, StringComparison.Ordinal);
        Assert.Contains("n_C = ", Run(typeof(Solved), "solution conv_forward").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsSolvedIsDone()
    {
        var (code, output, _) = Run(typeof(Solved), "all");
        Assert.Equal(0, code);
        Assert.Equal(LessonTable.All.Count, output.Split('\n').Count(line => line.TrimEnd().EndsWith("  done", StringComparison.Ordinal)));
    }

    [Fact]
    public void AnswersStandBeforeProgress()
    {
        var (code, output, _) = Run(typeof(HalfDone), "conv_single_step");
        Assert.Equal(1, code);
        Assert.True(output.IndexOf("The bias is added twice", StringComparison.Ordinal) is > 0 and int answer
            && answer < output.IndexOf("> 1 ZeroPad               done", StringComparison.Ordinal), output);
        Assert.Contains("  2 ConvSingleStep        wrong\n", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("  6 CreateMaskFromWindow  not written yet\n", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("dotnet run -- hint conv_single_step", output, StringComparison.Ordinal);
    }

    /// <summary>A function with another head is told the head; one that calls what is missing is not itself missing.</summary>
    [Fact]
    public void WhatCannotBeCheckedIsToldWhy()
    {
        Assert.Contains("with this head, which the check calls: public static Tensor ConvForward(Tensor A_prev, Tensor W, Tensor b, " +
            "HParameters hparameters)", Columns.Unfolded(Run(typeof(HalfDone), "ConvForward").Output), StringComparison.Ordinal);
        Assert.StartsWith("PoolBackward calls CreateMaskFromWindow, which is not written yet: begin there,",
            Columns.Unfolded(Run(typeof(HalfDone), "PoolBackward").Output), StringComparison.Ordinal);
        Assert.StartsWith("CreateMaskFromWindow is not written yet.", Run(typeof(HalfDone), "create_mask_from_window").Output,
            StringComparison.Ordinal);
        string pool = Columns.Unfolded(Run(typeof(HalfDone), "pool_forward").Output);
        Assert.Contains("it threw NotImplementedException: the average", pool, StringComparison.Ordinal);
        Assert.Contains("cells of A are wrong", pool, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingGoesOnByItself()
    {
        Assert.Contains("On to ConvSingleStep: dotnet run -- next", Run(typeof(HalfDone), "").Output, StringComparison.Ordinal);
        Assert.StartsWith("ZeroPad is right", Run(typeof(HalfDone), "").Output, StringComparison.Ordinal);
        Assert.Equal(0, Run(typeof(HalfDone), "next").Code);
        Assert.StartsWith("ConvSingleStep, with", Run(typeof(HalfDone), "").Output, StringComparison.Ordinal);
        Assert.Equal(1, Run(typeof(HalfDone), "next").Code);
        Assert.StartsWith("ConvSingleStep, with", Run(typeof(HalfDone), "").Output, StringComparison.Ordinal);
        Assert.Equal(0, Run(typeof(HalfDone), "next --anyway").Code);
        Assert.Equal(1, Run(typeof(HalfDone), "").Code);
    }

    [Fact]
    public void TheWayEndsInASentence()
    {
        for (int step = 1; step < LessonTable.Eight.Count; step++) Assert.Equal(0, Run(typeof(Solved), "next").Code);
        Assert.Contains("The eight are done.", Run(typeof(Solved), "").Output, StringComparison.Ordinal);
        for (int step = LessonTable.Eight.Count; step < LessonTable.All.Count; step++) Assert.Equal(0, Run(typeof(Solved), "next").Code);
        Assert.Contains("That was the last one", Run(typeof(Solved), "next").Output, StringComparison.Ordinal);
        Assert.Contains("That was the last one", Run(typeof(Solved), "").Output, StringComparison.Ordinal);
        Assert.Contains("Beyond the exercise, optional:", Run(typeof(Solved), "").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Language.English, "hint 1 of ", "Those are all hints")]
    [InlineData(Language.Spanish, "pista 1 de ", "Esas son todas las pistas")]
    public void HintsAreCountedAndEndInASentence(Language language, string first, string last)
    {
        foreach (var lesson in LessonTable.All)
        {
            string hint = $"hint {lesson.Exercise.Python}";
            Assert.Contains(first, Run(typeof(HalfDone), hint, language).Output, StringComparison.Ordinal);
            for (int more = 1; more < lesson.Text.Hints.Count; more++)
                Assert.Contains($" {more + 1} ", Run(typeof(HalfDone), hint, language).Output.Split(':')[0], StringComparison.Ordinal);
            Assert.All(Enumerable.Range(0, 2), _ =>
                Assert.Contains(last, Run(typeof(HalfDone), hint, language).Output, StringComparison.Ordinal));
        }
    }

    /// <summary>By number, in any case, or not at all: the one that the student is at.</summary>
    [Theory]
    [InlineData("1", "ZeroPad is right")]
    [InlineData("ZEROPAD", "ZeroPad is right")]
    [InlineData("Hint 3", "ConvForward, hint 1 of")]
    [InlineData("solution", "One way to write ZeroPad, from the library's StepByStep.Convolution.cs:")]
    public void AFunctionHasSeveralNames(string arguments, string begin)
    {
        var (code, output, _) = Run(typeof(HalfDone), arguments);
        Assert.Equal(0, code);
        Assert.StartsWith(begin, output, StringComparison.Ordinal);
    }

    /// <summary>What is right already needs no hint.</summary>
    [Fact]
    public void NextOntoARightFunctionGoesOn()
    {
        string output = Run(typeof(Solved), "next").Output;
        Assert.Contains("On to ConvForward: dotnet run -- next", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hint", output, StringComparison.Ordinal);
    }

    [Fact]
    public void ASolutionIsForAfterwards()
    {
        Assert.Contains("nn.functional.pad(X", Run(typeof(HalfDone), "solution ZeroPad").Output, StringComparison.Ordinal);
        var (code, output, _) = Run(typeof(HalfDone), "solution conv_forward");
        Assert.Equal(1, code);
        Assert.DoesNotContain("a_slice_prev", output, StringComparison.Ordinal);
        Assert.Contains("a_slice_prev", Run(typeof(HalfDone), "solution conv_forward --anyway").Output, StringComparison.Ordinal);
        Assert.Contains("columns[i, h, w]", Run(typeof(HalfDone), "solution im2col --anyway").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conv_fordward", "conv_fordward: did you mean conv_forward?")]
    [InlineData("hint maxpool", "maxpool: must be the name or number of a function:")]
    [InlineData("solutio zero_pad", "solutio: did you mean solution?")]
    [InlineData("everything", "everything: must be all, hint, next, solution, help, or the name")]
    [InlineData("hint conv", "conv: did you mean conv_single_step, conv_forward, conv_backward,")]
    [InlineData("pool", "pool: did you mean pool_forward, pool_backward?")]
    [InlineData("9", "9: must be all, hint,")]
    [InlineData("0", "0: must be all, hint,")]
    [InlineData("next zero_pad", "zero_pad: is one word too many behind next.")]
    [InlineData("hint zero_pad more", "more: is one word too many behind hint.")]
    public void AWrongWordIsRefused(string arguments, string sentence)
    {
        var (code, output, error) = Run(typeof(HalfDone), arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(sentence, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1, 2")]
    [InlineData("""{"Current": "Nothing", "Hints": {"ZeroPad": 99, "ConvForward": -3}}""")]
    [InlineData("""{"Hints": null}""")]
    public void ADamagedMemoryIsNoReasonToFail(string content)
    {
        File.WriteAllText(folder[Bookmark.FileName], content);
        Assert.StartsWith("ZeroPad is right", Run(typeof(HalfDone), "").Output, StringComparison.Ordinal);
        Assert.Equal(0, Run(typeof(HalfDone), "hint conv_forward").Code);
        Assert.Equal(0, Run(typeof(HalfDone), "hint").Code);
    }
}
