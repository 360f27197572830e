using System.Numerics;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using Cnn.Reference.Cases;

namespace Cnn.Reference.Benchmarks;

/// <summary>The arrays of one problem, for kernels that are called without a layer around them.</summary>
/// <param name="case">A convolution, or a max or average pool, of which the forward pass alone is called.</param>
internal sealed class KernelCalls<T>(Case @case) where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Shape4 input = @case.Kind == LayerKind.Conv ? @case.ConvGeometry().InputShape : @case.PoolGeometry().InputShape;
    private readonly Shape4 output = @case.Kind == LayerKind.Conv ? @case.ConvGeometry().OutputShape : @case.PoolGeometry().OutputShape;
    private readonly Shape4 weight = @case.Kind == LayerKind.Conv ? @case.ConvGeometry().WeightShape : default;
    private readonly Dictionary<string, T[]> arrays = [];
    private long[] indices = [];

    /// <summary>Has a kernel compute one pass so many times.</summary>
    public void Run(IConv2DKernel<T> kernel, KernelPass pass, int calls)
    {
        var geometry = @case.ConvGeometry();
        NchwSpan<T> x = Of("input", input), w = Of("weight", weight), y = Of("output", output);
        NchwSpan<T> up = Of("gradOutput", output), gradX = Of("gradInput", input), gradW = Of("gradWeight", weight);
        T[] bias = Numbers("bias", @case.O), gradBias = Numbers("gradBias", @case.O);
        for (int call = 0; call < calls; call++)
        {
            if (pass == KernelPass.Forward) kernel.Forward(geometry, x, w, bias, y);
            else if (pass == KernelPass.GradInput) kernel.GradInput(geometry, up, w, gradX);
            else kernel.GradWeightAndBias(geometry, up, x, gradW, gradBias);
        }
    }

    /// <inheritdoc cref="Run(IConv2DKernel{T}, KernelPass, int)"/>
    public void Run(IMaxPool2DKernel<T> kernel, int calls)
    {
        if (indices.Length == 0) indices = new long[output.Elements];
        for (int call = 0; call < calls; call++)
            kernel.Forward(@case.PoolGeometry(), Of("input", input), Of("output", output), new(indices.AsSpan(), output));
    }

    /// <inheritdoc cref="Run(IConv2DKernel{T}, KernelPass, int)"/>
    public void Run(IAvgPool2DKernel<T> kernel, int calls)
    {
        for (int call = 0; call < calls; call++) kernel.Forward(@case.PoolGeometry(), Of("input", input), Of("output", output));
    }

    private NchwSpan<T> Of(string name, Shape4 shape) => new(Numbers(name, shape.Elements).AsSpan(), shape);

    // Random numbers in [-1, 1), made when they are first asked for.
    private T[] Numbers(string name, long count)
    {
        if (arrays.TryGetValue(name, out var numbers)) return numbers;
        var random = new Random(arrays.Count + 1);
        numbers = arrays[name] = new T[count];
        foreach (ref var number in numbers.AsSpan()) number = T.CreateTruncating(2 * random.NextDouble() - 1);
        return numbers;
    }
}
