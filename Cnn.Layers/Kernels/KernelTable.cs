namespace Cnn.Layers.Kernels;

/// <summary>What the kernels of every layer have.</summary>
/// <typeparam name="TGeometry">A problem's sizes.</typeparam>
internal interface IKernel<TGeometry>
{
    /// <summary>Why this kernel does not take a problem; null where it does.</summary>
    string? Refusal(in TGeometry geometry) => null;

    /// <summary>The schedules that are asked for a pass over dense memory, in order; none where there is one way only.</summary>
    IReadOnlyList<ScheduleAnswer> Schedules(in TGeometry geometry, KernelPass pass) => [];
}

/// <summary>A row of a table.</summary>
/// <param name="Name">What the kernel is called.</param>
/// <param name="Kernel">The kernel.</param>
/// <param name="Unavailable">Why this processor cannot run it; null where it can.</param>
internal sealed record KernelRow<TKernel>(string Name, TKernel Kernel, string? Unavailable = null);

/// <summary>Kernels in the order in which they are asked. The last one is literal, and takes everything.</summary>
internal sealed class KernelTable<TKernel, TGeometry>(params KernelRow<TKernel>[] rows) where TKernel : IKernel<TGeometry>
{
    /// <summary>The first kernel that takes the problem; under <see cref="Algorithm.Literal"/>, the last.</summary>
    public KernelRow<TKernel> Choose(Algorithm algorithm, in TGeometry geometry)
    {
        if (algorithm == Algorithm.Fast)
            foreach (var row in rows)
                if (Refusal(row, geometry) is null) return row;
        return rows[^1];
    }

    /// <summary>The kernels asked, in order, each with its reason to refuse; the last has none, and is chosen.</summary>
    public IEnumerable<(string Name, string? Refusal)> Explain(TGeometry geometry)
    {
        foreach (var row in rows)
        {
            string? refusal = Refusal(row, geometry);
            yield return (row.Name, refusal);
            if (refusal is null) yield break;
        }
    }

    private static string? Refusal(KernelRow<TKernel> row, in TGeometry geometry) => row.Unavailable ?? row.Kernel.Refusal(geometry);
}
