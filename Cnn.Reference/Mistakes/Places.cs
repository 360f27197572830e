namespace Cnn.Reference.Mistakes;

/// <summary>Groups of operations in which one mistake can be made.</summary>
internal static class Places
{
    /// <summary>A convolution, forwards.</summary>
    public static readonly Operation[] ConvForward = [Operation.ConvForward];

    /// <summary>A convolution, forwards, or one window of it.</summary>
    public static readonly Operation[] OneWindow = [Operation.SingleStep, Operation.ConvForward];

    /// <summary>The gradients of a convolution.</summary>
    public static readonly Operation[] ConvBackward = [Operation.ConvBackward];

    /// <summary>A convolution, both ways.</summary>
    public static readonly Operation[] Conv = [Operation.ConvForward, Operation.ConvBackward];

    /// <summary>Pools, forwards.</summary>
    public static readonly Operation[] PoolForward = [Operation.MaxForward, Operation.AverageForward];

    /// <summary>The gradients of pools.</summary>
    public static readonly Operation[] PoolBackward = [Operation.MaxBackward, Operation.AverageBackward];

    /// <summary>Pools, both ways.</summary>
    public static readonly Operation[] Pool = [.. PoolForward, .. PoolBackward];

    /// <summary>All that moves windows, forwards.</summary>
    public static readonly Operation[] Forward = [.. ConvForward, .. PoolForward];

    /// <summary>All that moves windows, backwards.</summary>
    public static readonly Operation[] Backward = [.. ConvBackward, .. PoolBackward];

    /// <summary>All that moves windows.</summary>
    public static readonly Operation[] Windows = [.. Forward, .. Backward];

    /// <summary>All that looks for maxima.</summary>
    public static readonly Operation[] Maximum = [Operation.MaxForward, Operation.MaxBackward];

    /// <summary>All that divides by the cells of a window.</summary>
    public static readonly Operation[] Average = [Operation.AverageForward, Operation.AverageBackward, Operation.Distribute];
}
