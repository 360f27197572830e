using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers;

/// <summary>A layer that was replaced.</summary>
/// <param name="Path">Its name in the model, as in state_dict; the first of several; its holder's where it is not registered.</param>
/// <param name="Before">
/// The layer that stood there. It shares its parameters with <paramref name="After"/>: do not dispose it while the model is used.
/// </param>
/// <param name="After">The layer that stands there now.</param>
public sealed record SwappedLayer(string Path, nn.Module Before, nn.Module After);
