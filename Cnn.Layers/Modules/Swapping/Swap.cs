using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>Replaces the layers of a model that have a twin: the layer of the other library that computes the same.</summary>
/// <remarks>
/// PyTorch has one place to replace a layer in, the attribute. In C# a module is registered in one place and held in others, which
/// <c>forward</c> reads. So: <see cref="ModulePlaces"/> finds every module with all of its places (<see cref="PlaceSearch"/> walks,
/// <see cref="HolderTypes"/> says through what, a <see cref="Place"/> is a field, an element, a part of a value or what a delegate is
/// bound to), <see cref="Twins"/> makes the layer to put there, <see cref="PlacedModule"/> puts it in all places or in none, and a
/// <see cref="Replacement"/> is the way back. The rest is for the report: <see cref="Unswapped"/>, <see cref="FunctionalCalls"/>,
/// <see cref="UnsavedWeights"/>, <see cref="TypeName"/>.
/// </remarks>
internal static class Swap
{
    /// <summary>Finds every place first; then replaces each layer in all of its places, or in none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="library">Whose layers are to stand in it.</param>
    /// <param name="isThere">Whether a module is a layer of that library already.</param>
    /// <param name="twinOf">A layer's twin; null for a module that is no such layer; an exception's message where it is, but has no
    /// twin.</param>
    /// <param name="unswapped">Why a module without a twin is named in the report all the same; null for most.</param>
    public static SwapReport Run(
        nn.Module model, string library, Func<nn.Module, bool> isThere, Func<nn.Module, nn.Module?> twinOf,
        Func<nn.Module, string?> unswapped)
    {
        ArgumentNullException.ThrowIfNull(model);
        var replaced = new List<SwappedLayer>();
        var undo = new Stack<Replacement>();
        var kept = new List<KeptLayer>();
        var found = ModulePlaces.Find(model);
        foreach (var placed in found)
        {
            var layer = placed.Module;
            string? reason;
            try
            {
                // A twin that is dropped again is not disposed: its parameters are the layer's.
                var twin = twinOf(layer);
                reason = twin is null ? unswapped(layer) : placed.Refusal(twin);
                if (twin is not null && reason is null)
                {
                    undo.Push(placed.Replace(twin));
                    replaced.Add(new(placed.Path, layer, twin));
                }
                else if (twin is not null && placed.IsRoot)
                {
                    reason = $"it is the model itself, which only your variable holds: {Instead(layer)}";
                }
            }
            catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or NotSupportedException)
            {
                reason = Twins.Sentence(exception);
            }
            catch
            {
                // From the model's own code: the model is left as it was.
                while (undo.TryPop(out var replacement)) replacement.Undo();
                throw;
            }
            if (reason is not null) kept.Add(new(placed.Path, layer, reason));
        }
        return new(library)
        {
            Replaced = replaced,
            LeftAlone = kept,
            AlreadyThere = [.. found.Select(placed => placed.Module).Where(isThere)],
            Remarks = [.. UnsavedWeights.In(found).Select(remark => remark with { Module = Now(remark.Module) })],
        };

        nn.Module Now(nn.Module module) => replaced.Find(layer => ReferenceEquals(layer.Before, module))?.After ?? module;
    }

    private static string Instead(nn.Module layer) => layer switch
    {
        Conv2d => $"use {nameof(Conv2D)}.From",
        AdaptiveAvgPool2d => $"use {nameof(AdaptiveAvgPool2D)}.From",
        MaxPool2d or AvgPool2d => $"use {nameof(Pool2D)}.From",
        _ => "use its ToTorch()",
    };
}
