namespace Cnn.Layers.Kernels.Fast;

/// <summary>Rows of a tile, or registers of a row. A type, so that the JIT makes one body for each shape.</summary>
internal interface ICount
{
    /// <summary>How many.</summary>
    static abstract int Value { get; }
}

/// <inheritdoc/>
internal readonly struct One : ICount
{
    public static int Value => 1;
}

/// <inheritdoc/>
internal readonly struct Two : ICount
{
    public static int Value => 2;
}

/// <inheritdoc/>
internal readonly struct Three : ICount
{
    public static int Value => 3;
}

/// <inheritdoc/>
internal readonly struct Four : ICount
{
    public static int Value => 4;
}

/// <inheritdoc/>
internal readonly struct Five : ICount
{
    public static int Value => 5;
}

/// <inheritdoc/>
internal readonly struct Six : ICount
{
    public static int Value => 6;
}

/// <inheritdoc/>
internal readonly struct Seven : ICount
{
    public static int Value => 7;
}

/// <inheritdoc/>
internal readonly struct Eight : ICount
{
    public static int Value => 8;
}
