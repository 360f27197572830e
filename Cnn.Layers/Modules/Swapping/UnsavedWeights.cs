using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>Weights that <c>forward</c> may use, but that no module of the model registers: a usual slip, which nothing reports.</summary>
internal static class UnsavedWeights
{
    /// <summary>A remark for each module that is held without being registered, and has weights of its own or in its children.</summary>
    /// <param name="found">Every module of a model.</param>
    public static IEnumerable<SwapRemark> In(IReadOnlyList<PlacedModule> found)
    {
        var outside = found.Where(placed => placed.Outside is not null).GroupBy(placed => placed.Outside!).ToList();
        if (outside.Count == 0) yield break;
        // A parameter may be registered by another module than its layer.
        var registered = found.Where(placed => placed.Outside is null).SelectMany(Weights).ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var group in outside)
        {
            if (group.SelectMany(Weights).All(registered.Contains)) continue;
            yield return new(
                group.Key.Path, group.Key.Module,
                "held, but not registered: parameters and buffers are not in state_dict(), so neither saved nor loaded, "
                + "not moved by to(), not trained through parameters(). Call register_module where that is not meant");
        }
    }

    private static IEnumerable<object> Weights(PlacedModule placed)
    {
        bool all = placed.Module is jit.ScriptModule; // whose children are not looked at
        return placed.Module.named_parameters(all).Select(entry => (object)entry.parameter)
            .Concat(placed.Module.named_buffers(all).Select(entry => entry.buffer));
    }
}
