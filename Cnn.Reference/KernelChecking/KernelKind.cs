using Cnn.Reference.Cases;

namespace Cnn.Reference.KernelChecking;

/// <summary>What a kernel computes.</summary>
internal enum KernelKind
{
    /// <summary>A convolution's output.</summary>
    Conv2d,

    /// <summary>A convolution's gradients.</summary>
    Conv2dGradients,

    /// <summary>A max pool's output.</summary>
    MaxPool2d,

    /// <summary>An average pool's output.</summary>
    AvgPool2d,
}

/// <summary>Kernels and layers.</summary>
internal static class KernelKinds
{
    /// <summary>The layer whose cases a kernel is put to.</summary>
    public static LayerKind Layer(this KernelKind kind) => kind switch
    {
        KernelKind.MaxPool2d => LayerKind.Max,
        KernelKind.AvgPool2d => LayerKind.Avg,
        _ => LayerKind.Conv,
    };

    /// <summary>The names of a kernel's operands, in the delegate's order.</summary>
    public static string[] Operands(this KernelKind kind) => kind switch
    {
        KernelKind.Conv2d => ["input", "weight", "bias"],
        KernelKind.Conv2dGradients => ["gradOutput", "input", "weight"],
        _ => ["input"],
    };

    /// <summary>The names of a kernel's results, in the delegate's order, as a level calls them.</summary>
    public static string[] Results(this KernelKind kind) =>
        kind == KernelKind.Conv2dGradients ? ["grad input", "grad weight", "grad bias"] : ["output"];

    /// <summary>The shapes of a kernel's results; null for a gradient of a bias that is not there.</summary>
    public static long[]?[] ResultShapes(this KernelKind kind, Case @case)
    {
        bool unbatched = @case.Layout == Layout.Unbatched;
        if (kind == KernelKind.Conv2dGradients)
            return
            [
                Batched([@case.N, @case.C, @case.H, @case.W]), [@case.O, @case.C / @case.Groups, @case.Kernel.H, @case.Kernel.W],
                @case.Bias ? [@case.O] : null,
            ];
        return [Batched(OutputShape(@case))];

        long[] Batched(long[] shape) => unbatched ? shape[1..] : shape;
    }

    /// <summary>(N, O, oH, oW), batched or not.</summary>
    public static long[] OutputShape(Case @case)
    {
        var (height, width, channels) = Axes(@case);
        return [@case.N, channels, height, width];
    }

    private static (long Height, long Width, long Channels) Axes(Case @case)
    {
        if (@case.Kind == LayerKind.Conv)
        {
            var convolution = @case.ConvGeometry();
            return (convolution.Height.Out, convolution.Width.Out, @case.O);
        }
        var pool = @case.PoolGeometry();
        return (pool.Height.Out, pool.Width.Out, @case.C);
    }
}
