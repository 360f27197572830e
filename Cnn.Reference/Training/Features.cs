namespace Cnn.Reference.Training;

/// <summary>What leaves a layer for one image: channels of height by width, or, once flattened, a row of C numbers.</summary>
/// <param name="C">Channels; of a row, its length.</param>
/// <param name="H">Height; 1 of a row.</param>
/// <param name="W">Width; 1 of a row.</param>
/// <param name="IsRow">Whether rows, columns and channels are gone.</param>
internal readonly record struct Features(long C, long H, long W, bool IsRow = false)
{
    /// <summary>Numbers in all.</summary>
    public long Count => C * H * W;

    /// <inheritdoc/>
    public override string ToString() => IsRow ? $"{C}" : $"{C} x {H} x {W}";
}
