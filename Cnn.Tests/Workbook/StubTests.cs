using System.Text.RegularExpressions;
using Cnn.Layers;
using Cnn.Reference;
using Cnn.Reference.Exercises;
using Cnn.Reference.Printing;
using Cnn.Reference.Workbook;
using static TorchSharp.torch;

namespace Cnn.Tests.Workbook;

/// <summary>The functions that students are given, and the words around them.</summary>
public partial class StubTests
{
    public static TheoryData<string> Names => [.. LessonTable.All.Select(lesson => lesson.Name)];

    private static Cnn.Reference.Workbook.Lesson Find(string name) => LessonTable.All.Single(lesson => lesson.Name == name);

    /// <summary>What is given in Spanish only is as long as what the source has, and holds the same shapes.</summary>
    [Theory, MemberData(nameof(Names))]
    public void SpanishSaysWhatTheSourceSays(string name)
    {
        var lesson = Find(name);
        var parameters = lesson.Signature.Parameters;
        Assert.Equal(parameters.Count, lesson.Text.Parameters.Count);
        foreach (var (parameter, spanish) in parameters.Zip(lesson.Text.Parameters))
        {
            Assert.NotEmpty(parameter.Document);
            Assert.Equal(Shapes().Matches(parameter.Document).Select(match => match.Value),
                Shapes().Matches(spanish).Select(match => match.Value));
            Assert.NotEqual(parameter.Document, spanish);
        }
        Assert.EndsWith(".", lesson.Signature.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain(" = ", lesson.Signature.Summary, StringComparison.Ordinal); // the answer
        Assert.NotEqual(lesson.Signature.Summary, lesson.Text.Summary);
    }

    /// <summary>The heads are those that the check calls: Solved compiles against the one and is bound by the other.</summary>
    [Theory, MemberData(nameof(Names))]
    public void TheHeadIsTheOneThatIsCalled(string name)
    {
        var lesson = Find(name);
        var method = typeof(Solved).GetMethod(name)!;
        Assert.Equal(method.GetParameters().Select(parameter => parameter.Name),
            lesson.Signature.Parameters.Select(parameter => parameter.Name));
        Assert.True(lesson.Check(typeof(Solved)).Passed);
        Assert.Contains($"    {lesson.Signature}\n    {{\n", Stub.Of(lesson, Language.English), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public void AMistakeIsToldInTheFurtherOnesToo(string name)
    {
        var lesson = Find(name);
        var result = lesson.Check(typeof(Tripled));
        Assert.False(result.Passed);
        var (right, yours) = Worked(result);
        // Thrice the right number, rounded to six digits; of a mask, the other one.
        Assert.Equal(name == "CreateMaskFromWindow" ? 1 - right : 3 * right, yours, 1e-4 * Math.Abs(yours));
        Assert.DoesNotContain("It must be ", result.ExplanationIn(Language.Spanish), StringComparison.Ordinal);
    }

    /// <summary>A filter of a later group is worked with that group's channels.</summary>
    [Fact]
    public void TheWorkedCellIsOfItsOwnGroup()
    {
        var (right, yours) = Worked(FurtherCheck.GroupedConvForward((A_prev, W, b, hparameters, groups) =>
        {
            var Z = Solved.GroupedConvForward(A_prev, W, b, hparameters, groups);
            Z[.., .., .., ^1] *= 3;
            return Z;
        }));
        Assert.Equal(3 * right, yours);
    }

    private static (double Right, double Yours) Worked(ExerciseResult result)
    {
        var worked = ItMustBe().Match(result.Explanation);
        Assert.True(worked.Success, result.Explanation);
        return (Number(1), Number(2));

        double Number(int group) => double.Parse(worked.Groups[group].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void TheExerciseKeepsItsOwnNames()
    {
        Assert.Equal(["dZ", "cache"], Find("ConvBackward").Signature.InPython);
        Assert.Equal(["A_prev", "W", "b", "hparameters"], Find("ConvForward").Signature.InPython);
        Assert.Equal(["dA", "cache", "mode"], Find("PoolBackward").Signature.InPython);
        Assert.Equal("(Tensor dA_prev, Tensor dW, Tensor db)", Find("ConvBackward").Signature.Returned);
    }

    /// <summary>No answer is given away.</summary>
    [Theory, MemberData(nameof(Names))]
    public void TheBodyIsStillToBeWritten(string name)
    {
        foreach (var language in Enum.GetValues<Language>())
        {
            string stub = Stub.Of(Find(name), language);
            Assert.Contains("throw new NotImplementedException(", stub, StringComparison.Ordinal);
            Assert.DoesNotContain("return ", stub, StringComparison.Ordinal);
            Assert.All(stub.Split('\n'), line => Assert.True(line.Length <= 140, line));
        }
    }

    /// <summary>The last hint leaves something to do: none is a whole body.</summary>
    [Theory, MemberData(nameof(Names))]
    public void NoHintIsTheSolution(string name) => Assert.All(Find(name).Text.Hints, hint =>
    {
        Assert.DoesNotContain("return ", hint.English, StringComparison.Ordinal);
        Assert.DoesNotContain("return ", hint.Spanish, StringComparison.Ordinal);
    });

    /// <summary>A slice takes int, and a long for it does not compile: whatever is a long has an int in what is given.</summary>
    [Theory]
    [InlineData("ZeroPad", "p = (int)pad;")]
    [InlineData("Im2Col", "side = (int)f;")]
    [InlineData("ConvBackwardByGather", "n_H_prev = (int)shape.n_H_prev")]
    [InlineData("DilatedConvForward", "gap = (int)dilation;")]
    [InlineData("GroupedConvForward", "count = (int)groups;")]
    public void WhatSlicesTakeIsGivenAsInt(string name, string given) =>
        Assert.Contains(given, Stub.Of(Find(name), Language.English), StringComparison.Ordinal);

    /// <summary>Both languages have all there is; only code, and a shape alone, are the same in both.</summary>
    [Theory, MemberData(nameof(Names))]
    public void BothLanguagesAreComplete(string name)
    {
        var text = Find(name).Text;
        Assert.True(text.Hints.Count >= 3, "hints from a nudge to nearly all");
        Assert.All(
            (IEnumerable<Bilingual>)[text.Returns, .. text.Steps, .. text.Hints],
            each =>
            {
                Assert.NotEmpty(each.English);
                Assert.NotEmpty(each.Spanish);
                if (each.English == each.Spanish) Assert.Matches(Code(), each.English);
            });
    }

    [GeneratedRegex(@"\([^)]*\)")]
    private static partial Regex Shapes();

    [GeneratedRegex(@"It must be (\S+), and is (\S+)\.")]
    private static partial Regex ItMustBe();

    [GeneratedRegex(@"(;$)|(^\w+, \([^)]*\)\.$)")]
    private static partial Regex Code();

    private static class Tripled
    {
        private static readonly Func<Tensor, Tensor> Thrice = tensor => tensor.dtype == ScalarType.Bool ? ~tensor : 3 * tensor;

        public static Tensor ZeroPad(Tensor X, long pad) => Thrice(Solved.ZeroPad(X, pad));

        public static Tensor ConvSingleStep(Tensor a_slice_prev, Tensor W, Tensor b) => Thrice(Solved.ConvSingleStep(a_slice_prev, W, b));

        public static Tensor ConvForward(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters) =>
            Thrice(Solved.ConvForward(A_prev, W, b, hparameters));

        public static Tensor PoolForward(Tensor A_prev, HParameters hparameters, PoolMode mode) =>
            Thrice(Solved.PoolForward(A_prev, hparameters, mode));

        public static (Tensor, Tensor, Tensor) ConvBackward(Tensor dZ, Tensor A_prev, Tensor W, Tensor b, HParameters hparameters) =>
            Solved.ConvBackward(Thrice(dZ), A_prev, W, b, hparameters);

        public static Tensor CreateMaskFromWindow(Tensor x) => Thrice(Solved.CreateMaskFromWindow(x));

        public static Tensor DistributeValue(double dz, (long, long) shape) => Thrice(Solved.DistributeValue(dz, shape));

        public static Tensor PoolBackward(Tensor dA, Tensor A_prev, HParameters hparameters, PoolMode mode) =>
            Thrice(Solved.PoolBackward(dA, A_prev, hparameters, mode));

        public static Tensor Im2Col(Tensor A_prev, long f, HParameters hparameters) => Thrice(Solved.Im2Col(A_prev, f, hparameters));

        public static Tensor ConvBackwardByGather(Tensor dZ, Tensor W, HParameters hparameters, (long, long) shape) =>
            Thrice(Solved.ConvBackwardByGather(dZ, W, hparameters, shape));

        public static Tensor DilatedConvForward(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters, long dilation) =>
            Thrice(Solved.DilatedConvForward(A_prev, W, b, hparameters, dilation));

        public static Tensor GroupedConvForward(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters, long groups) =>
            Thrice(Solved.GroupedConvForward(A_prev, W, b, hparameters, groups));
    }
}
