using Cnn.Layers;
using Cnn.Layers.Swapping;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>libtorch's layer and ours for one place of a model, with the same parameters.</summary>
/// <param name="Expected">libtorch's.</param>
/// <param name="Actual">Ours; the same as the other where there is none.</param>
/// <param name="Reason">Why there is none, for a layer of a kind that is swapped otherwise; null where nothing is to be said.</param>
internal sealed record Twin(nn.Module<Tensor, Tensor> Expected, nn.Module<Tensor, Tensor> Actual, string? Reason = null);

/// <summary>
/// The layers that <see cref="ModelExtensions.UseCnnLayers"/> puts in libtorch's places; and for one of ours, libtorch's.
/// </summary>
internal static class TwinLayers
{
    /// <summary>The two for a layer.</summary>
    public static Twin Of(string path, nn.Module<Tensor, Tensor> layer)
    {
        try
        {
            if (Twins.OfCnn(layer) is nn.Module<Tensor, Tensor> theirs) return new(theirs, layer);
            if (Twins.OfTorch(layer, Algorithm.Fast) is nn.Module<Tensor, Tensor> ours) return new(layer, ours);
            return new(layer, layer, Unswapped.Reason(layer));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return new(layer, layer, Twins.Sentence(exception));
        }
    }

    /// <summary>Whether a module is a convolution or a pool, or calls one, so that its libtorch's is what a swap is about.</summary>
    public static bool IsConvolutionOrPool(nn.Module module) => module is nn.Module<Tensor, Tensor> layer
        ? Of("", layer) is var twin && (twin.Reason is not null || !ReferenceEquals(twin.Expected, twin.Actual))
        : Unswapped.Reason(module) is not null;

    /// <summary>The modules that hold layers and call functions besides, which nothing can replace.</summary>
    public static IEnumerable<KeptLayer> Callers(nn.Module model) =>
        from placed in ModulePlaces.Find(model)
        where placed.Module.named_children().Any()
        let reason = Unswapped.Reason(placed.Module)
        where reason is not null
        select new KeptLayer(placed.IsRoot ? TensorKey.Model : placed.Path, placed.Module, reason);
}
