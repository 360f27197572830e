using Cnn.Layers;

namespace Cnn.Reference.Benchmarks;

/// <summary>What was timed, or measured: whose kernels, and which.</summary>
/// <param name="Algorithm">Our loops.</param>
/// <param name="Bits">The width of our registers.</param>
/// <param name="Libtorch">libtorch's; null where it is no side.</param>
/// <param name="HeldTo">The instruction set that both were held to; null for none.</param>
internal sealed record Sides(Algorithm Algorithm, int Bits, LibtorchKernels? Libtorch, InstructionSet? HeldTo)
{
    private string Ours => Algorithm == Algorithm.Literal ? "literal" : $"fast, {Bits} bits";

    /// <summary>In a sentence.</summary>
    public string Sentence
    {
        get
        {
            string held = HeldTo is null ? "" : $", held to {HeldTo.Name}", theirs = Libtorch is null ? "" : $"; libtorch's {Libtorch}";
            return $"Kernels{held}: ours {Ours}{theirs}.";
        }
    }

    /// <summary>The same for a program.</summary>
    public object Json =>
        new { heldTo = HeldTo?.Name, ours = Ours, oneDnn = Libtorch?.OneDnn, aten = Libtorch?.Aten, mkl = Libtorch?.Mkl };
}
