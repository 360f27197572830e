namespace Cnn.Reference;

/// <summary>The sizes of a convolution over spans. They are ints, because they index spans.</summary>
/// <param name="N">Images.</param>
/// <param name="InChannels">Channels of the input.</param>
/// <param name="InHeight">Rows of the input, without padding.</param>
/// <param name="InWidth">Columns of the input, without padding.</param>
/// <param name="OutChannels">Channels of the output.</param>
/// <param name="OutHeight">Rows of the output.</param>
/// <param name="OutWidth">Columns of the output.</param>
/// <param name="KernelHeight">Rows of a filter.</param>
/// <param name="KernelWidth">Columns of a filter.</param>
/// <param name="StrideHeight">Stride along the height.</param>
/// <param name="StrideWidth">Stride along the width.</param>
/// <param name="PadHeight">Rows of zeros above, and as many below.</param>
/// <param name="PadWidth">Columns of zeros to the left, and as many to the right.</param>
/// <param name="DilationHeight">Distance between two taps along the height.</param>
/// <param name="DilationWidth">Distance between two taps along the width.</param>
/// <param name="Groups">How many groups the channels are divided into.</param>
public readonly record struct Conv2dSizes(
    int N, int InChannels, int InHeight, int InWidth, int OutChannels, int OutHeight, int OutWidth, int KernelHeight, int KernelWidth,
    int StrideHeight, int StrideWidth, int PadHeight, int PadWidth, int DilationHeight, int DilationWidth, int Groups);

/// <summary>The sizes of a max pool over spans. They are ints, because they index spans.</summary>
/// <param name="N">Images.</param>
/// <param name="Channels">Channels.</param>
/// <param name="InHeight">Rows of the input, without padding.</param>
/// <param name="InWidth">Columns of the input, without padding.</param>
/// <param name="OutHeight">Rows of the output; a last window that overhangs in ceil_mode is counted.</param>
/// <param name="OutWidth">Columns of the output, likewise.</param>
/// <param name="KernelHeight">Rows of a window.</param>
/// <param name="KernelWidth">Columns of a window.</param>
/// <param name="StrideHeight">Stride along the height.</param>
/// <param name="StrideWidth">Stride along the width.</param>
/// <param name="PadHeight">Rows of padding above, and as many below.</param>
/// <param name="PadWidth">Columns of padding to the left, and as many to the right.</param>
/// <param name="DilationHeight">Distance between two taps along the height.</param>
/// <param name="DilationWidth">Distance between two taps along the width.</param>
public readonly record struct MaxPool2dSizes(
    int N, int Channels, int InHeight, int InWidth, int OutHeight, int OutWidth, int KernelHeight, int KernelWidth,
    int StrideHeight, int StrideWidth, int PadHeight, int PadWidth, int DilationHeight, int DilationWidth);

/// <summary>The sizes of an average pool over spans. They are ints, because they index spans.</summary>
/// <param name="N">Images.</param>
/// <param name="Channels">Channels.</param>
/// <param name="InHeight">Rows of the input, without padding.</param>
/// <param name="InWidth">Columns of the input, without padding.</param>
/// <param name="OutHeight">Rows of the output; a last window that overhangs in ceil_mode is counted.</param>
/// <param name="OutWidth">Columns of the output, likewise.</param>
/// <param name="KernelHeight">Rows of a window.</param>
/// <param name="KernelWidth">Columns of a window.</param>
/// <param name="StrideHeight">Stride along the height.</param>
/// <param name="StrideWidth">Stride along the width.</param>
/// <param name="PadHeight">Rows of padding above, and as many below.</param>
/// <param name="PadWidth">Columns of padding to the left, and as many to the right.</param>
/// <param name="CountIncludePad">Whether padding counts in the divisor; what overhangs in ceil_mode never does.</param>
/// <param name="DivisorOverride">What to divide by instead of the number of cells, or null.</param>
public readonly record struct AvgPool2dSizes(
    int N, int Channels, int InHeight, int InWidth, int OutHeight, int OutWidth, int KernelHeight, int KernelWidth,
    int StrideHeight, int StrideWidth, int PadHeight, int PadWidth, bool CountIncludePad, int? DivisorOverride);

/// <summary>A convolution over spans to be checked. Every span is row-major; the output holds anything before the call.</summary>
/// <typeparam name="T">float, double or Half.</typeparam>
/// <param name="input">(N, C, H, W).</param>
/// <param name="weight">(O, C / groups, kernel height, kernel width).</param>
/// <param name="bias">(O); empty where there is none.</param>
/// <param name="output">(N, O, oH, oW), to be written.</param>
/// <param name="sizes">The sizes.</param>
public delegate void Conv2dSpanFunction<T>(
    ReadOnlySpan<T> input, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> output, Conv2dSizes sizes) where T : unmanaged;

/// <summary>The gradients of a convolution over spans to be checked. The gradients hold anything before the call.</summary>
/// <typeparam name="T">float, double or Half.</typeparam>
/// <param name="gradOutput">The upstream gradient: (N, O, oH, oW).</param>
/// <param name="input">(N, C, H, W).</param>
/// <param name="weight">(O, C / groups, kernel height, kernel width).</param>
/// <param name="gradInput">In the input's shape, to be written.</param>
/// <param name="gradWeight">In the weight's shape, to be written.</param>
/// <param name="gradBias">(O), to be written; empty where there is no bias.</param>
/// <param name="sizes">The sizes of the convolution.</param>
public delegate void Conv2dGradientsSpanFunction<T>(
    ReadOnlySpan<T> gradOutput, ReadOnlySpan<T> input, ReadOnlySpan<T> weight, Span<T> gradInput, Span<T> gradWeight, Span<T> gradBias,
    Conv2dSizes sizes) where T : unmanaged;

/// <summary>A max pool over spans to be checked. The output holds anything before the call.</summary>
/// <typeparam name="T">float, double, Half, or an integer type of up to 64 bits that libtorch has.</typeparam>
/// <param name="input">(N, C, H, W).</param>
/// <param name="output">(N, C, oH, oW), to be written.</param>
/// <param name="sizes">The sizes.</param>
public delegate void MaxPool2dSpanFunction<T>(ReadOnlySpan<T> input, Span<T> output, MaxPool2dSizes sizes) where T : unmanaged;

/// <summary>An average pool over spans to be checked. The output holds anything before the call.</summary>
/// <typeparam name="T">float, double or Half.</typeparam>
/// <param name="input">(N, C, H, W).</param>
/// <param name="output">(N, C, oH, oW), to be written.</param>
/// <param name="sizes">The sizes.</param>
public delegate void AvgPool2dSpanFunction<T>(ReadOnlySpan<T> input, Span<T> output, AvgPool2dSizes sizes) where T : unmanaged;
