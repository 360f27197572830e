namespace Cnn.Reference.Benchmarks;

/// <summary>What one forward pass of a row takes beyond its tensors.</summary>
/// <param name="Row">The row.</param>
/// <param name="Ours">Bytes of ours.</param>
/// <param name="Theirs">Bytes of libtorch's.</param>
/// <param name="Threads">How many threads each might use.</param>
internal sealed record MemoryUse(BenchmarkRow Row, long Ours, long Theirs, int Threads)
{
    private const long PerThread = 4 << 20;

    /// <summary>
    /// What ours may take: the filters once more, packed, and buffers of a fixed size for each thread. Nothing grows with
    /// the image.
    /// </summary>
    public long Allowed => Row.WeightBytes + PerThread * Threads;

    /// <summary>Whether ours takes no more.</summary>
    public bool Holds => Ours <= Allowed;
}
