using Cnn.Layers;
using Cnn.Reference.Models;
using Cnn.Reference.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference;

/// <summary>
/// Says which layer of a model differs. Every layer is compared twice: by itself, fed with what the expected model's layer got
/// (input and upstream gradient), which names the culprit; and as its numbers came through the whole model.
/// </summary>
/// <remarks>
/// <para>
/// One line in a test: <c>ModelCheck.Swapped(model, input).ThrowIfFailed();</c>.
/// </para>
/// <para>
/// Layers are modules that take one tensor, give one, and hold no other modules; what a model computes between them shows in what comes
/// through. The models are left as they were: the same module objects in the same places, the same values, gradients, running
/// statistics and flags, also where something throws; torch's generator goes on where it was. Modules that keep state of their own
/// outside of parameters and registered buffers cannot be restored. Not to be called while another thread uses the models.
/// </para>
/// <para>
/// By itself, a layer may be off by the larger of 4 eps of the same sums over magnitudes and twice what the expected layer itself is off
/// from its result in float64. Through the model, a tensor may be off by 8 times what rounding moves it in the expected model, which is
/// measured: in float64, and with every number between the layers changed by up to 4 eps of itself. A NaN where a number is
/// expected is beyond any bound.
/// </para>
/// </remarks>
public static class ModelCheck
{
    /// <summary>
    /// A model of libtorch's layers against itself with ours in their places, as <see cref="ModelExtensions.UseCnnLayers"/> puts them;
    /// where
    /// the model has ours already, against libtorch's. Only layers that have such a counterpart are compared by themselves.
    /// </summary>
    /// <param name="model">The model, in training or evaluation mode, on the CPU. It is as before afterwards.</param>
    /// <param name="input">What it is run on; of any batch size.</param>
    /// <param name="options">What to compare; all by default.</param>
    /// <exception cref="ArgumentException">The model cannot be run on this input.</exception>
    public static ModelReport Swapped(nn.Module<Tensor, Tensor> model, Tensor input, ModelCheckOptions? options = null) =>
        Swapped(model, input, TwinLayers.Of, options);

    /// <summary>Two models of the same layers, such as one and its port: their weights are compared as well.</summary>
    /// <param name="expected">The model that is right.</param>
    /// <param name="actual">
    /// The other. Layers of the same path belong together; where the paths differ, those of the same place in the order of registration.
    /// </param>
    /// <param name="input">What both are run on; of any batch size.</param>
    /// <param name="options">What to compare; all by default.</param>
    /// <exception cref="ArgumentException">The expected model cannot be run on this input, or the two have not the same layers.</exception>
    public static ModelReport Same(
        nn.Module<Tensor, Tensor> expected, nn.Module<Tensor, Tensor> actual, Tensor input, ModelCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        Require(input);
        if (ReferenceEquals(expected, actual))
            throw new ArgumentException("actual is the same object as expected: two models are compared.", nameof(actual));
        using var theirs = new RecordedModel(expected);
        using var ours = new RecordedModel(actual);
        HashSet<string> ofTheirs = PathsOf(theirs), ofOurs = PathsOf(ours);
        theirs.ForgetUnregistered(ofOurs);
        ours.ForgetUnregistered(ofTheirs);
        var layers = Pairs(theirs, ours);
        var remarks = theirs.Remarks.Select(remark => $"expected: {remark}").Concat(ours.Remarks.Select(remark => $"actual: {remark}"));
        if (layers.FirstOrDefault(layer => layer.ExpectedLayer.training != layer.ActualLayer.training) is { } layer)
            remarks = remarks.Append(
                $"{layer.Path}: training is {layer.ExpectedLayer.training} in expected and {layer.ActualLayer.training} in actual.");
        return ModelComparison.Run(new(theirs, ours, layers), input, options ?? new(), remarks.ToList(), weights: true);
    }

    /// <summary>A model against itself with other layers in some places.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">What it is run on.</param>
    /// <param name="twinOf">The two layers that are compared in a layer's place, both with the layer's own parameters.</param>
    /// <param name="options">What to compare.</param>
    internal static ModelReport Swapped(
        nn.Module<Tensor, Tensor> model, Tensor input, Func<string, nn.Module<Tensor, Tensor>, Twin> twinOf, ModelCheckOptions? options)
    {
        ArgumentNullException.ThrowIfNull(model);
        Require(input);
        using var scope = NewDisposeScope();
        using var generator = new SeededGenerator(options?.Seed ?? 1); // should making a twin draw from it
        var remarks = TwinLayers.RemarksOnBlocks(model).ToList();
        using var recorded = new RecordedModel(model);
        remarks.AddRange(recorded.Remarks);
        var layers = new List<LayerPair>();
        foreach (var recorder in recorded.Recorders)
        {
            var (expected, actual, reason) = twinOf(recorder.Path, recorder.Own);
            if (reason is not null) remarks.Add($"{recorder.Path} ({LayerTraits.KindOf(recorder.Own)}) is left alone: {reason}.");
            layers.Add(new(recorder.Path, recorder, recorder, expected, actual));
        }
        return ModelComparison.Run(new(recorded, recorded, layers), input, options ?? new(), remarks, weights: false);
    }

    private static void Require(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.IsInvalid) throw new ArgumentException("input is disposed: it must be alive.", nameof(input));
    }

    private static HashSet<string> PathsOf(RecordedModel model) => [.. model.Recorders.Select(recorder => recorder.Path)];

    private static List<LayerPair> Pairs(RecordedModel expected, RecordedModel actual)
    {
        var byPath = actual.Recorders.ToDictionary(recorder => recorder.Path);
        if (byPath.Count == expected.Recorders.Count && expected.Recorders.All(recorder => byPath.ContainsKey(recorder.Path)))
            return [.. expected.Recorders.Select(recorder => Pair(recorder, byPath[recorder.Path]))];
        if (expected.Recorders.Count == actual.Recorders.Count)
            return [.. expected.Recorders.Zip(actual.Recorders, Pair)];
        var only = expected.Recorders.FirstOrDefault(recorder => !byPath.ContainsKey(recorder.Path));
        var other = actual.Recorders.FirstOrDefault(recorder => expected.Recorders.All(one => one.Path != recorder.Path));
        string?[] differences =
        [
            only is null ? null : $"only expected has {Name(only)}",
            other is null ? null : $"only actual has {Name(other)}",
        ];
        throw new ArgumentException(
            $"actual has {actual.Recorders.Count} layers and expected {expected.Recorders.Count}: they must be the same; "
            + $"{string.Join(", ", differences.OfType<string>())}.",
            nameof(actual));

        static LayerPair Pair(Recorder one, Recorder two) => new(one.Path, one, two, one.Own, two.Own);

        static string Name(Recorder recorder) => $"{recorder.Path} ({LayerTraits.KindOf(recorder.Own)})";
    }
}
