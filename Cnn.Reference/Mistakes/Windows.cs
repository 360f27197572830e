namespace Cnn.Reference.Mistakes;

/// <summary>Where windows lie, and what becomes of their cells: every setting of a layer but its tensors.</summary>
/// <param name="Kernel">Cells of a window along height and width.</param>
internal sealed record Windows((long H, long W) Kernel)
{
    /// <summary>From one window to the next.</summary>
    public (long H, long W) Stride { get; init; } = (1, 1);

    /// <summary>Cells around the input, on either side.</summary>
    public (long H, long W) Padding { get; init; }

    /// <summary>From one cell of a window to the next.</summary>
    public (long H, long W) Dilation { get; init; } = (1, 1);

    /// <summary>Groups of a grouped convolution.</summary>
    public long Groups { get; init; } = 1;

    /// <summary>Pools: whether a last window may overhang.</summary>
    public bool CeilMode { get; init; }

    /// <summary>Average pool: whether padding counts.</summary>
    public bool CountIncludePad { get; init; } = true;

    /// <summary>Average pool: what to divide by.</summary>
    public long? DivisorOverride { get; init; }

    /// <summary>
    /// Max pool, backwards: whether each cell that ties for the maximum gets the gradient, as in the exercise, or the first.
    /// </summary>
    public bool EveryMaximum { get; init; }
}
