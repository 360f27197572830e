using static TorchSharp.torch;

namespace Cnn.Layers;

/// <summary>
/// What <see cref="StepByStep.PoolForward"/> leaves for <see cref="StepByStep.PoolBackward"/>: the very tensor it was
/// given, not a copy, so it must stay alive and unchanged in between.
/// </summary>
/// <param name="A_prev">The input, (m, n_H_prev, n_W_prev, n_C).</param>
/// <param name="hparameters">The stride and f.</param>
/// <param name="mode">The mode of the forward pass, which the backward pass must repeat.</param>
public sealed record PoolCache(Tensor A_prev, HParameters hparameters, PoolMode mode);
