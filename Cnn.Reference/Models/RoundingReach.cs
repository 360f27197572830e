using Cnn.Reference.Comparison;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>
/// How far rounding alone moves each tensor of the expected model: the bound of what may come through a whole network.
/// </summary>
/// <remarks>
/// What a network makes of a rounding is its own affair: a normalisation over few numbers magnifies it a thousandfold, a sum over
/// an image averages it away. So the model itself is asked. It is run three times more: once in float64, which tells what its own
/// roundings did, and twice with every number that enters or leaves a layer, and every gradient that passes there, changed by up to
/// 4 eps of itself, at random. A tensor's bound is 8 times the furthest that it moved in the three; three are asked, because one
/// may happen to stay still. Gradients are measured with the layers' outputs held to the expected run's, as they are where two
/// models are compared: on the way back alone, so that no ReLU and no maximum decides otherwise. What a layer's own sums may be off in
/// another order comes on top of it (<see cref="IsolatedFinding.Allowed"/>).
/// </remarks>
internal sealed class RoundingReach
{
    private const string NotMeasured = "its own rounding is no part of what \"propagated\" allows";
    private const double Times = 8, Noise = 4;
    private const double MostOfWide = 0.01; // of a tensor: what float64 moves by more was not rounded but is another computation

    private readonly Dictionary<TensorKey, double> furthest = [];
    private readonly List<string> remarks = [];

    /// <summary>What could not be measured: a sentence each.</summary>
    public IReadOnlyList<string> Remarks => remarks;

    /// <summary>The most that a tensor may be off.</summary>
    public double Of(TensorKey key) => Times * furthest.GetValueOrDefault(key);

    /// <summary>Measures it.</summary>
    /// <param name="models">The models; the expected one is run.</param>
    /// <param name="input">What they are run on.</param>
    /// <param name="plain">How the expected model was run.</param>
    /// <param name="tensors">What it gave.</param>
    /// <param name="held">Its outputs.</param>
    public static RoundingReach Measure(
        ModelPair models, Tensor input, ModelRunSettings plain, IReadOnlyDictionary<TensorKey, Tensor> tensors,
        Func<Recorder, int, Tensor?> held)
    {
        var reach = new RoundingReach();
        bool isWide = input.dtype == ScalarType.Float64;
        ModelRunSettings[] settings = [
            .. isWide ? Array.Empty<ModelRunSettings>() : [plain with { Wide = true }],
            .. Enumerable.Range(1, isWide ? 3 : 2).Select(number => plain with { Noise = Noise, NoiseSeed = plain.Seed + number })];
        foreach (var setting in settings)
        {
            var moved = reach.Moved(models, input, setting with { Direction = null }, tensors, key => !key.IsGradient);
            if (moved is not null && plain.Direction is not null)
                moved.AddRange(reach.Moved(models, input, setting with { Held = held }, tensors, key => key.IsGradient) ?? []);
            foreach (var (key, distance) in moved ?? [])
                reach.furthest[key] = Math.Max(reach.furthest.GetValueOrDefault(key), distance);
        }
        return reach;
    }

    // Null where the run cannot be used.
    private List<(TensorKey Key, double Distance)>? Moved(
        ModelPair models, Tensor input, ModelRunSettings settings, IReadOnlyDictionary<TensorKey, Tensor> tensors,
        Func<TensorKey, bool> counts)
    {
        using var run = models.RunExpected(input, settings);
        if (run.Failure is { } failure)
        {
            if (settings.Wide) remarks.Add($"The model does not run in float64 ({IsolatedComparison.FirstLine(failure)}): {NotMeasured}.");
            return null;
        }
        var moved = new List<(TensorKey, double)>();
        foreach (var (key, tensor) in models.OfExpected(run))
        {
            if (!counts(key) || !tensors.TryGetValue(key, out var expected)) continue;
            double distance = Deviation.Of(expected, tensor).Largest;
            if (settings.Wide && !key.IsGradient && distance > MostOfWide * Deviation.Size(expected))
            {
                remarks.Add($"In float64 the output of {key.Path} is another one, not a more exact one: {NotMeasured}.");
                return null;
            }
            if (double.IsFinite(distance)) moved.Add((key, distance));
        }
        return moved;
    }
}
