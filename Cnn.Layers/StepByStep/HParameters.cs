namespace Cnn.Layers;

/// <summary>The hyperparameters of a layer: the exercise's dictionary <c>hparameters</c>.</summary>
/// <param name="stride">How far the window moves from one output to the next, at least 1.</param>
/// <param name="pad">How many zeros surround the image on every side, at least 0; the exercise's pooling knows no padding.</param>
/// <param name="f">The side of a pooling window, at least 1; a convolution takes f from W and does not read this one.</param>
public sealed record HParameters(long stride, long pad = 0, long f = 0);
