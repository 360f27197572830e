using Cnn.Layers.Kernels.Fast;

namespace Cnn.Layers.Kernels;

/// <summary>What a kernel computes at once, and may have several schedules for.</summary>
internal enum KernelPass
{
    /// <summary>The output.</summary>
    Forward,

    /// <summary>The gradient of the input.</summary>
    GradInput,

    /// <summary>The gradient of the weight.</summary>
    GradWeight,
}

/// <summary>What one of a kernel's schedules says of a problem.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Refusal">Why it does not take the problem; null where it does.</param>
/// <param name="Efficiency">
/// Expected share of the multiply-add rate, above 1 where products are left out; null where there is no estimate.
/// </param>
/// <param name="Tiling">How it would cut the outputs; null where it refuses.</param>
/// <param name="IsChosen">Whether it is the one that computes the problem.</param>
internal sealed record ScheduleAnswer(string Name, string? Refusal, double? Efficiency, Tiling? Tiling, bool IsChosen);
