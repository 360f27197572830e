namespace Cnn.Reference;

/// <summary>What <see cref="ModelCheck"/> compares, and from which random numbers.</summary>
public sealed record ModelCheckOptions
{
    /// <summary>Whether a gradient is sent back through the models, and every gradient compared as well. Default: true.</summary>
    public bool Gradients { get; init; } = true;

    /// <summary>
    /// Where the gradient that is sent back, dropout's masks and every other random number come from. torch's own generator goes
    /// on afterwards where it was. Default: 1.
    /// </summary>
    public int Seed { get; init; } = 1;
}
