using System.Diagnostics;
using Cnn.Reference;
using Cnn.Reference.Commands;
using Cnn.Reference.Exercises;
using Cnn.Reference.Interchange;
using Cnn.Reference.Mistakes;
using Cnn.Reference.Workbook;
using Cnn.Tests.Build;
using Cnn.Tests.Interchange;
using static TorchSharp.torch;

namespace Cnn.Tests.Workbook;

/// <summary>The folder of a student who works in Python.</summary>
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
            var tensors = NpzFile.Read(stream, texts);
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
        Assert.All(LessonTable.Eight, lesson => Assert.DoesNotContain(lines, line => line.Contains(lesson.Name, StringComparison.Ordinal)));
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
        Assert.Equal((1, "zero_pad is not written yet: open cnn_exercises.py.\n"), Check());
        Replace("zero_pad is not written yet.", "return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))");
        var (code, output) = Check("zero_pad");
        Assert.True(code == 0, output);
        Assert.Contains("zero_pad is right: 3 cases", output, StringComparison.Ordinal);
        Replace("conv_single_step is not written yet.", "return np.sum(a_slice_prev * W) + 2 * float(b)");
        (code, output) = Check();
        Assert.True(code == 1, output);
        Assert.Contains("The bias is added twice.", output, StringComparison.Ordinal);
        Replace("distribute_value is not written yet.", "return dz / nothing");
        (code, output) = Check("distribute_value");
        Assert.Equal(1, code);
        Assert.StartsWith("distribute_value, case 1: it raised NameError", output, StringComparison.Ordinal);
        Replace("create_mask_from_window is not written yet.", "pass");
        Assert.Equal((1, "create_mask_from_window, case 1: it must return mask.\n"), Check("create_mask_from_window"));
        Assert.Equal(2, Check("nothing").Code);
    }

    private void Replace(string message, string body)
    {
        string file = folder["cnn_exercises.py"];
        File.WriteAllText(file,
            File.ReadAllText(file).Replace($"raise NotImplementedError(\"{message}\")", body, StringComparison.Ordinal));
    }

    private (int Code, string Output) Check(params string[] names)
    {
        var start = new ProcessStartInfo(Python.WithNumpy!, ["-B", folder["check.py"], .. names])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["COLUMNS"] = "10000";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
