using System.Text.RegularExpressions;
using Cnn.Layers;
using Cnn.Reference;
using Cnn.Reference.Exercises;
using Cnn.Reference.Mistakes;
using Cnn.Tests.Printing;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Exercises;

/// <summary>The answers that students get.</summary>
public partial class ExerciseCheckTests
{
    private static Tensor ConvForward(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters) =>
        StepByStep.ConvForward(A_prev, W, b, hparameters).Z;

    private static (Tensor, Tensor, Tensor) ConvBackward(Tensor dZ, Tensor A_prev, Tensor W, Tensor b, HParameters hparameters) =>
        StepByStep.ConvBackward(dZ, new(A_prev, W, b, hparameters));

    [Fact]
    public void TheLessonPasses()
    {
        ExerciseResult[] results =
        [
            ExerciseCheck.ZeroPad(StepByStep.ZeroPad),
            ExerciseCheck.ConvSingleStep(StepByStep.ConvSingleStep),
            ExerciseCheck.ConvForward(ConvForward),
            ExerciseCheck.ConvBackward(ConvBackward),
            ExerciseCheck.PoolForward((A_prev, hparameters, mode) => StepByStep.PoolForward(A_prev, hparameters, mode).A),
            ExerciseCheck.CreateMaskFromWindow(StepByStep.CreateMaskFromWindow),
            ExerciseCheck.DistributeValue(StepByStep.DistributeValue),
            ExerciseCheck.PoolBackward(
                (dA, A_prev, hparameters, mode) => StepByStep.PoolBackward(dA, new(A_prev, hparameters, mode), mode)),
        ];
        Assert.All(results, result =>
        {
            Assert.True(result.Passed, result.Explanation);
            Assert.Empty(result.Mistakes);
            Assert.EndsWith(" cells.", result.Explanation, StringComparison.Ordinal);
            Assert.EndsWith(" celdas.", result.ExplanationIn(Language.Spanish), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void AMistakeIsNamedAndItsFirstCellWorked()
    {
        var result = ExerciseCheck.ConvForward((A_prev, W, b, hparameters) => ConvForward(A_prev, W, 2 * b, hparameters));
        Assert.False(result.Passed);
        Assert.Equal(["bias-twice"], result.Mistakes);
        Assert.Contains("The bias is added twice. Look at b.", Columns.Unfolded(result.Explanation), StringComparison.Ordinal);
        Assert.Contains("El bias se suma dos veces. Mirá b.", Columns.Unfolded(result.ExplanationIn(Language.Spanish)),
            StringComparison.Ordinal);
        Assert.Contains("Z[i=0, h=0, w=0, c=0]", result.Explanation, StringComparison.Ordinal);
        Assert.All(result.Explanation.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 80, line));
    }

    [Fact]
    public void WhatIsNeverWrittenIsCalledSo()
    {
        var backward = ExerciseCheck.ConvBackward((dZ, A_prev, W, b, hparameters) =>
        {
            var (dA_prev, dW, db) = StepByStep.ConvBackward(dZ, new(A_prev, W, b, hparameters));
            return (dA_prev * 0, dW, db);
        });
        Assert.Equal(["input-gradient-left-zero"], backward.Mistakes);
        Assert.Contains("Nothing is written into dA_prev", Columns.Unfolded(backward.Explanation), StringComparison.Ordinal);
        var forward = ExerciseCheck.ConvForward((A_prev, W, b, hparameters) => ConvForward(A_prev, W, b, hparameters) * 0);
        Assert.Equal(["output-left-zero"], forward.Mistakes);
        var pool = ExerciseCheck.PoolForward(
            (A_prev, hparameters, mode) => StepByStep.PoolForward(A_prev, hparameters, mode).A * 0);
        Assert.Equal(["pool-output-left-zero"], pool.Mistakes);
    }

    [Fact]
    public void OneMaximumOfSeveralIsNoMask()
    {
        var result = ExerciseCheck.CreateMaskFromWindow(x =>
        {
            var mask = zeros_like(x, ScalarType.Bool);
            mask.view(-1)[x.argmax()] = true;
            return mask;
        });
        Assert.False(result.Passed, result.Explanation);
    }

    [Fact]
    public void CasesWithTiesHaveThem()
    {
        ExerciseCase[] cases = [.. from exercise in ExerciseTable.All from @case in exercise.Cases where @case.Ties select @case];
        Assert.NotEmpty(cases);
        Assert.All(cases, @case =>
        {
            using var scope = NewDisposeScope();
            var call = @case.ToCall();
            var (height, width) = call.Outputs();
            long[] shape = [call.Input.shape[0], call.Input.shape[1], height, width];
            var ones = call with { Operation = Operation.MaxBackward, GradOutput = torch.ones(shape, ScalarType.Float64) };
            var every = Correct.Of(ones with { Windows = call.Windows with { EveryMaximum = true } }).GradInput!.sum();
            var first = Correct.Of(ones with { Windows = call.Windows with { EveryMaximum = false } }).GradInput!.sum();
            Assert.True(every.item<double>() > first.item<double>(), $"{@case}: every maximum is the only one of its window");
        });
    }

    [Fact]
    public void AWrongShapeIsAllThereIsToSay()
    {
        var result = ExerciseCheck.PoolForward((A_prev, _, _) => A_prev);
        Assert.Contains("A has shape", Columns.Unfolded(result.Explanation), StringComparison.Ordinal);
        Assert.DoesNotContain("No known mistake", result.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoMistakesAtOnceAreBothNamed()
    {
        var result = ExerciseCheck.ConvForward((A_prev, W, b, hparameters) => ConvForward(A_prev, W.flip(0, 1), 2 * b, hparameters));
        Assert.Equal(["bias-twice", "kernel-flipped"], result.Mistakes.Order(StringComparer.Ordinal));
        Assert.Contains("two mistakes at once: ", Columns.Unfolded(result.Explanation), StringComparison.Ordinal);
        Assert.Contains("dos errores a la vez: ", Columns.Unfolded(result.ExplanationIn(Language.Spanish)), StringComparison.Ordinal);
    }

    /// <summary>The cell that is worked is one in which each of two mistakes changes something, or there is one for each.</summary>
    [Fact]
    public void TheWorkedCellShowsTheMistakes()
    {
        var overwritten = ExerciseCheck.ConvBackward((dZ, A_prev, W, b, hparameters) =>
        {
            var (_, dW, db) = ConvBackward(dZ, A_prev, W, b, hparameters);
            return (new Cnn.Tests.Mistakes.Student { Add = (gradient, more) => gradient.copy_(more) }
                .ConvBackward(dZ, A_prev, W, b, hparameters).Item1, dW, db);
        });
        Assert.Equal(["gradient-overwritten"], overwritten.Mistakes);
        var windows = Window().Matches(overwritten.Explanation).Select(window => window.Value).Distinct();
        Assert.True(windows.Count() > 1, overwritten.Explanation); // one window alone has nothing to overwrite

        // The last filter of the first image alone; all else is right: no cell is wrong by both.
        var apart = ExerciseCheck.ConvForward((A_prev, W, b, hparameters) =>
        {
            var Z = ConvForward(A_prev, W, b, hparameters).clone();
            Z[^1] = 0;
            Z[.., .., .., ^1] = 0;
            return Z;
        });
        Assert.Equal(["last-image-missing", "last-output-channel-missing"], apart.Mistakes.Order(StringComparer.Ordinal));
        var cell = WorkedForward().Match(apart.Explanation);
        Assert.True(cell.Success && cell.Groups[1].Value != "0" && cell.Groups[2].Value != "0", apart.Explanation);

        var parts = ExerciseCheck.ConvBackward((dZ, A_prev, W, b, hparameters) =>
        {
            var (dA_prev, dW, db) = ConvBackward(dZ, A_prev, W, b, hparameters);
            return (dA_prev, dW / A_prev.shape[0], db * 0);
        });
        Assert.Contains("\ndW[f_H=", parts.Explanation.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("\ndb[", parts.Explanation.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"dZ\[\d+, (\d+, \d+), \d+\]")]
    private static partial Regex Window();

    [GeneratedRegex(@"Z\[i=(\d+), h=\d+, w=\d+, c=(\d+)\]")]
    private static partial Regex WorkedForward();

    [Fact]
    public void EachModeOfAPoolIsDiagnosedByItself()
    {
        var result = ExerciseCheck.PoolBackward((dA, A_prev, hparameters, mode) =>
        {
            var dA_prev = StepByStep.PoolBackward(dA, new(A_prev, hparameters, mode), mode);
            return mode == PoolMode.Max ? dA_prev : dA_prev * hparameters.f * hparameters.f;
        });
        Assert.Equal(["average-not-divided"], result.Mistakes);
    }

    /// <summary>A case that throws does not hide what the others show.</summary>
    [Fact]
    public void WhatThrowsOnceIsStillDiagnosed()
    {
        var result = ExerciseCheck.ConvForward((A_prev, W, b, hparameters) => hparameters.pad == 2
            ? throw new InvalidOperationException("too wide")
            : ConvForward(A_prev, W, 2 * b, hparameters));
        Assert.Equal(["bias-twice"], result.Mistakes);
        string said = Columns.Unfolded(result.Explanation);
        Assert.Contains(
            " cells of Z are wrong. 4 of 4 cases are wrong, 1 by an exception. Your Z is exactly", said, StringComparison.Ordinal);
        Assert.True(said.IndexOf("It must be ", StringComparison.Ordinal) is > 0 and int cell
            && cell < said.IndexOf("it threw InvalidOperationException: too wide", StringComparison.Ordinal), said);
        Assert.Contains("Fallan 4 de 4 casos, 1 con una excepción.", Columns.Unfolded(result.ExplanationIn(Language.Spanish)),
            StringComparison.Ordinal);
    }

    /// <summary>What is to be one number says how that is made of b; a mask of another type, what gives bool.</summary>
    [Fact]
    public void WhatToDoIsSaid()
    {
        var number = ExerciseCheck.ConvSingleStep((a_slice_prev, W, b) => sum(a_slice_prev * W) + b);
        Assert.Contains(
            "Z has shape (1, 1, 1); it must be one number, without axes. sum(s) is one; in place of b write b.squeeze() or b.item<double>().",
            Columns.Unfolded(number.Explanation), StringComparison.Ordinal);
        Assert.Contains("debe ser un solo número, sin ejes. sum(s) lo es; en vez de b poné b.squeeze() o b.item<double>().",
            Columns.Unfolded(number.ExplanationIn(Language.Spanish)), StringComparison.Ordinal);
        var mask = ExerciseCheck.CreateMaskFromWindow(x => (x == max(x)).to(ScalarType.Float64));
        Assert.Contains("mask has dtype Float64; it must be Bool. A comparison gives that: x == max(x).",
            Columns.Unfolded(mask.Explanation), StringComparison.Ordinal);
        var window = ExerciseCheck.DistributeValue((dz, shape) => ones(shape.n_H, shape.n_W) * (dz / (shape.n_H * shape.n_W)));
        Assert.Contains("a has dtype Float32; it must be Float64. ones(..., dtype: ScalarType.Float64) has that type",
            Columns.Unfolded(window.Explanation), StringComparison.Ordinal);
    }

    /// <summary>A border cell is mostly padding: what follows each other of it is one line.</summary>
    [Fact]
    public void PaddingIsOneLine()
    {
        var result = ExerciseCheck.ConvForward((A_prev, W, b, hparameters) =>
        {
            var Z = ConvForward(A_prev, W, b, hparameters);
            return hparameters.pad == 2 ? Z + 0.125 : Z;
        });
        Assert.Contains("\n  24 cells of padding: 0\n", result.Explanation.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("  24 celdas de padding: 0", result.ExplanationIn(Language.Spanish), StringComparison.Ordinal);
        Assert.DoesNotContain("a_prev_pad[0, 0, 0]", result.Explanation, StringComparison.Ordinal);
        Assert.Contains("a_prev_pad[2, 2, 0]", result.Explanation, StringComparison.Ordinal);
        Assert.InRange(result.Explanation.Split('\n').Length, 8, 15);
    }

    /// <summary>Where all is NaN, or some of it, no mistake is accused; what the other results are is said.</summary>
    [Fact]
    public void WhatIsNaNAccusesNobody()
    {
        var all = ExerciseCheck.PoolForward(
            (A_prev, hparameters, mode) => StepByStep.PoolForward(A_prev, hparameters, mode).A * double.NaN);
        Assert.Empty(all.Mistakes);
        Assert.Contains("Every cell is NaN: that is 0 / 0", Columns.Unfolded(all.Explanation), StringComparison.Ordinal);
        Assert.DoesNotContain("exactly", all.Explanation, StringComparison.Ordinal);
        var one = ExerciseCheck.PoolForward((A_prev, hparameters, mode) =>
        {
            var A = StepByStep.PoolForward(A_prev, hparameters, mode).A.clone();
            A[0, 0, 1] = double.NaN;
            return A;
        });
        Assert.Matches(@"\d+ of \d+ cells of A are NaN: that is 0 / 0", Columns.Unfolded(one.Explanation));
        Assert.Matches(@"\d+ de \d+ celdas de A son NaN: eso es 0 / 0", Columns.Unfolded(one.ExplanationIn(Language.Spanish)));
        Assert.DoesNotContain("vert_start", one.Explanation, StringComparison.Ordinal);
        var both = ExerciseCheck.ConvBackward((dZ, A_prev, W, b, hparameters) =>
        {
            var (dA_prev, dW, db) = ConvBackward(dZ, A_prev, W, b, hparameters);
            return (dA_prev * double.NaN, dW, db / A_prev.shape[0]);
        });
        string said = Columns.Unfolded(both.Explanation);
        Assert.Contains("Your db is exactly what this gives", said, StringComparison.Ordinal);
        Assert.Contains("Every cell is NaN", said, StringComparison.Ordinal);
        Assert.DoesNotContain("No known mistake", said, StringComparison.Ordinal);
    }

    /// <summary>Nothing of the table is left in the other language.</summary>
    [Fact]
    public void TheWorkedCellIsInTheLanguageToo()
    {
        string spanish = ExerciseCheck.ConvBackward((dZ, A_prev, W, b, hparameters) =>
        {
            var (dA_prev, dW, db) = ConvBackward(dZ, A_prev, W, b, hparameters);
            return (dA_prev + 1, dW, db);
        }).ExplanationIn(Language.Spanish);
        Assert.Contains("fila 0, columna 0 de dA_prev_pad", spanish, StringComparison.Ordinal);
        Assert.All((string[])["filtro", "gradiente", "producto", "suma"], word => Assert.Contains(word, spanish, StringComparison.Ordinal));
        Assert.All((string[])["row", "column ", "filter", "upstream", "product ", "sum "],
            word => Assert.DoesNotContain(word, spanish, StringComparison.Ordinal));
    }

    [Fact]
    public void OneOfThreeGradientsIsNamedAlone()
    {
        var result = ExerciseCheck.ConvBackward((dZ, A_prev, W, b, hparameters) =>
        {
            var (dA_prev, dW, db) = ConvBackward(dZ, A_prev, W, b, hparameters);
            return (dA_prev, dW / A_prev.shape[0], db);
        });
        Assert.Equal(["weight-gradient-averaged-over-images"], result.Mistakes);
        Assert.Contains("Your dW is exactly what this gives: dW is divided by the number of images. Look at dW.",
            Columns.Unfolded(result.Explanation), StringComparison.Ordinal);
    }

    /// <summary>What is right is not called wrong; two that are wrong in one way are said once.</summary>
    [Theory]
    [InlineData(false, "Your db is exactly what this gives: db is divided by the number of images. Look at db.")]
    [InlineData(true, "Your dW and db are exactly what this gives: dW and db are divided by the number of images. Look at dW, db.")]
    public void OnlyWhatIsWrongIsSpokenOf(bool both, string sentence)
    {
        var result = ExerciseCheck.ConvBackward((dZ, A_prev, W, b, hparameters) =>
        {
            var (dA_prev, dW, db) = ConvBackward(dZ, A_prev, W, b, hparameters);
            return (dA_prev, both ? dW / A_prev.shape[0] : dW, db / A_prev.shape[0]);
        });
        Assert.Single(result.Mistakes);
        Assert.Contains(sentence, Columns.Unfolded(result.Explanation), StringComparison.Ordinal);
    }

    /// <summary>Two parts with a mistake each, beside one that nothing explains, are no two mistakes at once.</summary>
    [Fact]
    public void EachPartIsSaidByItself()
    {
        var result = ExerciseCheck.ConvBackward((dZ, A_prev, W, b, hparameters) =>
        {
            var (dA_prev, dW, db) = ConvBackward(dZ, A_prev, W, b, hparameters);
            return (dA_prev * double.NaN, dW * 0, db * 0);
        });
        Assert.Equal(["weight-gradient-left-zero", "bias-gradient-left-zero"], result.Mistakes);
        string said = Columns.Unfolded(result.Explanation);
        Assert.DoesNotContain("two mistakes", said, StringComparison.Ordinal);
        Assert.Contains("Your dW is exactly what this gives: Nothing is written into dW", said, StringComparison.Ordinal);
        Assert.Contains("Your db is exactly what this gives: Nothing is written into db", said, StringComparison.Ordinal);
        Assert.Contains("Every cell is NaN", said, StringComparison.Ordinal);
    }

    /// <summary>A gradient that is added up in the input itself begins with zeros; to copy the input would be wrong, too.</summary>
    [Fact]
    public void AGradientInItsInputBeginsWithZeros()
    {
        var pool = ExerciseCheck.PoolBackward((dA, A_prev, hparameters, mode) =>
        {
            var dA_prev = A_prev;
            dA_prev.add_(1);
            return dA_prev;
        });
        Assert.Contains("it changed its input A_prev. dA_prev must begin with zeros of that shape, dA_prev = zeros_like(A_prev);",
            Columns.Unfolded(pool.Explanation), StringComparison.Ordinal);
        Assert.Contains("modificó su entrada A_prev. dA_prev debe empezar con ceros de esa forma, dA_prev = zeros_like(A_prev);",
            Columns.Unfolded(pool.ExplanationIn(Language.Spanish)), StringComparison.Ordinal);
        Assert.DoesNotContain("clone", pool.Explanation, StringComparison.Ordinal);
        var conv = ExerciseCheck.ConvBackward((dZ, A_prev, W, b, hparameters) =>
        {
            var gradients = ConvBackward(dZ, A_prev, W, b, hparameters);
            W.add_(1);
            return gradients;
        });
        Assert.Contains("dW = zeros_like(W)", Columns.Unfolded(conv.Explanation), StringComparison.Ordinal);
        var forward = ExerciseCheck.PoolForward((A_prev, _, _) => A_prev.add_(1));
        Assert.Contains("copy it first, with A_prev.clone()", Columns.Unfolded(forward.Explanation), StringComparison.Ordinal);
    }

    /// <summary>Whole numbers alone would not tell: where numbers are added or copied, a case has halves.</summary>
    [Fact, Trait(Traits.Speed, Traits.Slow)] // nothing explains it, which takes all pairs of mistakes six times
    public void WhatMakesIntegersIsFoundOut()
    {
        ExerciseResult[] results =
        [
            ExerciseCheck.ZeroPad((X, pad) => Whole(StepByStep.ZeroPad(X, pad))),
            ExerciseCheck.ConvSingleStep((a, W, b) => Whole(StepByStep.ConvSingleStep(a, W, b))),
            ExerciseCheck.ConvForward((A_prev, W, b, hparameters) => Whole(ConvForward(A_prev, W, b, hparameters))),
            ExerciseCheck.PoolForward((A_prev, hparameters, mode) => StepByStep.PoolForward(Whole(A_prev), hparameters, mode).A),
            ExerciseCheck.ConvBackward((dZ, A_prev, W, b, hparameters) => ConvBackward(Whole(dZ), A_prev, W, b, hparameters)),
            ExerciseCheck.PoolBackward((dA, A_prev, hparameters, mode) =>
                StepByStep.PoolBackward(Whole(dA), new(A_prev, hparameters, mode), mode)),
        ];
        Assert.All(results, result => Assert.False(result.Passed, result.Explanation));

        static Tensor Whole(Tensor tensor) => tensor.trunc();
    }

    /// <summary>Of a shape that is wrong, the formula stands there with its numbers.</summary>
    [Fact]
    public void TheFormulaIsWorkedWhereASizeIsWrong()
    {
        var result = ExerciseCheck.ConvForward((A_prev, W, b, hparameters) =>
            nn.functional.pad(ConvForward(A_prev, W, b, hparameters), [0, 0, 0, 2, 0, 1]));
        Assert.Contains(
            "Z has shape (2, 3, 5, 2); it must be (2, 2, 3, 2). n_H = (3 - 2) / 1 + 1 = 2, n_W = (4 - 2) / 1 + 1 = 3, rounded down.",
            Columns.Unfolded(result.Explanation), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsInfiniteIsADivisionByZero() => Assert.Contains(
        "A cell is infinite: that is a division by 0, for instance.",
        ExerciseCheck.DistributeValue((dz, shape) => ones(shape.n_H, shape.n_W, ScalarType.Float64) * (dz / 0.0)).Explanation,
        StringComparison.Ordinal);

    [Fact]
    public void WhatNobodyKnowsIsCalledUnknown()
    {
        var result = ExerciseCheck.ConvForward((A_prev, W, b, hparameters) => ConvForward(A_prev, W, b, hparameters) + 0.125);
        Assert.False(result.Passed);
        Assert.Empty(result.Mistakes);
        Assert.Contains("No known mistake", result.Explanation, StringComparison.Ordinal);
        Assert.Contains("product", result.Explanation, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<Tensor, long, Tensor>, string> Spoiled => new()
    {
        { "throws", (_, _) => throw new IndexOutOfRangeException("no such row"), "it threw IndexOutOfRangeException: no such row" },
        { "null", (_, _) => null!, "it returned nothing for X_pad" },
        { "disposed result", (X, pad) => { var t = StepByStep.ZeroPad(X, pad); t.Dispose(); return t; }, "it returned nothing for X_pad" },
        { "rank", (X, pad) => StepByStep.ZeroPad(X, pad)[0], "X_pad has shape" },
        { "shape", (X, pad) => StepByStep.ZeroPad(X, pad + 1)[.., 1..], "X_pad has shape" },
        { "dtype", (X, pad) => StepByStep.ZeroPad(X, pad).to(ScalarType.Float32), "X_pad has dtype Float32; it must be Float64." },
        { "dtype, and how to mend it", (X, pad) => StepByStep.ZeroPad(X, pad).to(ScalarType.Float32),
            "X.new_zeros(...) has that type, zeros(...) has not; .to(ScalarType.Float64) converts. 3 of 3 cases are wrong." },
        { "NaN", (X, pad) => StepByStep.ZeroPad(X, pad) * double.NaN,
            "20 of 20 cells of X_pad are wrong. 3 of 3 cases are wrong. Every cell is NaN: that is 0 / 0, for instance, a mean over no " +
            "cells, or memory that nothing was written to. X_pad[i=0, h=0, w=0, c=0] must be 0." },
        { "throws sometimes", (X, pad) => pad == 0 ? StepByStep.ZeroPad(X, pad) : throw new InvalidOperationException("no"),
            "it threw InvalidOperationException: no (ExerciseCheckTests.cs, line" },
        { "throws sometimes, counted", (X, pad) => pad == 0 ? StepByStep.ZeroPad(X, pad) : throw new InvalidOperationException("no"),
            "). 2 of 3 cases are wrong, all by an exception." },
        { "changes its input", (X, pad) => { var t = StepByStep.ZeroPad(X, pad); X.add_(1); return t; }, "it changed its input X" },
        { "disposes its input", (X, pad) => { var t = StepByStep.ZeroPad(X, pad); X.Dispose(); return t; }, "it disposed its input X" },
        { "resizes its input", (X, pad) => { var t = StepByStep.ZeroPad(X, pad); X.squeeze_(0); return t; }, "it changed its input X" },
    };

    [Theory, MemberData(nameof(Spoiled))]
    public void WhatCannotBeComparedGetsASentence(string how, Func<Tensor, long, Tensor> yours, string sentence)
    {
        var result = ExerciseCheck.ZeroPad(yours);
        Assert.False(result.Passed, how);
        Assert.Contains(sentence, Columns.Unfolded(result.Explanation), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void NoFunctionIsRefused() => Assert.Throws<ArgumentNullException>(() => ExerciseCheck.ZeroPad(null!));
}
