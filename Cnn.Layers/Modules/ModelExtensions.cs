using Cnn.Layers.Swapping;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers;

/// <summary>Puts the layers of this library into any TorchSharp model, and TorchSharp's own back.</summary>
public static class ModelExtensions
{
    /// <summary>
    /// Puts this library's layers where <c>nn.Conv2d</c>, <c>nn.MaxPool2d</c>, <c>nn.AvgPool2d</c> and <c>nn.AdaptiveAvgPool2d</c> stand in
    /// the model, in place.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The parameters stay the same objects: optimizers, gradients, frozen parameters and the names of <c>state_dict</c> are as before. No
    /// random number is drawn. The training flag is copied, hooks go on to fire and can be removed. A second call finds nothing to replace
    /// (<see cref="SwapReport.AlreadyThere"/>); layers of this library that stand there already run <paramref name="algorithm"/> from now
    /// on.
    /// </para>
    /// <para>
    /// A layer is replaced everywhere or nowhere: where it is registered and where <c>forward</c> reads it (fields of any class of
    /// the hierarchy, private and readonly ones, properties, Sequential, ModuleList, ModuleDict, arrays, lists, dictionaries, tuples,
    /// what lambdas captured). If one of its places is typed as TorchSharp's class, or is a key of a dictionary or in a set, the layer is
    /// left alone, and <see cref="SwapReport.LeftAlone"/> says which place, and what to write there instead. A layer in several places
    /// gets one twin. If code of the model throws meanwhile (a collection that refuses), the model is left as it was.
    /// </para>
    /// <para>
    /// What cannot be replaced: the model itself, where it is a layer (<see cref="Conv2D.From"/>); what <c>forward</c> calls in
    /// <c>torch.nn.functional</c> (named in the report where the code of the model's classes shows the call; call
    /// <see cref="Functional"/> there); layers in static fields, or made while <c>forward</c> runs; what runs in a ScriptModule.
    /// </para>
    /// <para>
    /// The layers that were replaced share their parameters with those that replace them: do not dispose them while the model is used.
    /// </para>
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="algorithm">Which loops the layers run; both give the same bits.</param>
    /// <returns>What was replaced, and what was left alone, with reason and remedy.</returns>
    /// <exception cref="ArgumentException"><paramref name="algorithm"/> is neither.</exception>
    public static SwapReport UseCnnLayers(this nn.Module model, Algorithm algorithm = Algorithm.Fast)
    {
        Functional.Known(algorithm);
        var changed = new HashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        var report = Swap.Run(model, "Cnn.Layers", Twins.IsOfCnn, TwinOf, Unswapped.Reason);
        if (changed.Count > 0) report.Now = $"; {changed.Count} of them run the {algorithm} loops from now on";
        return report;

        nn.Module? TwinOf(nn.Module layer)
        {
            if (Twins.Run(layer, algorithm)) changed.Add(layer); // where it is one of this library already
            return Twins.OfTorch(layer, algorithm);
        }
    }

    /// <summary>Puts TorchSharp's layers back where this library's stand, in place: to move the model to a GPU, for example.</summary>
    /// <remarks>As with <see cref="UseCnnLayers"/>, parameters stay the same objects. The layers themselves are new ones.</remarks>
    /// <param name="model">The model.</param>
    /// <returns>What was replaced, and what was left alone, with reason and remedy.</returns>
    public static SwapReport UseTorchLayers(this nn.Module model) =>
        Swap.Run(model, "TorchSharp", Twins.IsOfTorch, Twins.OfCnn, static _ => null);
}
