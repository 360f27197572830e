using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>A layer of the expected model, and the one that the other has for it.</summary>
/// <param name="Path">Where it stands in the expected model.</param>
/// <param name="Expected">The recorder in the expected model.</param>
/// <param name="Actual">The recorder in the other model; the same one where one model is compared with its own twins.</param>
/// <param name="ExpectedLayer">What the expected model runs there.</param>
/// <param name="ActualLayer">What the other runs there.</param>
internal sealed record LayerPair(
    string Path, Recorder Expected, Recorder Actual, nn.Module<Tensor, Tensor> ExpectedLayer, nn.Module<Tensor, Tensor> ActualLayer)
{
    /// <summary>Whether both run the one layer: by itself it cannot differ.</summary>
    public bool IsSame => ReferenceEquals(ExpectedLayer, ActualLayer);

    /// <summary>Why the layer has no twin, for a convolution or a pool; null where nothing is to be said.</summary>
    public string? Reason { get; init; }

    /// <summary>The layers of one model, each with its twin.</summary>
    public static IReadOnlyList<LayerPair> OfTwins(RecordedModel model, Func<string, nn.Module<Tensor, Tensor>, Twin> twinOf) =>
    [
        .. from recorder in model.Recorders
           let twin = twinOf(recorder.Path, recorder.Own)
           select new LayerPair(recorder.Path, recorder, recorder, twin.Expected, twin.Actual) { Reason = twin.Reason },
    ];
}
