using Cnn.Layers;
using Cnn.Layers.Autograd;
using Cnn.Reference.Models;
using Cnn.Reference.Networks;
using Cnn.Reference.Printing;
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
    /// where the model has ours already, against libtorch's. Convolutions and pools alone have such a counterpart: those that could not be
    /// swapped are in <see cref="ModelReport.NotCompared"/>.
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
    /// The other. Layers of the same path belong together; where the paths differ, those of the same kind, or with weights of the same
    /// shapes, in the order of registration. Layers that one of the two alone has (a ReLU that the other calls as a function) are in
    /// <see cref="ModelReport.NotCompared"/>.
    /// </param>
    /// <param name="input">What both are run on; of any batch size.</param>
    /// <param name="options">What to compare; all by default.</param>
    /// <exception cref="ArgumentException">The expected model cannot be run on this input, or the two have no layer in common.</exception>
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
        var layers = LayerMatch.Of(theirs.Recorders, ours.Recorders);
        var kept = Unmatched(theirs, layers.Select(layer => layer.Expected), "expected")
            .Concat(Unmatched(ours, layers.Select(layer => layer.Actual), "actual")).ToList();
        var remarks = theirs.Remarks.Select(remark => $"expected: {remark}").Concat(ours.Remarks.Select(remark => $"actual: {remark}"));
        if (layers.FirstOrDefault(layer => layer.ExpectedLayer.training != layer.ActualLayer.training) is { } layer)
            remarks = remarks.Append(
                $"{layer.Path}: training is {layer.ExpectedLayer.training} in expected and {layer.ActualLayer.training} in actual.");
        return ModelComparison.Run(new(theirs, ours, layers), input, options ?? new(), remarks, kept, ofTwins: false);
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
        var kept = TwinLayers.Callers(model).ToList();
        using var recorded = new RecordedModel(model);
        var layers = LayerPair.OfTwins(recorded, twinOf);
        var (convolutions, others) = Parts(recorded.Unrecorded);
        kept.AddRange(convolutions);
        kept.AddRange(
            from layer in layers
            let reason = layer.Reason
            where reason is not null
            select new KeptLayer(layer.Path, layer.Expected.Own, reason));
        List<string> remarks = [.. recorded.Remarks];
        if (others.Count > 0)
        {
            remarks.Add(
                $"{Figures.Count(others.Count, "layer")} of other kinds not recorded, because only their own types fit in their places: "
                + $"{ModelReport.Some(others.Select(ModelReport.NameOf))}. What they give shows in the layers behind.");
        }
        return ModelComparison.Run(new(recorded, recorded, layers), input, options ?? new(), remarks, kept, ofTwins: true);
    }

    private static void Require(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Operand.CheckAlive(input, nameof(input));
    }

    private static HashSet<string> PathsOf(RecordedModel model) => [.. model.Recorders.Select(recorder => recorder.Path)];

    // What only one of the two has, or what cannot be recorded there. It is run, and its results show in what comes after it.
    private static List<KeptLayer> Unmatched(RecordedModel model, IEnumerable<Recorder> matched, string name)
    {
        var alone = model.Recorders.Except(matched).ToList();
        foreach (var recorder in alone) model.Forget(recorder);
        return [
            .. alone.Select(recorder => new KeptLayer(recorder.Path, recorder.Own, $"only {name} has it")),
            .. model.Unrecorded.Select(layer => layer with { Reason = $"in {name}, {layer.Reason}" })];
    }

    private static (List<KeptLayer> Convolutions, List<KeptLayer> Others) Parts(IEnumerable<KeptLayer> unrecorded)
    {
        var parts = unrecorded.ToLookup(layer => TwinLayers.IsConvolutionOrPool(layer.Layer));
        return ([.. parts[true]], [.. parts[false]]);
    }
}
