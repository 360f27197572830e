namespace Cnn.Layers;

/// <summary>What a pooling layer keeps of each window (exercise, section 4).</summary>
public enum PoolMode
{
    /// <summary>The largest value of the window.</summary>
    Max,

    /// <summary>The mean of the window's values.</summary>
    Average,
}
