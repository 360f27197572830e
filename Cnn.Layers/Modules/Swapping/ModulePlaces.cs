using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>
/// Finds every module of a model and every place that holds it: where it is registered, and where <c>forward</c> reads it.
/// </summary>
/// <remarks>
/// One idea: whatever can be reached from the model through fields and elements is looked at, and each reference to a module
/// is a place. TorchSharp's own containers (Sequential, ModuleList, ModuleDict, the ordered dictionary of registered children)
/// need no rule of their own: they keep their modules in lists and dictionaries. What cannot be seen: static fields, and
/// modules that a method makes or fetches while it runs. Hooks are not looked into.
/// </remarks>
internal static class ModulePlaces
{
    /// <summary>Every module of the model, each once: those with names in the order of their names, then those that are only held. The model itself is the first.</summary>
    /// <param name="root">The model; it may contain itself, and modules may stand in several places.</param>
    public static IReadOnlyList<PlacedModule> Find(nn.Module root)
    {
        var search = new PlaceSearch(root);
        search.Run();
        return search.Found;
    }
}
