using static TorchSharp.torch;

namespace Cnn.Reference.Networks;

/// <summary>Seeds torch's generator; afterwards it goes on where it was.</summary>
internal sealed class SeededGenerator : IDisposable
{
    private readonly Tensor before;

    /// <summary>Begins a sequence of random numbers of its own.</summary>
    public SeededGenerator(long seed)
    {
        before = get_rng_state().DetachFromDisposeScope()!;
        manual_seed(seed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        set_rng_state(before);
        before.Dispose();
    }
}
