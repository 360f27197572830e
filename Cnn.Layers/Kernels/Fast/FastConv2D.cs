using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The convolution and its gradients, many outputs at a time: the sums of the literal loops, in their order.</summary>
/// <remarks>
/// <para>Read <see cref="Literal.LiteralConv2D{T}"/> first, then <c>docs/kernels.md</c>. The whole, for the forward pass:</para>
/// <code>
///   choose a schedule                                   which axis of the outputs fills the registers
///   for each cache block of outputs, on any thread      images, filters, rows and columns of windows
///     for each block of channels (kc)                   K-blocking: as many as stay in L2
///       pack the input                                  padding as real zeros, split by stride phase
///       pack the weights, where not done before         filters side by side
///       for each panel of filters, each partial sum     of the block
///         for each register tile (mr x nr)              the micro-kernel
///           for each term k = (ic, kh, kw)              in the literal order
///             acc[mr, nr] = fma(A[mr, k], B[k, nr], acc)
///           C[mr, nr] += acc[mr, nr]
///     add the bias, store the tiles to the output       transposed where registers hold filters
/// </code>
/// <para>
/// The deviations from the literal loops, by family, and what each bought (float32, one thread of an AMD EPYC whose limit is 118 GFLOP/s;
/// the literal loops do about 0.4). The code refers to them by letter and number.
/// </para>
/// <list type="bullet">
/// <item>C1 One problem: the forward pass and the input gradient are a <see cref="ConvProblem{T}"/>; the weight gradient reads the same one
/// the other way round (<see cref="WeightGradient{T, TLanes, TOperandA}"/>).</item>
/// <item>C2 Packing: windows read copies of the planes, with their padding as real zeros, split by stride phase
/// (<see cref="PackedInput{T}"/>): every tap is a shifted view, and nothing is copied for each tap, as im2col does.</item>
/// <item>C3 Register tiles: up to 24 registers of sums (<see cref="MicroKernel{T, TLanes, TMr, TRegisters, TOperandA}"/>): 16 give
/// 117 GFLOP/s; 24 load less for a product. Tails are handled by overlap, or by a lower tile: few registers are half filled.</item>
/// <item>C4 Schedules: registers along the width, the filters, the groups, or rows of a depthwise convolution
/// (<see cref="ConvSchedules{T, TLanes}"/>): 7x7 planes 103 GFLOP/s, where the width alone could give 90; depthwise 3x3 over 7x7, 560 to
/// 260 us; over 56x56, on a Zen 5, 180 to 110 us at 256 bits and 127 to 87 at 512. One window or two are a matrix times a vector
/// (<see cref="FewWindows{T, TLanes}"/>): 1x1 on a 1x1 plane, the input gradient of 960 channels, 509 to 34 us on a Zen 5 held to 256 bits;
/// or an outer product (<see cref="FewWindowsWeights{T, TLanes}"/>): its weight gradient, 39 to 9 us at 512 bits.</item>
/// <item>C5 Cache blocks: as many channels as stay in L2; each block is added to C. A kernel of one cell makes a plane one long row; where
/// sums are short, each tap has a copy of the planes, and tiles store to the output: 28x28, one channel, 32 filters, 540 to 350 us.</item>
/// <item>C6 Stride phases: in the input gradient, the cells of one phase are reached by the same taps (<see cref="StridePhase"/>), and all
/// phases of a block share one packed input: stride 2, 3x3, 31 to 23 ms.</item>
/// <item>C7 Software prefetch: what the next block reads, and the lines of the output, while sums run (<see cref="PrefetchStream{T}"/>):
/// 1x1 over 256 channels, 11.2 to 8.8 ms; 1x1 to 256 filters, 10.0 to 8.1 ms.</item>
/// <item>C8 Transposed results: sums whose registers hold filters go to the output many at a time: a weight gradient of 512 channels on 7x7
/// planes, on a Zen 5, 25 to 12.5 ms. The bias' gradient is summed along with the weights'.</item>
/// <item>C9 Rows of padding left out: what they add to a sum is +0 or -0 (<see cref="SeenRows"/>). With finite weights, only a result of -0
/// can differ; such a block is computed again with all products. 3x3 over 7x7 on a Zen 5, 8.0 to 7.3 ms; with a dilation of 12 over 33x33,
/// 11.4 to 8.7 ms.</item>
/// </list>
/// </remarks>
/// <param name="schedule">A schedule to take wherever it does not refuse; null for the one with the best estimate.</param>
internal sealed unsafe class FastConv2D<T, TLanes>(string? schedule = null) : IConv2DKernel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TLanes : struct, ILanes<TLanes, T>
{
    /// <inheritdoc/>
    public string? Refusal(in Conv2DGeometry geometry) => CacheBlocking.Refusal<T>(geometry);

    /// <inheritdoc/>
    public IReadOnlyList<ScheduleAnswer> Schedules(in Conv2DGeometry geometry, KernelPass pass)
    {
        var (input, weight, output) = (geometry.InputShape.RowMajor, geometry.WeightShape.RowMajor, geometry.OutputShape.RowMajor);
        bool isForward = pass != KernelPass.GradInput;
        var x = isForward ? ConvProblems<T>.Forward(geometry, null, input, null, weight, null, output, null)
            : ConvProblems<T>.GradInput(geometry, null, output, null, weight, null, input, out _);
        bool isEmpty = x.Phases.Length == 0
            || geometry.InputShape.Elements * geometry.WeightShape.Elements * geometry.OutputShape.Elements == 0;
        return isEmpty ? []
            : ConvSchedules<T, TLanes>.Explain(
                pass == KernelPass.GradWeight ? ConvSchedules<T, TLanes>.Weights : ConvSchedules<T, TLanes>.Outputs, x);
    }

    /// <inheritdoc/>
    public void Forward(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> input, ReadOnlyNchwSpan<T> weight, ReadOnlySpan<T> bias, NchwSpan<T> output)
    {
        if (output.IsEmpty) return;
        fixed (T* from = input, filters = weight, to = output, constants = bias)
        {
            var x = ConvProblems<T>.Forward(geometry, from, input.Strides, filters, weight.Strides, to, output.Strides, constants);
            ConvSchedules<T, TLanes>.Choose(ConvSchedules<T, TLanes>.Outputs, x, schedule).Plan.Run(); // C1
        }
    }

    /// <inheritdoc/>
    public void GradInput(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> weight, NchwSpan<T> gradInput)
    {
        if (gradInput.IsEmpty) return;
        fixed (T* from = gradOutput, filters = weight, to = gradInput)
        {
            var x = ConvProblems<T>.GradInput(
                geometry, from, gradOutput.Strides, filters, weight.Strides, to, gradInput.Strides, out bool isWhole);
            // Where many cells are reached by no tap, they are cleared at once.
            if (!isWhole) gradInput.Clear();
            if (x.Phases.Length > 0) ConvSchedules<T, TLanes>.Choose(ConvSchedules<T, TLanes>.Outputs, x, schedule).Plan.Run(); // C1, C6
        }
    }

    /// <inheritdoc/>
    public void GradWeight(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight) =>
        GradWeightAndBias(geometry, gradOutput, input, gradWeight, gradBias: []);

    /// <inheritdoc/>
    public void GradBias(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias)
    {
        fixed (T* up = gradOutput, to = gradBias) // C8
            BiasGradient<T, TLanes>.Run(up, geometry.OutputShape, gradOutput.Strides, geometry.PartialSums, to);
    }

    /// <inheritdoc/>
    public void GradWeightAndBias(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight, Span<T> gradBias)
    {
        if (gradWeight.IsEmpty) return;
        fixed (T* up = gradOutput, from = input, to = gradWeight, bias = gradBias)
        {
            // The bias' gradient is null where it is not wanted.
            var x = ConvProblems<T>.Forward(geometry, from, input.Strides, to, gradWeight.Strides, up, gradOutput.Strides, bias);
            ConvSchedules<T, TLanes>.Choose(ConvSchedules<T, TLanes>.Weights, x, schedule).Plan.Run(); // C1
        }
    }
}
