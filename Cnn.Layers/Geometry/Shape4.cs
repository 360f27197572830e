namespace Cnn.Layers.Geometry;

/// <summary>Four sizes in the order batch, channel, row, column; of a weight: output channel, input channel, row, column.</summary>
internal readonly record struct Shape4(long N, long C, long H, long W)
{
    /// <summary>Number of elements; only meaningful where <see cref="IsAddressable"/>.</summary>
    public long Elements => N * C * H * W;

    /// <summary>Elements from one index to the next, of a dense row-major tensor.</summary>
    public Shape4 RowMajor => new(C * H * W, H * W, W, 1);

    /// <summary>Whether the elements, at 8 bytes each, could be addressed at all.</summary>
    public bool IsAddressable
    {
        get
        {
            const long most = long.MaxValue / 8;
            Int128 plane = (Int128)H * W;
            return plane <= most && plane * C <= most && plane * C * N <= most;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"({N}, {C}, {H}, {W})";
}
