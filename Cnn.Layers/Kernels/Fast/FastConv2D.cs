using System.Numerics;
using System.Runtime.CompilerServices;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Layers.Kernels.Fast;

/// <summary>The convolution and its gradients, many outputs at a time: the sums of the literal loops, in their order.</summary>
/// <remarks>
/// <para>Read <see cref="Literal.LiteralConv2D{T}"/> first. What is different here, and what it bought (float32, one thread of an
/// AMD EPYC whose limit is 118 GFLOP/s; the literal loops do about 0.4):</para>
/// <list type="bullet">
/// <item>Δ1 Forward pass and input gradient are one problem, a <see cref="ConvProblem{T}"/>; the weight gradient reads the same
/// one the other way round (<see cref="WeightGradient{T, TLanes}"/>).</item>
/// <item>Δ2 Windows read copies of the planes with their padding as real zeros, sorted by remainder of the stride
/// (<see cref="PackedInput{T}"/>): every tap is a shifted view, whatever stride, padding and dilation, and nothing is copied for each
/// tap.</item>
/// <item>Δ3 Up to twenty-four registers of outputs are summed at once (<see cref="MicroKernel{T, TLanes, TRows, TRegisters, TOperandA}"/>): sixteen
/// give 117 GFLOP/s; twenty-four load less for a product, which a core that is shared is short of.
/// A filter that stands alone takes a <see cref="RowMicroKernel{T, TLanes}"/> or, see Δ15, a <see cref="DepthwiseMicroKernel{T, TLanes}"/>.</item>
/// <item>Δ4 On small planes lanes run along the filters (<see cref="VectorizeFilters{T, TLanes}"/>), else along the width
/// (<see cref="VectorizeWidth{T, TLanes}"/>): 7x7 planes 103 GFLOP/s, where lanes along the width could give 90 at best. Where
/// groups are narrow and planes small or strides above 1, along the groups (<see cref="VectorizeGroups{T, TLanes}"/>): depthwise
/// 3x3 over 7x7, 560 to 260 us.</item>
/// <item>Δ5 Channels are taken as many at a time as stay in the second cache; a sum goes on where it stood.</item>
/// <item>Δ6 In the input gradient, the cells of one remainder of the stride are reached by the same taps, and are a
/// <see cref="Part"/>; all parts of a block share one copy of the upstream gradient: stride 2, 3x3: 31 to 23 ms.</item>
/// <item>Δ7 In the weight gradient of narrow groups, a register holds filters of several groups: depthwise, 23 to 1.8 ms.</item>
/// <item>Δ8 BlockGrid of outputs are shared among threads.</item>
/// <item>Δ9 The bias' gradient sums a register of channels side by side, and along with the weights' where both are wanted: what
/// they read is turned round once.</item>
/// <item>Δ10 Under a kernel of one cell a plane is one long row: there are no gaps between rows.</item>
/// <item>Δ11 Where sums are short, each tap of a row has a copy of the planes to itself: then the windows of a plane are
/// neighbours, as in the output, and the tiles write there: 28x28, one channel, 32 filters, 540 to 350 us.</item>
/// <item>Δ12 What is read soon is brought into the second cache: some channels ahead while planes are copied (1x1 over 256
/// channels, 11.2 to 9.6 ms), and while sums run, a few lines at a time, what the next block or the next panel of weights reads
/// (<see cref="PrefetchStream{T}"/>: the same, to 8.8 ms; one image of 512 channels of 7x7, 2.9 to 2.5 ms with Δ14). So are the lines
/// of the output, before they are written: 1x1 to 256 filters, 10.0 to 8.1 ms with Δ14.</item>
/// <item>Δ13 The sums of a weight gradient, whose filters lie side by side, are turned back many at a time: one by one they go to
/// places a filter's weights apart. 512 channels on 7x7 planes, on a Zen 5: 25 to 12.5 ms.</item>
/// <item>Δ14 Few registers are half empty: blocks end where registers do, the last tile is as low as will do, and four registers
/// are two and two, not three and one. On several threads, few blocks are cut for the thread that has most to do.</item>
/// <item>Δ15 Where a filter stands alone and windows and taps lie one row apart (depthwise, stride 1), a register of cells is loaded
/// once for the four rows of outputs that read it, which are written where they belong: 3x3 over 112x112, 510 to 310 us
/// (<see cref="DepthwiseRows{T, TLanes}"/>).</item>
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
        bool isEmpty = x.Phases.Length == 0 || geometry.InputShape.Elements * geometry.WeightShape.Elements * geometry.OutputShape.Elements == 0;
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
            ConvSchedules<T, TLanes>.Choose(ConvSchedules<T, TLanes>.Outputs, x, schedule).Plan.Run(); // Δ1
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
            if (x.Phases.Length > 0) ConvSchedules<T, TLanes>.Choose(ConvSchedules<T, TLanes>.Outputs, x, schedule).Plan.Run(); // Δ1, Δ6
        }
    }

    /// <inheritdoc/>
    public void GradWeight(
        in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, ReadOnlyNchwSpan<T> input, NchwSpan<T> gradWeight) =>
        GradWeightAndBias(geometry, gradOutput, input, gradWeight, gradBias: []);

    /// <inheritdoc/>
    public void GradBias(in Conv2DGeometry geometry, ReadOnlyNchwSpan<T> gradOutput, Span<T> gradBias)
    {
        fixed (T* up = gradOutput, to = gradBias) BiasGradient<T, TLanes>.Run(up, geometry.OutputShape, gradOutput.Strides, to); // Δ9
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
            ConvSchedules<T, TLanes>.Choose(ConvSchedules<T, TLanes>.Weights, x, schedule).Plan.Run(); // Δ1
        }
    }
}
