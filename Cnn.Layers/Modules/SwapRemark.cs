using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers;

/// <summary>Something about a model that a swap came across: it changes nothing, and is hardly meant.</summary>
/// <param name="Path">Where the module is: its holder's name, and the place in it.</param>
/// <param name="Module">The module, as it stands there now.</param>
/// <param name="Text">What is the matter with it.</param>
public sealed record SwapRemark(string Path, nn.Module Module, string Text);
