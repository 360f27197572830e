using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>A module that was put in the places of another, and the way back.</summary>
internal sealed class Replacement(PlacedModule placed, nn.Module after, Stack<Action> undo) : IDisposable
{
    /// <summary>The module that was there, with its paths and places.</summary>
    public PlacedModule Placed => placed;

    /// <summary>The module that is there now.</summary>
    public nn.Module After => after;

    /// <summary>Puts the old module back in every place; a second time does nothing. Neither module is disposed.</summary>
    public void Undo()
    {
        while (undo.TryPop(out var back)) back();
    }

    /// <summary>The same as <see cref="Undo"/>.</summary>
    public void Dispose() => Undo();
}
