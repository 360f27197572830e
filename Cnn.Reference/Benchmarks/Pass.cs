namespace Cnn.Reference.Benchmarks;

/// <summary>What of a layer is timed.</summary>
[Flags]
internal enum Pass
{
    /// <summary>The output alone, nothing recorded for a gradient.</summary>
    Forward = 1,

    /// <summary>The output, and from it the gradients of input, weight and bias: one step of a training.</summary>
    Backward = 2,

    /// <summary>One after the other.</summary>
    Both = Forward | Backward,
}
