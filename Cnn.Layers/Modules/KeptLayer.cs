using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers;

/// <summary>A layer, or a module that calls a function of torch.nn.functional, that goes on to be computed by libtorch.</summary>
/// <param name="Path">Its name in the model, as in state_dict; empty for the model itself.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Reason">Why it was left alone, and what to change for it to be replaced.</param>
public sealed record KeptLayer(string Path, nn.Module Layer, string Reason);
