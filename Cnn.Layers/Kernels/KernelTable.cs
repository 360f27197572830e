namespace Cnn.Layers.Kernels;

/// <summary>A kernel as an object, so that it can stand in a table: passes each call on to the kernel's static member.</summary>
/// <param name="name">What to call it.</param>
/// <param name="unavailable">Why this processor cannot run it; null where it can.</param>
internal abstract class Kernel<TGeometry>(string name, string? unavailable)
{
    /// <summary>What to call it.</summary>
    public string Name => name;

    /// <summary>Why the kernel does not take a problem; null where it does.</summary>
    public string? Refusal(in TGeometry geometry) => unavailable ?? Refuses(geometry);

    /// <summary>The kernel's own reason.</summary>
    protected abstract string? Refuses(in TGeometry geometry);
}

/// <summary>Kernels in the order in which they are asked. The last one is literal, and takes everything.</summary>
internal sealed class KernelTable<TKernel, TGeometry>(params TKernel[] kernels) where TKernel : Kernel<TGeometry>
{
    /// <summary>The first kernel that takes the problem; under <see cref="Algorithm.Literal"/>, the last.</summary>
    public TKernel Choose(Algorithm algorithm, in TGeometry geometry)
    {
        if (algorithm == Algorithm.Fast)
            foreach (var kernel in kernels)
                if (kernel.Refusal(geometry) is null) return kernel;
        return kernels[^1];
    }

    /// <summary>The kernels asked, in order, each with its reason to refuse; the last has none, and is chosen.</summary>
    public IEnumerable<(string Name, string? Refusal)> Explain(TGeometry geometry)
    {
        foreach (var kernel in kernels)
        {
            string? refusal = kernel.Refusal(geometry);
            yield return (kernel.Name, refusal);
            if (refusal is null) yield break;
        }
    }
}
