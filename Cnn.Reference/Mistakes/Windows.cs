namespace Cnn.Reference.Mistakes;

/// <summary>Where windows lie, and what becomes of their cells: every setting of a layer but its tensors.</summary>
/// <param name="Kernel">Cells of a window along height and width.</param>
internal sealed record Windows((long H, long W) Kernel)
{
    /// <summary>From one window to the next.</summary>
    public (long H, long W) Stride { get; init; } = (1, 1);

    /// <summary>Cells around the input: above and left of it, and as many below and right.</summary>
    public (long H, long W) Padding { get; init; }

    /// <summary>Convolution: how many more there are below and right, as with padding "same" and an even kernel.</summary>
    public (long H, long W) MoreBehind { get; init; }

    /// <summary>Convolution: whether padding holds the cells of the opposite edge instead of zeros.</summary>
    public bool Circular { get; init; }

    /// <summary>Zero padding: what the border holds.</summary>
    public double Border { get; init; }

    /// <summary>Cells below and right of the input.</summary>
    public (long H, long W) PaddingBehind => (Padding.H + MoreBehind.H, Padding.W + MoreBehind.W);

    /// <summary>The same without padding.</summary>
    public Windows WithoutPadding() => this with { Padding = (0, 0), MoreBehind = (0, 0), Circular = false };

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
