using Cnn.Reference;
using Cnn.Reference.Exercises;
using Cnn.Tests.Interchange;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Exercises;

/// <summary>Messages that students meet, as they are thrown, and what they are said to mean.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public class ExceptionWordsTests
{
    private static Tensor A => ones(2, 3, 4, 2, dtype: ScalarType.Float64);

    public static TheoryData<string, Func<object?>> Thrown => new()
    {
        { "along axis 1 one has 3, the other 2.", () => ones(2, 3) + ones(2, 2) },
        { "along axis 1 the place has 2, the other 3.", () => A[0, 0..2, 0..2, ..] = ones(3, 3, 2) },
        { "A result of shape (3, 3, 2) does not fit into a place of shape ()", () => A[0, 0, 0, 0] = ones(3, 3, 2) },
        { "Index 5 is out of range, in a tensor or a part of one of shape (2, 3, 4, 2).", () => A[5] },
        { "Index 9 is out of range", () => A[0, 9, 0, 0] = tensor(1.0) },
        { "There are more indices than axes.", () => A[0, 0, 0, 0, 0] },
        { "Only a tensor with one cell can become a number.", () => A.item<double>() },
        { "Only a tensor with one cell can become a number.", () => (double)A },
        { "which is Float64; of Float64 it is item<double>().", () => A[0, 0, 0, 0].item<float>() },
        { "A tensor of 48 cells cannot have the shape (5, 5).", () => A.reshape(5, 5) },
        { "There is no axis 7", () => A.sum(7) },
        { "A size is negative.", () => zeros(-1, 2) },
        { "A window is empty", () => max(zeros(0, 2)) },
        { "The types of the numbers do not fit", () => mean(ones(2, 2, dtype: ScalarType.Int64)) },
        { "The types of the numbers do not fit", () => ones(2, 2, dtype: ScalarType.Int64).add_(ones(2, 2)) },
        { "The types of the numbers do not fit",
            () => nn.functional.conv2d(ones(1, 1, 4, 4), ones(1, 1, 2, 2, dtype: ScalarType.Float64)) },
        { "nn.functional.pad takes two numbers an axis", () => nn.functional.pad(A, [0, 0, 1]) },
        { "nn.functional.pad takes two numbers an axis", () => nn.functional.pad(ones(2, 2), [0, 0, 1, 1, 1, 1]) },
        { "have different shapes", () => cat([ones(2, 3), ones(3, 2)], 0) },
        { "have different shapes", () => stack([ones(2, 3), ones(3, 2)], 0) },
        { "that was disposed", () => { var x = ones(2); x.Dispose(); return x + 1; } },
        { "too large for the memory", () => zeros(1L << 45) },
        { "An index is out of range", () => A.shape[4] },
        { "An index is out of range", () => new List<int>()[4] },
        { "or an end of a range, is negative", () => { int start = -1; return A[0, start..2]; } },
        { "Something is used that is null.", () => ((Tensor)null!).shape },
        { "A whole number is divided by 0.", () => { int stride = 0; return 5 / stride; } },
    };

    [Theory, MemberData(nameof(Thrown))]
    public void WhatIsThrownIsSaidPlainly(string meaning, Func<object?> act)
    {
        using var scope = NewDisposeScope();
        var exception = Assert.ThrowsAny<Exception>(act);
        var said = Says.Threw(exception);
        Assert.Contains(meaning, said.English, StringComparison.Ordinal);
        Assert.StartsWith($"it threw {exception.GetType().Name}", said.English, StringComparison.Ordinal);
        Assert.Contains(" Its message: ", said.English, StringComparison.Ordinal);
        Assert.Contains(" Su mensaje, en inglés: ", said.Spanish, StringComparison.Ordinal);
        Assert.DoesNotContain(meaning, said.Spanish, StringComparison.Ordinal);
        Assert.DoesNotContain("$", said.Spanish, StringComparison.Ordinal);
    }

    /// <summary>libtorch throws this while it cannot be caught: only its message is seen.</summary>
    [Fact]
    public void AProductOfMatricesIsToldApart() =>
        Assert.Contains("cell by cell it is *", ExceptionWords.Of("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)")!.Value.English,
            StringComparison.Ordinal);

    [NumpyTheory]
    [InlineData("The shapes of two arrays do not fit: (2,3) (2,2). Perhaps a slice", "np.ones((2, 3)) + np.ones((2, 2))")]
    [InlineData("(2,2,4,1) (2,2,2). One array has more axes than the other", "np.ones((2, 2, 4, 1)) + np.ones((2, 2, 2))")]
    [InlineData("np.pad takes a pair for each axis", "np.pad(np.ones((2, 2, 2, 2)), ((1, 1), (1, 1), (0, 0)))")]
    [InlineData("cell by cell it is *", "np.dot(np.ones((2, 2, 1)), np.ones((2, 2, 1)))")]
    [InlineData("cell by cell it is *", "np.ones((2, 3)) @ np.ones((2, 3))")]
    [InlineData("A shape is one tuple", "np.ones(2, 3)")]
    [InlineData("A result of shape (2,2,2) does not fit into a place of shape (2,2).", "b = np.ones((2, 2)); b += np.ones((2, 2, 2))")]
    [InlineData("its place (0,4), which is empty: with pad = 0", "a[0:-0] = np.ones((3, 4))")]
    [InlineData("np.max takes arrays", "max(a)")]
    [InlineData("The dictionary has no 's'.", "{}['s']")]
    [InlineData("What is assigned has the shape (3,3), its place (2,2).", "a[0:2, 0:2] = np.ones((3, 3))")]
    [InlineData("Index 9 is out of range: axis 1 is of size 4, and indices count from 0.", "a[0, 9]")]
    [InlineData("There are more indices than axes.", "a[0, 0, 0]")]
    [InlineData("One cell takes one number", "a[0, 0] = np.ones(3)")]
    [InlineData("An array of 12 cells cannot have the shape (5,5).", "a.reshape(5, 5)")]
    [InlineData("There is no axis 7", "np.sum(a, axis=7)")]
    [InlineData("A size is negative.", "np.zeros((-1, 2))")]
    [InlineData("A window is empty", "np.max(a[2:1])")]
    [InlineData("must be whole numbers, int: // divides to one, / does not.", "range(4 / 2)")]
    [InlineData("must be whole numbers, int: // divides to one, / does not.", "np.zeros((4 / 2, 3))")]
    [InlineData("must be whole numbers, int: // divides to one, / does not.", "a[0:4 / 2]")]
    [InlineData("must be whole numbers, int: // divides to one, / does not.", "a[4 / 2]")]
    [InlineData("Only an array with one cell can become a number.", "float(np.ones((2, 3)))")]
    [InlineData("Only an array with one cell can become a number.", "a.item()")]
    [InlineData("takes one truth value, and here is an array of them.", "bool(a > 0)")]
    [InlineData("There is no nowhere here, or not yet.", "nowhere + 1")]
    [InlineData("There is no x here, or not yet.", "(lambda: exec('def f():\\n  y = x\\n  x = 1\\nf()'))()")]
    [InlineData("Something is used that is None. A function without return gives that.", "None[0]")]
    [InlineData("Something is used that is None. A function without return gives that.", "None.shape")]
    [InlineData("Something is used that is None. A function without return gives that.", "None + 1")]
    [InlineData("Something is used that is None. A function without return gives that.", "p, q = None")]
    [InlineData("A dictionary is read as in hparameters[\"pad\"].", "{}.pad")]
    [InlineData("There are 3 names for 2 values.", "p, q, r = a.shape")]
    [InlineData("There are more values than names for them, which are 1.", "p, = a.shape")]
    [InlineData("An index is out of range; they count from 0.", "a.shape[2]")]
    [InlineData("It calls itself without an end.", "f = lambda: f(); f()")]
    public void WhatNumpyRaisesToo(string meaning, string code)
    {
        var (_, output) = Python.Run(
            $"import numpy as np\na = np.ones((3, 4))\ntry:\n    {code}\nexcept Exception as error:\n    print(error)");
        Assert.Contains(meaning, Says.Thrown("ValueError", output, new("", "")).English, StringComparison.Ordinal);
    }
}
