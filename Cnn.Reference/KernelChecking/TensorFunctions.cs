using static TorchSharp.torch;

namespace Cnn.Reference;

/// <summary>A convolution to be checked: what <c>torch.nn.functional.conv2d</c> computes. Its operands stay the caller's.</summary>
/// <param name="input">(N, C, H, W), or (C, H, W).</param>
/// <param name="weight">(O, C / groups, kernel height, kernel width).</param>
/// <param name="bias">(O), or null.</param>
/// <param name="stride">Along the height and the width.</param>
/// <param name="padding">Zeros on both sides, along the height and the width.</param>
/// <param name="dilation">Distance between two taps, along the height and the width.</param>
/// <param name="groups">How many groups the channels are divided into.</param>
/// <returns>(N, O, oH, oW), or (O, oH, oW), of the input's type: a new tensor.</returns>
public delegate Tensor Conv2dFunction(
    Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups);

/// <summary>The gradients of a convolution to be checked: what autograd gives for <c>conv2d</c>.</summary>
/// <param name="gradOutput">The upstream gradient: (N, O, oH, oW), or (O, oH, oW).</param>
/// <param name="input">(N, C, H, W), or (C, H, W).</param>
/// <param name="weight">(O, C / groups, kernel height, kernel width).</param>
/// <param name="bias">Whether the convolution has a bias, so that its gradient is wanted.</param>
/// <param name="stride">Along the height and the width.</param>
/// <param name="padding">Zeros on both sides, along the height and the width.</param>
/// <param name="dilation">Distance between two taps, along the height and the width.</param>
/// <param name="groups">How many groups the channels are divided into.</param>
/// <returns>The gradients, in the shapes of input, weight and bias; the last is read only where a bias is there.</returns>
public delegate (Tensor gradInput, Tensor gradWeight, Tensor? gradBias) Conv2dGradientsFunction(
    Tensor gradOutput, Tensor input, Tensor weight, bool bias, long[] stride, long[] padding, long[] dilation, long groups);

/// <summary>A max pool to be checked: what <c>torch.nn.functional.max_pool2d</c> computes.</summary>
/// <param name="input">(N, C, H, W), or (C, H, W).</param>
/// <param name="kernel_size">Height and width of the window.</param>
/// <param name="stride">Along the height and the width.</param>
/// <param name="padding">Cells that never win, on both sides, along the height and the width.</param>
/// <param name="dilation">Distance between two taps, along the height and the width.</param>
/// <param name="ceil_mode">Whether a last window may overhang.</param>
/// <returns>(N, C, oH, oW), or (C, oH, oW), of the input's type: a new tensor.</returns>
public delegate Tensor MaxPool2dFunction(
    Tensor input, long[] kernel_size, long[] stride, long[] padding, long[] dilation, bool ceil_mode);

/// <summary>An average pool to be checked: what <c>torch.nn.functional.avg_pool2d</c> computes.</summary>
/// <param name="input">(N, C, H, W), or (C, H, W).</param>
/// <param name="kernel_size">Height and width of the window.</param>
/// <param name="stride">Along the height and the width.</param>
/// <param name="padding">Zeros on both sides, along the height and the width.</param>
/// <param name="ceil_mode">Whether a last window may overhang.</param>
/// <param name="count_include_pad">Whether padding counts in the divisor.</param>
/// <param name="divisor_override">What to divide by instead of the number of cells, or null.</param>
/// <returns>(N, C, oH, oW), or (C, oH, oW), of the input's type: a new tensor.</returns>
public delegate Tensor AvgPool2dFunction(
    Tensor input, long[] kernel_size, long[] stride, long[] padding, bool ceil_mode, bool count_include_pad, long? divisor_override);
