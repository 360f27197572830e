using static TorchSharp.torch;

namespace Cnn.Layers;

/// <summary>
/// What <see cref="StepByStep.ConvForward"/> leaves for <see cref="StepByStep.ConvBackward"/>: the very tensors it was
/// given, not copies, so they must stay alive and unchanged in between.
/// </summary>
/// <param name="A_prev">The input, (m, n_H_prev, n_W_prev, n_C_prev).</param>
/// <param name="W">The filters, (f, f, n_C_prev, n_C).</param>
/// <param name="b">The biases, (1, 1, 1, n_C).</param>
/// <param name="hparameters">The stride and the pad.</param>
public sealed record ConvCache(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters);
