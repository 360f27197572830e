using System.IO.Compression;
using Cnn.Reference.Exercises;
using Cnn.Reference.Mistakes;
using Cnn.Tests.Build;
using Cnn.Tests.Exercises;
using Cnn.Tests.Interchange;
using Cnn.Tests.Printing;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Commands;

/// <summary><c>diagnose</c>, as a student starts it.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class DiagnoseCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    private string File => folder["results.npz"];

    private (int Code, string Output, string Error) Diagnose(string exercise, params string[] more) =>
        CommandLine.Run(["diagnose", File, "--exercise", exercise, .. more]);

    private static Exercise Find(string name) => ExerciseTable.All.Single(each => each.Python == name);

    private static List<Call> Calls(string exercise) => [.. Find(exercise).Cases.Select(@case => @case.ToCall())];

    public static TheoryData<string> Names => [.. ExerciseTable.All.Select(exercise => exercise.Python)];

    /// <summary>With the exercise's own cases there is nothing that could be hidden.</summary>
    [Theory, MemberData(nameof(Names))]
    public void WhatIsRightIsSaidToBe(string name)
    {
        SavedCase.Write(File, Find(name), Calls(name));
        var (code, output, error) = Diagnose(name);
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith($"{name} is right: {Find(name).Cases.Count} cases, ", output, StringComparison.Ordinal);
        Assert.Single(output.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("zero_pad", "padding-of-ones", "X_pad")]
    [InlineData("conv_single_step", "bias-twice", "Z")]
    [InlineData("conv_forward", "stride-ignored-width", "Z")]
    [InlineData("pool_forward", "maximum-of-magnitudes", "A")]
    [InlineData("conv_backward", "gradient-overwritten", "dA_prev")]
    [InlineData("create_mask_from_window", "mask-per-row", "mask")]
    [InlineData("distribute_value", "value-not-divided", "a")]
    [InlineData("pool_backward", "first-maximum-only", "dA_prev")]
    public void AMistakeIsNamedAndItsFirstCellWorked(string name, string id, string result)
    {
        var mistake = Collection.Find(id)!;
        SavedCase.Write(File, Find(name), Calls(name), mistake);
        var (code, output, error) = Diagnose(name);
        Assert.Equal((1, ""), (code, error));
        string said = Columns.Unfolded(output);
        Assert.StartsWith($"{name}, with ", said, StringComparison.Ordinal);
        Assert.Contains(mistake.English, said, StringComparison.Ordinal);
        Assert.Contains("It must be ", said, StringComparison.Ordinal);
        Assert.Matches($"cells? of {result} (is|are) wrong", said);
        Assert.Contains(mistake.Spanish, Columns.Unfolded(Diagnose(name, "--language", "es").Output), StringComparison.Ordinal);
    }

    /// <summary>Any sizes, any types: a case of the student's own, in float32, with whole numbers, with the mode as a number.</summary>
    [Fact]
    public void OwnSizesAndTypesAreTaken()
    {
        var x = arange(2 * 5 * 7 * 3).reshape(2, 5, 7, 3).remainder(11);
        var right = Cnn.Layers.StepByStep.PoolForward(x.to(ScalarType.Float32), new(3, 0, 2), Cnn.Layers.PoolMode.Average).A;
        SavedCase.Write(File, [("A_prev", x), ("f", tensor(2.0)), ("stride", tensor(3)), ("mode", tensor(1L)), ("A", right)]);
        var (code, output, _) = Diagnose("pool_forward");
        Assert.Equal(0, code);
        Assert.StartsWith("pool_forward is right: 1 case, 24 cells.", output, StringComparison.Ordinal);
        Assert.Contains("mode average only", output, StringComparison.Ordinal);
    }

    [Fact]
    public void AWeakCaseIsSaidToBeWeak()
    {
        Tensor x = ones(1, 4, 4, 1), W = ones(2, 2, 1, 1), b = zeros(1, 1, 1, 1), Z = full(1, 3, 3, 1, 4);
        SavedCase.Write(File, [("A_prev", x), ("W", W), ("b", b), ("stride", tensor(1)), ("pad", tensor(0)), ("Z", Z)]);
        var (code, output, _) = Diagnose("conv_forward", "--language", "es");
        Assert.Equal(0, code);
        Assert.Contains("todos los números son iguales, una sola imagen", output, StringComparison.Ordinal);
        Assert.Contains("No se usa el stride", output, StringComparison.Ordinal);
        Assert.Contains("as many rows as columns, stride 1, pad 0", Diagnose("conv_forward").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ResultsOfOtherShapesAreToldTheRightOne()
    {
        SavedCase.Write(File, [("X", ones(1, 2, 3, 1)), ("pad", tensor(1)), ("X_pad", ones(2, 3))]);
        Assert.Contains("X_pad has shape (2, 3); it must be (1, 4, 5, 1).", Columns.Unfolded(Diagnose("zero_pad").Output),
            StringComparison.Ordinal);
        SavedCase.Write(File, [("X", ones(1, 2, 3, 1)), ("pad", tensor(1)), ("X_pad", ones(1, 4, 4, 1))]);
        Assert.Contains("X_pad tiene forma (1, 4, 4, 1); debe ser (1, 4, 5, 1).",
            Columns.Unfolded(Diagnose("zero_pad", "--language", "es").Output), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { "W", "is missing", "W is missing; np.savez must be given it by that name. There is: A_prev, b, stride, pad, Z." },
        { "Z", "is missing", "Z is missing" },
        { "stride", "0", "stride = 0: must be from 1 to " },
        { "stride", "1.5", "stride must be a whole number." },
        { "pad", "-1", "pad = -1: must be from 0 to " },
        { "pad", "(2, 2)", "pad must be one number." },
        { "W", "(2, 2, 3, 2)", "W has shape (2, 2, 3, 2): n_C_prev must be that of A_prev, 1." },
        { "W", "(2, 3, 1, 2)", "W has shape (2, 3, 1, 2): must be (f, f, n_C_prev, n_C) with one f" },
        { "A_prev", "(3, 4)", "A_prev has shape (3, 4): must have 4 dimensions" },
        { "b", "(2)", "b has shape (2): must have 4 dimensions" },
        { "A_prev", "(900, 90, 90, 1)", "too large to look for mistakes in" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void WhatBreaksARuleIsRefused(string name, string what, string sentence)
    {
        var arrays = new Dictionary<string, Tensor>
        {
            ["A_prev"] = ones(2, 3, 4, 1),
            ["W"] = ones(2, 2, 1, 2),
            ["b"] = ones(1, 1, 1, 2),
            ["stride"] = tensor(1),
            ["pad"] = tensor(0),
            ["Z"] = ones(2, 2, 3, 2),
        };
        if (what == "is missing") arrays.Remove(name);
        else if (what.StartsWith('(')) arrays[name] = ones([.. what.Trim('(', ')').Split(", ").Select(long.Parse)]);
        else arrays[name] = tensor(double.Parse(what, System.Globalization.CultureInfo.InvariantCulture));
        SavedCase.Write(File, [.. arrays.Select(each => (each.Key, each.Value))]);
        var (code, output, error) = Diagnose("conv_forward");
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith($"{File}: ", error, StringComparison.Ordinal);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
    }

    /// <summary>Two mistakes that leave a window without cells would give all NaN as well: that is no sign of them.</summary>
    [Fact]
    public void AllNaNIsNotTakenForTwoMistakes()
    {
        var x = arange(2 * 5 * 6 * 3).reshape(2, 5, 6, 3).remainder(11).to(ScalarType.Float64);
        SavedCase.Write(File,
            [("A_prev", x), ("f", tensor(2)), ("stride", tensor(1)), ("mode", tensor(0L)), ("A", full(2, 4, 5, 3, double.NaN))]);
        var (code, output, _) = Diagnose("pool_forward");
        Assert.Equal(1, code);
        Assert.Contains(
            "120 of 120 cells of A are wrong. Every cell is NaN: that is 0 / 0", Columns.Unfolded(output), StringComparison.Ordinal);
        Assert.DoesNotContain("exactly", output, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherModeIsRefused()
    {
        SavedCase.Write(File, [("A_prev", ones(1, 3, 4, 1)), ("f", tensor(2)), ("stride", tensor(1)), ("A", ones(1, 2, 3, 1))],
            [("mode", "mean")]);
        Assert.Equal((2, "", $"{File}: mode must be \"max\" or \"average\"."), Trimmed(Diagnose("pool_forward")));
        Assert.Equal((2, "", $"{File}: mode debe ser \"max\" o \"average\"."), Trimmed(Diagnose("pool_forward", "--language", "es")));
    }

    [Fact]
    public void ADamagedFileIsRefused()
    {
        Assert.Contains("must be a file that can be read (there is no such file).", Diagnose("zero_pad").Error, StringComparison.Ordinal);
        SavedCase.Write(File, Find("zero_pad"), Calls("zero_pad"));
        byte[] whole = System.IO.File.ReadAllBytes(File);
        foreach (int length in (int[])[0, 10, whole.Length / 2, whole.Length - 1])
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            var (code, output, error) = Trimmed(Diagnose("zero_pad"));
            Assert.Equal((2, ""), (code, output));
            Assert.StartsWith($"{File} is damaged", error, StringComparison.Ordinal);
            Assert.Single(error.Split('\n'));
        }
        System.IO.File.Copy(Path.Combine(AppContext.BaseDirectory, "Interchange", "numpy", "refused-object.npz"), File, overwrite: true);
        Assert.EndsWith("Of hparameters and cache, save what is in them: stride=2, pad=1, A_prev=A_prev.",
            Trimmed(Diagnose("zero_pad")).Error, StringComparison.Ordinal);
        Assert.Equal(2, CommandLine.Run("diagnose", File, "--exercise", "nothing").Code);
        Assert.Equal(2, CommandLine.Run("diagnose", File).Code);
    }

    /// <summary>One array is not what is read, and is told so; explain says the same.</summary>
    [Fact]
    public void OneArrayIsRefused()
    {
        SavedCase.Write(folder["whole.npz"], Find("zero_pad"), Calls("zero_pad"));
        using (var whole = ZipFile.OpenRead(folder["whole.npz"])) whole.Entries[0].ExtractToFile(File);
        string sentence = $"{File}: holds one array, as np.save writes it; np.savez writes several, by their names: " +
            "np.savez(\"mine.npz\", X=X, ...).";
        Assert.Equal((2, "", sentence), Trimmed(Diagnose("zero_pad")));
        Assert.Equal((2, "", sentence), Trimmed(CommandLine.Run("explain", "--npz", File)));
        Assert.Contains("tiene un solo array", Diagnose("zero_pad", "--language", "es").Error, StringComparison.Ordinal);
    }

    /// <summary>What is not needed does not matter: objects of Python's, which are never read, complex numbers, other names.</summary>
    [NumpyFact]
    public void WhatIsNotNeededIsLeftAside()
    {
        const string Save =
            "import sys, numpy as np\nclass Evil:\n    def __reduce__(self):\n        return (print, ('unpickled',))\n" +
            "X = np.arange(6.0).reshape(1, 2, 3, 1)\nX_pad = np.pad(X, ((0, 0), (1, 1), (1, 1), (0, 0)))\n" +
            "np.savez(sys.argv[1], X=X, pad=1, X_pad=X_pad, hparameters={'pad': Evil()}, cache=np.array([X, None], dtype=object), " +
            "layer_1=X, note=1j)";
        Assert.Equal((0, ""), Python.Run(Save, File));
        var (code, output, error) = Diagnose("zero_pad");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("zero_pad is right: 1 case, 20 cells.", output, StringComparison.Ordinal);
        Assert.Contains("\nNot needed, and left aside: cache, hparameters, layer_1, note.\n", output, StringComparison.Ordinal);
        Assert.Contains(
            "No hace falta, y quedó de lado: cache, hparameters, layer_1, note.", Diagnose("zero_pad", "--language", "es").Output,
            StringComparison.Ordinal);
        Assert.Equal((0, ""), Python.Run(Save.Replace("pad=1, X_pad", "X_pad", StringComparison.Ordinal), File));
        Assert.EndsWith(
            "pad is missing; np.savez must be given it by that name. There is: X, X_pad, layer_1, hparameters, cache, note. Of " +
            "hparameters and cache, save what is in them: stride=2, pad=1, A_prev=A_prev.",
            Columns.Unfolded(Diagnose("zero_pad").Error), StringComparison.Ordinal);
        Assert.Equal((0, ""), Python.Run(Save.Replace("pad=1,", "pad={},", StringComparison.Ordinal), File));
        Assert.Contains("pad has the type |O", Columns.Unfolded(Diagnose("zero_pad").Error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X_pad", "Xpad", "Xpad: did you mean X_pad?")]
    [InlineData("X_pad", "x_padd", "x_padd: did you mean X_pad?")]
    [InlineData("pad", "Pad", "Pad: did you mean pad?")]
    [InlineData("pad", "p", "pad is missing;")]
    public void ASlipInANameIsToldTheName(string name, string other, string sentence)
    {
        (string Name, Tensor Tensor)[] arrays = [("X", ones(1, 2, 3, 1)), ("pad", tensor(1)), ("X_pad", ones(1, 4, 5, 1))];
        SavedCase.Write(File, [.. arrays.Select(each => (each.Name == name ? other : each.Name, each.Tensor))]);
        var (code, output, error) = Diagnose("zero_pad");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains($"{File}: {sentence}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void OneNumberIsToldHow()
    {
        SavedCase.Write(File,
            [("a_slice_prev", ones(2, 2, 1)), ("W", ones(2, 2, 1)), ("b", ones(1, 1, 1)), ("Z", full(1, 1, 1, 5))]);
        Assert.Contains("it must be one number, without axes. np.sum(s) is one; in place of b write b.item().",
            Columns.Unfolded(Diagnose("conv_single_step").Output), StringComparison.Ordinal);
    }

    /// <summary>What is wrong in both layers is told by the pool's names where it is a pool.</summary>
    [Theory]
    [InlineData("pool_forward", "A[i, h, w, c]")]
    [InlineData("pool_backward", "dA[i, h, w, c]")]
    [InlineData("conv_backward", "dZ[i, h, w, c]")]
    public void PoolsHaveNamesOfTheirOwn(string name, string lookAt)
    {
        var mistake = Collection.All.First(each => each.LookAt.English.Replace("dZ[", "dA[", StringComparison.Ordinal)
            .Replace("Z[", "A[", StringComparison.Ordinal) == lookAt.Replace("Z[", "A[", StringComparison.Ordinal)
            && Calls(name).Any(call => each.Where.Contains(call.Operation) && Exposure.Shows(each, call)));
        SavedCase.Write(File, Find(name), Calls(name), mistake);
        Assert.Contains($" Look at {lookAt}.", Columns.Unfolded(Diagnose(name).Output), StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Error) Trimmed((int Code, string Output, string Error) run) =>
        (run.Code, run.Output, run.Error.TrimEnd());
}
