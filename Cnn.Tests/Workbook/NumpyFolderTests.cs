using Cnn.Reference;
using Cnn.Reference.Exercises;
using Cnn.Reference.Files;
using Cnn.Reference.Interchange;
using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;
using Cnn.Reference.Workbook;
using Cnn.Tests.Build;
using Cnn.Tests.Interchange;
using Cnn.Tests.Printing;
using static TorchSharp.torch;

namespace Cnn.Tests.Workbook;

/// <summary>The folder of a student who works in Python.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class NumpyFolderTests : IDisposable
{
    private static readonly string[] Program = ["dotnet", typeof(Runner).Assembly.Location];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>What is read back asks the exercise's own calls again, tensor for tensor.</summary>
    [Fact]
    public void TheCasesAreTheExercisesOwn()
    {
        NumpyFolder.Write(folder.Path, Language.English, Program);
        using var scope = NewDisposeScope();
        foreach (var exercise in ExerciseTable.All)
        {
            var texts = new Dictionary<string, string>();
            using var stream = File.OpenRead(Path.Combine(folder.Path, NumpyFolder.Cases, $"{exercise.Python}.npz"));
            var tensors = NpzFile.Read(stream, texts, unread: null);
            var read = Enumerable.Range(1, exercise.Cases.Count).Select(
                number => CallReader.Read(exercise, new NamedArrays("file", $"_{number}", tensors, texts, Language.English)));
            foreach (var (expected, actual) in exercise.Cases.Select(@case => @case.ToCall()).Zip(read))
            {
                Assert.Equal((expected.Operation, exercise.Sizes(expected)), (actual.Operation, exercise.Sizes(actual)));
                foreach (var (right, other) in Correct.Of(expected).Parts().Select(part =>
                    (Correct.Of(expected)[part]!, Correct.Of(actual)[part]!)))
                    Assert.True(right.equal(other).all().item<bool>(), $"{exercise}, {exercise.Sizes(expected)}");
            }
        }
    }

    [Theory]
    [InlineData(Language.English, "is not written yet")]
    [InlineData(Language.Spanish, "todavía no está escrita")]
    public void TheFunctionsAreTheExercisesOwn(Language language, string unwritten)
    {
        NumpyFolder.Write(folder.Path, language, Program);
        string[] lines = File.ReadAllLines(folder["cnn_exercises.py"]);
        Assert.Equal(
            [
                "def zero_pad(X, pad):", "def conv_single_step(a_slice_prev, W, b):", "def conv_forward(A_prev, W, b, hparameters):",
                "def pool_forward(A_prev, hparameters, mode=\"max\"):", "def conv_backward(dZ, cache):",
                "def create_mask_from_window(x):", "def distribute_value(dz, shape):", "def pool_backward(dA, cache, mode=\"max\"):",
            ],
            lines.Where(line => line.StartsWith("def ", StringComparison.Ordinal)));
        Assert.Equal(LessonTable.Eight.Count, lines.Count(line => line.Contains(unwritten, StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.True(line.Length <= 100, line));
        Assert.All(lines, line => Assert.DoesNotMatch("tensor|Float64", line));
        Assert.All(LessonTable.Eight, lesson => Assert.DoesNotContain(lines, line => line.Contains(lesson.Name, StringComparison.Ordinal)));
        string modes = language == Language.Spanish ? "Es \"max\" o \"average\"." : "It is \"max\" or \"average\".";
        Assert.Equal(3, Columns.Unfolded(string.Join('\n', lines)).Split(modes).Length); // of both pools
        string check = File.ReadAllText(folder["check.py"]);
        Assert.Contains($"PROGRAM = [\"dotnet\", \"{Program[1]}\"]\n", check, StringComparison.Ordinal);
        Assert.Contains($"LANGUAGE = \"{Languages.Word(language)}\"\n", check, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsThereIsNotOverwritten()
    {
        NumpyFolder.Write(folder.Path, Language.English, Program);
        File.WriteAllText(folder["cnn_exercises.py"], "mine");
        Assert.Contains("is not overwritten", Assert.Throws<UsageException>(
            () => NumpyFolder.Write(folder.Path, Language.English, Program)).Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(folder["cnn_exercises.py"]));
    }

    /// <summary>Python itself: stubs, a right function, a wrong one, one that raises.</summary>
    [NumpyFact]
    public void PythonSavesAndIsDiagnosed()
    {
        NumpyFolder.Write(folder.Path, Language.English, Program);
        Assert.StartsWith(
            "zero_pad is not written yet: open cnn_exercises.py.\n\n" +
            "> 1 zero_pad                 not written yet\n  2 conv_single_step         not written yet\n",
            Said(1), StringComparison.Ordinal);
        Assert.Equal(2, Check("hint", "nothing").Code);
        Replace("zero_pad is not written yet.", "return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))");
        var (code, output) = Check("zero_pad");
        Assert.True(code == 0, output);
        Assert.Contains("zero_pad is right: 3 cases", output, StringComparison.Ordinal);
        Replace("conv_single_step is not written yet.", "print('printed'); return np.sum(a_slice_prev * W) + 2 * b.item()");
        Assert.StartsWith("printed\nprinted\nprinted\nconv_single_step, with", Said(1), StringComparison.Ordinal);
        Assert.Contains("The bias is added twice.", Said(1, "2"), StringComparison.Ordinal);
        Assert.DoesNotContain("printed", Said(0, "zero_pad"), StringComparison.Ordinal);
        Assert.Contains(
            "\n> 1 zero_pad                 done\n  2 conv_single_step         wrong\n  3 conv_forward             not written yet\n",
            Said(0, "zero_pad"), StringComparison.Ordinal);
        Replace("distribute_value is not written yet.", "return dz / nothing");
        Assert.StartsWith("distribute_value, with shape = (2, 2): it raised NameError (cnn_exercises.py, line ",
            Columns.Unfolded(Said(1, "distribute_value")), StringComparison.Ordinal);
        Assert.Contains("3 of 3 cases are wrong, all by an exception.", Columns.Unfolded(Said(1, "distribute_value")),
            StringComparison.Ordinal);
        Replace("create_mask_from_window is not written yet.", "pass");
        Assert.StartsWith(
            "create_mask_from_window, case 1: it returns nothing, None: is return mask\nmissing?", Said(1, "create_mask_from_window"),
            StringComparison.Ordinal);
        Assert.Equal(2, Check("nothing").Code);
        Assert.Equal((2, "more: is one word too many.\n"), Check("zero_pad", "more"));
    }

    /// <summary>The cache is nothing that is compared: with it or without, the answer is the same.</summary>
    [NumpyFact]
    public void TheCacheMayBeLeftOut()
    {
        NumpyFolder.Write(folder.Path, Language.English, Program);
        const string Pool =
            "f, s = hparameters['f'], hparameters['stride']; m, H, W, C = A_prev.shape; " +
            "A = np.array([[[getattr(np, 'max' if mode == 'max' else 'mean')(A_prev[i, h*s:h*s+f, w*s:w*s+f], axis=(0, 1)) " +
            "for w in range((W - f) // s + 1)] for h in range((H - f) // s + 1)] for i in range(m)]); return ";
        Replace("pool_forward is not written yet.", Pool + "A");
        Assert.StartsWith("pool_forward is right: ", Said(0, "pool_forward"), StringComparison.Ordinal);
        Assert.DoesNotContain("Not needed", Said(0, "pool_forward"), StringComparison.Ordinal);
        string file = folder["cnn_exercises.py"], text = File.ReadAllText(file);
        File.WriteAllText(file, text.Replace("return A", "return A, (A_prev, hparameters)", StringComparison.Ordinal));
        Assert.StartsWith("pool_forward is right: ", Said(0, "pool_forward"), StringComparison.Ordinal);
        File.WriteAllText(file, text.Replace("return A", "return A, f, s", StringComparison.Ordinal));
        Assert.StartsWith("pool_forward, case 1: it must return A or A, cache, and", Said(1, "pool_forward"), StringComparison.Ordinal);
    }

    /// <summary>A function that is wrong makes wrong who calls it, through a function of the student's own.</summary>
    [NumpyFact]
    public void WhatIsCalledAndIsNotRightIsNamedFirst()
    {
        NumpyFolder.Write(folder.Path, Language.English, Program);
        Replace("zero_pad is not written yet.", "return X");
        Replace("distribute_value is not written yet.", "return np.full(shape, dz / (shape[0] * shape[1]))");
        Replace("conv_forward is not written yet.", "distribute_value(1.0, (2, 3)); return padded(A_prev, 1)");
        File.AppendAllText(folder["cnn_exercises.py"], "\n\ndef padded(X, pad):\n    return zero_pad(X, pad)\n");
        string said = Said(1, "conv_forward");
        Assert.StartsWith("conv_forward calls zero_pad, which is wrong: begin there, with", said, StringComparison.Ordinal);
        Assert.DoesNotContain("calls distribute_value", said, StringComparison.Ordinal);
        Assert.Equal((2, "conv_forwrd: did you mean conv_forward?\n"), Check("conv_forwrd"));
    }

    /// <summary>The mistake has its name before what another case has raised, and all cases are counted together.</summary>
    [NumpyFact]
    public void WhatIsRaisedComesBehindTheMistake()
    {
        NumpyFolder.Write(folder.Path, Language.Spanish, Program);
        Replace("conv_single_step todavía no está escrita.",
            "s = np.zeros((3, 3, 2)) + a_slice_prev if W.shape[0] == 4 else a_slice_prev * W; return s.sum() + 2 * b.item()");
        string said = Columns.Unfolded(Said(1, "conv_single_step"));
        Assert.Contains("Fallan 3 de 3 casos, 1 con una excepción. Tu Z es exactamente", said, StringComparison.Ordinal);
        Assert.Contains("lanzó ValueError (cnn_exercises.py, línea ", said, StringComparison.Ordinal);
        Assert.Contains("Las formas de dos arrays no coinciden: (3,3,2) (4,4,3). Quizás un slice se sale del borde,",
            said, StringComparison.Ordinal);
    }

    [NumpyTheory]
    [InlineData(Language.English, "zero_pad, hint 1 of 3:", "Those are all hints for zero_pad.")]
    [InlineData(Language.Spanish, "zero_pad, pista 1 de 3:", "Esas son todas las pistas de zero_pad.")]
    public void HintsAreGivenOneByOne(Language language, string first, string last)
    {
        NumpyFolder.Write(folder.Path, language, Program);
        Assert.StartsWith(first, Said(0, "hint"), StringComparison.Ordinal);
        Assert.DoesNotContain(last, Said(0, "hint", "zero_pad"), StringComparison.Ordinal);
        string third = Said(0, "hint", "1");
        Assert.Contains("np.pad(X, ((0, 0), ?, ?, (0, 0)))", Columns.Unfolded(third), StringComparison.Ordinal);
        Assert.EndsWith(last + "\n", third, StringComparison.Ordinal);
        Assert.Equal(third, Said(0, "hint", "zero_pad"));
    }

    /// <summary>No hint for Python holds C#.</summary>
    [Theory]
    [InlineData(Language.English)]
    [InlineData(Language.Spanish)]
    public void HintsAreInPython(Language language) => Assert.All(LessonTable.Eight, lesson =>
    {
        var hints = PythonStubs.HintsOf(lesson, language);
        Assert.Equal(lesson.Text.Hints.Count, hints.Count);
        string[] foreign =
        [
            " / stride", "new_zeros", "item<", "PoolMode", "nn.functional", "Float64", "^", " ? max", " zeros_like", "squeeze", "tensor",
            "numpy", "C#", " max(x)", " sum(s)", "a array", "=\n", lesson.Name,
        ];
        string[] lines = [.. hints.SelectMany(hint => hint.Split('\n'))];
        Assert.All(hints, hint => Assert.All(foreign, word => Assert.DoesNotContain(word, hint, StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.False(line.EndsWith(';'), line));
        Assert.All(hints, hint => Assert.DoesNotMatch(@"(?<!\.)\.\.(?!\.)", hint)); // a slice of C#
        Assert.All(lesson.Text.HintsInNumpy.Keys, number => Assert.InRange(number, 1, hints.Count));
    });

    /// <summary>What is wrong with the file, or with Python, is one sentence, and no stack.</summary>
    [NumpyFact]
    public void WhatCannotRunGetsASentence()
    {
        NumpyFolder.Write(folder.Path, Language.English, Program);
        string file = folder["cnn_exercises.py"], text = File.ReadAllText(file);
        File.WriteAllText(file, text + "\ndef broken(:\n");
        Assert.StartsWith("cnn_exercises.py cannot be run: SyntaxError: ", Said(1), StringComparison.Ordinal);
        File.WriteAllText(file, text);
        Replace("create_mask_from_window is not written yet.", "return None, [1, [2, 3]]");
        Assert.StartsWith(
            "create_mask_from_window, case 1: it must return mask, and returns 2 values.", Said(1, "6"), StringComparison.Ordinal);
        File.WriteAllText(file, File.ReadAllText(file).Replace("return None, [1, [2, 3]]", "return [1, [2, 3]]", StringComparison.Ordinal));
        Assert.StartsWith("create_mask_from_window, case 1: mask must be an array of numbers; it is list.", Said(1, "6"),
            StringComparison.Ordinal);
        File.WriteAllText(file, text.Replace("def zero_pad(", "def zeropad(", StringComparison.Ordinal));
        Assert.StartsWith("There is no function zero_pad in cnn_exercises.py.\n", Said(1), StringComparison.Ordinal);
        File.WriteAllText(file, "exit()\n");
        Assert.StartsWith("cnn_exercises.py cannot be run: SystemExit\n", Said(1), StringComparison.Ordinal);
        File.WriteAllText(file, "raise KeyboardInterrupt\n");
        Assert.Equal((130, "\nStopped, in zero_pad.\n"), Check());
        File.WriteAllText(folder["numpy.py"], "raise ModuleNotFoundError('No module named numpy')\n");
        var (code, output) = Check();
        Assert.Equal(2, code);
        Assert.StartsWith("numpy is missing. To install it:\n  ", output, StringComparison.Ordinal);
        Assert.EndsWith(" -m pip install numpy\n", output, StringComparison.Ordinal);
    }

    /// <summary>Each function is called in a process of its own: what ends that, or never returns, leaves the others their
    /// states.</summary>
    [NumpyFact]
    public void WhatEndsPythonGetsASentence()
    {
        NumpyFolder.Write(folder.Path, Language.English, Program);
        string file = folder["cnn_exercises.py"], check = folder["check.py"], text = File.ReadAllText(file);
        Replace("zero_pad is not written yet.", "print('before'); __import__('os')._exit(3)");
        string said = Said(1);
        Assert.StartsWith("before\nzero_pad ended Python itself (exit code 3).\n", said, StringComparison.Ordinal);
        Assert.Contains("\n> 1 zero_pad                 wrong\n  2 conv_single_step         not written yet\n",
            said, StringComparison.Ordinal);
        File.WriteAllText(file, text);
        Replace("zero_pad is not written yet.", "__import__('ctypes').string_at(0)");
        if (!OperatingSystem.IsWindows())
            Assert.StartsWith("zero_pad ended Python itself (SIGSEGV).\n", Said(1), StringComparison.Ordinal);
        File.WriteAllText(file, text);
        Replace("zero_pad is not written yet.", "exit()");
        Assert.StartsWith("zero_pad, case 1: it must return X_pad, and not end Python with exit().\n",
            Said(1), StringComparison.Ordinal);
        File.WriteAllText(file, text);
        Replace("zero_pad is not written yet.", "\n    while True:\n        pass");
        Replace("conv_single_step is not written yet.", "return np.sum(a_slice_prev * W) + b.item()");
        File.WriteAllText(check, File.ReadAllText(check).Replace("LIMIT = 10", "LIMIT = 3", StringComparison.Ordinal));
        said = Said(0, "conv_single_step");
        Assert.Contains("\n  1 zero_pad                 wrong\n> 2 conv_single_step         done\n", said, StringComparison.Ordinal);
    }

    [NumpyFact]
    public void AnInputThatIsChangedIsNamed()
    {
        NumpyFolder.Write(folder.Path, Language.English, Program);
        Replace("zero_pad is not written yet.", "X[0] = 1; return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))");
        Assert.StartsWith("zero_pad, case 1: it changed its input X; copy it first, with X.copy().\n", Said(1), StringComparison.Ordinal);
        Replace("pool_backward is not written yet.", "dA_prev = cache[0]; dA_prev += 1; return dA_prev");
        Assert.StartsWith(
            "pool_backward, case 1: it changed its input A_prev. dA_prev must begin with zeros of that shape, " +
            "dA_prev = np.zeros_like(A_prev);", Columns.Unfolded(Said(1, "8")), StringComparison.Ordinal);
    }

    private string Said(int code, params string[] words)
    {
        var (actual, output) = Check(words);
        Assert.True(code == actual, output);
        return output;
    }

    private void Replace(string message, string body)
    {
        string file = folder["cnn_exercises.py"];
        File.WriteAllText(file,
            File.ReadAllText(file).Replace($"raise NotImplementedError(\"{message}\")", body, StringComparison.Ordinal));
    }

    private (int Code, string Output) Check(params string[] names) => CheckPy.Run(folder["check.py"], names);
}
