using Cnn.Reference.Comparison;
using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>One function of the exercise.</summary>
/// <param name="Name">As in C#: <c>ConvForward</c>.</param>
/// <param name="Python">As in Python: <c>conv_forward</c>.</param>
/// <param name="Outputs">What it returns, in its order.</param>
/// <param name="Cases">What it is asked, from small to large.</param>
internal sealed record Exercise(string Name, string Python, IReadOnlyList<ExerciseOutput> Outputs, IReadOnlyList<ExerciseCase> Cases)
{
    /// <summary>Whether it is named as in Python, because its function is written there.</summary>
    public bool IsInPython => Name == Python;

    /// <summary>What a call is given, in words.</summary>
    public Func<Call, string> Sizes { get; init; } = CallSizes.Of;

    /// <summary>How a mistake of the operation is told of this function; null where that is none in it.</summary>
    public Func<Mistake, Mistake?> Told { get; init; } = mistake => mistake;

    /// <summary>The right answer, in the exercise's order of axes.</summary>
    public IReadOnlyList<Tensor> Answer(Call call)
    {
        var results = Correct.Of(call);
        return [.. Outputs.Select(output => output.FromLayer(results[output.Part]!))];
    }

    /// <summary>What an attempt returned, in the layers' order of axes.</summary>
    public Results ToResults(IReadOnlyList<Tensor> yours)
    {
        var results = new Results();
        foreach (var (output, tensor) in Outputs.Zip(yours))
            results = results.With(output.Part, output.ToLayer(tensor.to(ScalarType.Float64)));
        return results;
    }

    /// <summary>The first output that is wrong, and its first wrong cell: none where the shape is wrong, as of what is not there.</summary>
    /// <param name="right">The right answer.</param>
    /// <param name="yours">Another one.</param>
    /// <returns>The output's number, the cell, and how many are wrong; null where nothing is.</returns>
    public (int Output, long[]? Cell, long Cells)? FirstWrong(IReadOnlyList<Tensor> right, IReadOnlyList<Tensor> yours)
    {
        for (int i = 0; i < Outputs.Count; i++)
        {
            NumberArray expected = NumberArray.Of(right[i]), actual = NumberArray.Of(yours[i]);
            if (!expected.Shape.SequenceEqual(actual.Shape)) return (i, null, 0);
            int[] differing = [.. Sameness.Differing(expected, actual)];
            if (differing.Length > 0) return (i, TensorComparison.IndexOf(differing[0], expected.Shape), differing.Length);
        }
        return null;
    }

    /// <summary>A cell that a mistake spoils, worked by hand.</summary>
    /// <param name="mistake">The mistake.</param>
    /// <param name="case">A case in which it shows.</param>
    /// <param name="language">In which language.</param>
    public string Worked(Mistake mistake, ExerciseCase @case, Language language)
    {
        using var scope = NewDisposeScope();
        var call = @case.ToCall();
        using var maker = new Maker(call);
        var made = maker.Make([mistake]);
        Tensor[] wrong = [.. Outputs.Select(output => output.FromLayer(made[output.Part]!))];
        var right = Answer(call);
        var (at, first, _) = FirstWrong(right, wrong) ?? (0, null, 0);
        var output = Outputs[at];
        if (first is null) return Says.WrongShape(this, output, wrong[at].shape, right[at].shape).In(language);
        long[] cell = TellingCell.Of(this, new(call, wrong, right), at, [mistake])[0];
        return WorkedCell.Of(call, output, cell, Number(wrong[at], cell), language);
    }

    /// <summary>One cell's number.</summary>
    public static double Number(Tensor tensor, long[] cell) =>
        tensor.to(ScalarType.Float64).reshape(-1)[cell.Zip(tensor.shape).Aggregate(0L, (flat, axis) => flat * axis.Second + axis.First)]
            .item<double>();

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>One tensor that an exercise returns.</summary>
/// <param name="Part">Which of the results.</param>
/// <param name="Name">The exercise's name: <c>dA_prev</c>.</param>
/// <param name="Axes">Its indices in the exercise's names.</param>
/// <param name="FromLayer">From the layers' order of axes to the exercise's.</param>
/// <param name="ToLayer">And back; what has another rank stays.</param>
internal sealed record ExerciseOutput(
    Part Part, string Name, IReadOnlyList<string> Axes, Func<Tensor, Tensor> FromLayer, Func<Tensor, Tensor> ToLayer)
{
    /// <summary>Whether each cell is one of the input as it is: a copy, and no sum.</summary>
    public bool IsCopy { get; init; }

    /// <summary>Its type, where the inputs are float64.</summary>
    public ScalarType DType { get; init; } = ScalarType.Float64;
}
