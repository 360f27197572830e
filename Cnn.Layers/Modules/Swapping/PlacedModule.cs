using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>A module of a model, and every place that holds it.</summary>
/// <param name="module">The module.</param>
/// <param name="isRoot">Whether it is the model itself.</param>
internal sealed class PlacedModule(nn.Module module, bool isRoot)
{
    /// <summary>The module.</summary>
    public nn.Module Module { get; } = module;

    /// <summary>Whether it is the model itself, which its user holds: nothing can be put in its place.</summary>
    public bool IsRoot { get; } = isRoot;

    /// <summary>Its names in the model, as in state_dict: one for each parent it is registered in. Empty if it is registered in
    /// none.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>The first of its names; where it is registered nowhere, its holder's name and the place in it.</summary>
    public string Path => Paths.Count > 0 ? Paths[0] : HeldAt;

    /// <summary>Every place that holds it: those where it is registered and those that <c>forward</c> reads.</summary>
    public List<Place> Places { get; } = [];

    /// <summary>
    /// The outermost module, held but not registered, through which alone the model leads to this one; null where it is registered.
    /// </summary>
    public PlacedModule? Outside { get; internal set; }

    /// <summary>The holder's path, and the place in the holder.</summary>
    internal string HeldAt { get; set; } = "";

    /// <summary>
    /// Why <paramref name="replacement"/> cannot stand in every place of this module, with the edit that helps; null if it can.
    /// </summary>
    public string? Refusal(nn.Module replacement)
    {
        if (IsRoot) return "it is the model itself, which only its user's variable holds";
        if (Places.Count == 0) return "no field of the model leads to it, only what named_children() returns";
        return Places.Select(place => place.Refusal(replacement)).FirstOrDefault(reason => reason is not null);
    }

    /// <summary>Puts <paramref name="replacement"/> in every place, or in none.</summary>
    /// <returns>What puts the old module back in every place.</returns>
    /// <exception cref="ArgumentException">A place cannot hold the replacement.</exception>
    public Replacement Replace(nn.Module replacement)
    {
        if (Refusal(replacement) is { } reason) throw new ArgumentException($"{Path}: {reason}.", nameof(replacement));
        var undo = new Stack<Action>();
        try
        {
            foreach (var place in Places) undo.Push(place.Put(replacement));
        }
        catch
        {
            while (undo.TryPop(out var back)) back();
            throw;
        }
        return new Replacement(this, replacement, undo);
    }
}
