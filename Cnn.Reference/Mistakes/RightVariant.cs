using Cnn.Reference.Cases;
using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>A right solution that is written otherwise: what it gives must never be called a mistake.</summary>
/// <param name="Name">What is different about it.</param>
/// <param name="Compute">Computes a call.</param>
internal sealed record RightVariant(string Name, Func<Call, Results> Compute)
{
    /// <summary>Whether it takes the first of several equal maxima, and so is right only where there are none.</summary>
    public bool TakesFirstMaximum { get; init; }

    /// <summary>All of them.</summary>
    /// <param name="random">For orders of summation.</param>
    public static IReadOnlyList<RightVariant> All(Random random) =>
    [
        new("scattered in another order", call => RightSums.Scattered<double>(call, random)),
        new("scattered in another order, in float32", call => RightSums.Scattered<float>(call, random)),
        new("by pairs", RightSums.ByPairs<double>),
        new("by pairs, in float32", RightSums.ByPairs<float>),
        new("im2col", call => RightColumns.Of(call, ScalarType.Float64)),
        new("im2col in float32", call => RightColumns.Of(call, ScalarType.Float32)),
        new("libtorch", call => RightLibtorch.Of(call, ScalarType.Float64)) { TakesFirstMaximum = true },
        new("libtorch in float32", call => RightLibtorch.Of(call, ScalarType.Float32)) { TakesFirstMaximum = true },
    ];

    /// <summary>Calls of the layers with random options and sizes, and real numbers, without an end.</summary>
    public static IEnumerable<Call> Calls(int seed)
    {
        var random = new Random(seed);
        var cases = CaseGenerator.Cases(seed).Where(@case => @case is
        {
            PaddingMode: PaddingModes.Zeros, N: > 0, C: > 0, Kind: LayerKind.Conv or LayerKind.Max or LayerKind.Avg,
        }).Where(HasCellsInEveryWindow);
        foreach (var @case in cases)
            foreach (var operation in Enum.GetValues<Operation>().Where(operation => operation.KindOf() == @case.Kind))
                yield return Real(LayerCalls.Of(@case, operation, HasNaN(operation) ? Inputs.NaN : Inputs.Usual), random);

        bool HasNaN(Operation operation) => Places.Forward.Contains(operation) && random.Next(4) == 0;
    }

    // Where no cell of a window is in the image, libtorch's max pool writes outside of its gradient.
    private static bool HasCellsInEveryWindow(Case @case) =>
        @case.Kind != LayerKind.Max || (@case.Dilation.H <= @case.H && @case.Dilation.W <= @case.W);

    /// <summary>The call with real numbers, that are in the same order as the whole ones.</summary>
    public static Call Real(Call call, Random random)
    {
        return call with
        {
            Input = Moved(call.Input),
            Weight = call.Weight is null ? null : Moved(call.Weight),
            Bias = call.Bias is null ? null : Moved(call.Bias),
            GradOutput = call.GradOutput is null ? null : Moved(call.GradOutput),
        };

        Tensor Moved(Tensor whole) =>
            whole.Plus(tensor([.. Enumerable.Range(0, (int)whole.numel()).Select(_ => random.NextDouble() * 0.9)]).reshape(whole.shape));
    }
}
