using Cnn.Reference;
using Cnn.Reference.Exercises;
using Cnn.Reference.Mistakes;
using Cnn.Reference.Workbook;
using Cnn.Tests.Build;
using Cnn.Tests.Interchange;
using Cnn.Tests.Printing;

namespace Cnn.Tests.Workbook;

/// <summary>A student's way through the eight functions in Python, and slips that end in an exception there.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class NumpyWaysTests : IDisposable
{
    private const string Stride = "vert_start, horiz_start = h * stride, w * stride";

    private readonly TemporaryFolder folder = new();

    public NumpyWaysTests() => NumpyFolder.Write(folder.Path, Language.English, ["dotnet", typeof(Runner).Assembly.Location]);

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string, string, string> Slips => new()
    {
        { "zero_pad", "return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))",
            "m, n_H, n_W, n_C = X.shape\n    X_pad = np.zeros((m, n_H + 2 * pad, n_W + 2 * pad, n_C))\n" +
            "    X_pad[:, pad:-pad, pad:-pad, :] = X\n    return X_pad", "padding-slice-empty" },
        { "conv_forward", Stride, "vert_start, horiz_start = h * f, w * f", "stride-is-kernel" },
        { "conv_forward", Stride, "vert_start, horiz_start = h * stride - pad, w * stride - pad", "padding-doubled" },
        { "conv_forward", "+ 2 * pad) // stride", "+ 2 * pad + stride - 1) // stride", "size-rounded-up" },
        { "conv_backward", Stride, "vert_start, horiz_start = h * f, w * f", "stride-is-kernel" },
        { "conv_backward", Stride, "vert_start, horiz_start = h * stride - pad, w * stride - pad", "padding-doubled" },
        { "conv_backward", "pad:pad + n_H_prev, pad:pad + n_W_prev", "pad:-pad, pad:-pad", "gradient-cut-to-nothing" },
        { "conv_backward", "dz = dZ[i, h, w, c]", "dz = dZ[i, vert_start, horiz_start, c]", "upstream-of-corner" },
        { "pool_backward", "dA[i, h, w, c]", "dA[i, vert_start, horiz_start, c]", "upstream-of-corner" },
        { "pool_backward", Stride, "vert_start, horiz_start = h * f, w * f", "stride-is-kernel" },
        { "pool_forward", Stride, "vert_start, horiz_start = h * f, w * f", "stride-is-kernel" },
    };

    [NumpyTheory, MemberData(nameof(Slips))]
    public void ASlipThatRaisesIsNamed(string function, string right, string wrong, string id)
    {
        Solve(function, right, wrong);
        string said = Columns.Unfolded(Check(1, function));
        Assert.Contains(": it raised ", said, StringComparison.Ordinal);
        var operation = ExerciseTable.All.First(each => each.Python == function).Cases[0].Operation;
        var mistake = PythonWords.Told(Collection.Find(id)! with { ToldOf = operation });
        Assert.Contains($"exactly what this gives: {mistake.English} Look at {mistake.LookAt.English}.", said, StringComparison.Ordinal);
    }

    /// <summary>All solutions are right; a function that has become right is said to be, before the next one is looked at.</summary>
    [NumpyFact]
    public void TheSolutionsAreRight()
    {
        string start = Check(1, "all");
        Assert.Contains("\n> 1 zero_pad                 not written yet\n", start, StringComparison.Ordinal);
        Assert.Contains("Begin with zero_pad. A hint: ", Columns.Unfolded(start), StringComparison.Ordinal);
        Solve();
        string all = Check(0, "all");
        Assert.All(ExerciseTable.All, exercise => Assert.Contains($"{exercise.Python} is right: ", all, StringComparison.Ordinal));
        Assert.EndsWith("All eight are right.\n", all, StringComparison.Ordinal);
        Assert.Equal("All eight are right.\n", Check(0, "next"));
        string solution = Check(0, "solution", "conv_forward");
        Assert.StartsWith("One way to write conv_forward:\n\ndef conv_forward(A_prev, W, b, hparameters):\n", solution,
            StringComparison.Ordinal);
        Assert.EndsWith("    return Z, (A_prev, W, b, hparameters)\n", solution, StringComparison.Ordinal);
    }

    /// <summary>Messages hold the command that was typed; each verb that C# has is there.</summary>
    [NumpyFact]
    public void TheWayIsThatOfTheProjectInCSharp()
    {
        string command = $"{Python.WithNumpy} {folder["check.py"]}";
        string first = Columns.Unfolded(Check(1));
        Assert.EndsWith($"A hint: {command} hint zero_pad", first, StringComparison.Ordinal);
        Assert.EndsWith(
            $"zero_pad is not right yet: {command} zero_pad says why. To leave it for later: {command} next --anyway",
            Columns.Unfolded(Check(1, "next")), StringComparison.Ordinal);
        Assert.Contains($"{command} solution zero_pad --anyway\n", Check(1, "solution"), StringComparison.Ordinal);
        Assert.StartsWith("One way to write zero_pad:\n", Check(0, "solution", "1", "--anyway"), StringComparison.Ordinal);
        Assert.StartsWith("Now: conv_single_step.\n", Check(0, "next", "--anyway"), StringComparison.Ordinal);
        Write(
            "    raise NotImplementedError(\"conv_single_step is not written yet.\")",
            "    return np.sum(a_slice_prev * W) + 2 * b.item()");
        string second = Check(1);
        Assert.Contains("The bias is added twice.", second, StringComparison.Ordinal);
        string unfolded = Columns.Unfolded(second);
        Assert.Contains($"To have these numbers diagnosed again: {command} diagnose conv_single_step", unfolded, StringComparison.Ordinal);
        Assert.EndsWith($"zero_pad is still open: {command} zero_pad", unfolded, StringComparison.Ordinal);
        Assert.Contains("The bias is added twice.", Check(1, "diagnose", "conv_single_step"), StringComparison.Ordinal);
        Assert.Contains("zero_pad.npz is not there: ", Columns.Unfolded(Check(2, "diagnose", "zero_pad")), StringComparison.Ordinal);
        Write("2 * b.item()", "b.item()");
        string right = Check(1);
        Assert.StartsWith("conv_single_step is right: 3 cases, ", right, StringComparison.Ordinal);
        Assert.Contains("\nzero_pad is not written yet: ", right, StringComparison.Ordinal);
        Assert.DoesNotContain("is right", Check(1), StringComparison.Ordinal); // once is enough
        Assert.StartsWith($"{command}                          checks the first", Check(0, "help"), StringComparison.Ordinal);
        Assert.Equal("hnit: did you mean hint?\n", Check(2, "hnit"));
        Assert.StartsWith("9: must be hint, solution, diagnose, all, next, help, or the name or number of a function: zero_pad,",
            Columns.Unfolded(Check(2, "9")), StringComparison.Ordinal);
    }

    private static string Solution(Exercise exercise) => string.Join('\n', PythonSource.Solution(exercise));

    private void Solve() => Write(ExerciseTable.All.Select(Solution));

    // The solution of a function with something else in it, and of those that it calls.
    private void Solve(string function, string right, string wrong)
    {
        string solution = Solution(ExerciseTable.All.First(exercise => exercise.Python == function));
        Assert.Contains(right, solution, StringComparison.Ordinal);
        Write(ExerciseTable.All
            .Where(exercise => exercise.Python != function && solution.Contains($"{exercise.Python}(", StringComparison.Ordinal))
            .Select(Solution).Append(solution.Replace(right, wrong, StringComparison.Ordinal)));
    }

    private void Write(IEnumerable<string> functions) =>
        File.WriteAllText(folder["cnn_exercises.py"], $"import numpy as np\n\n\n{string.Join("\n\n\n", functions)}\n");

    private void Write(string old, string by)
    {
        string file = folder["cnn_exercises.py"], text = File.ReadAllText(file);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(file, text.Replace(old, by, StringComparison.Ordinal));
    }

    private string Check(int code, params string[] words)
    {
        var (actual, output) = CheckPy.Run(folder["check.py"], words);
        Assert.True(code == actual, output);
        return output;
    }
}
