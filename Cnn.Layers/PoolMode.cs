namespace Cnn.Layers;

/// <summary>What a pooling window gives.</summary>
public enum PoolMode
{
    /// <summary>Its largest value.</summary>
    Max,

    /// <summary>The average of its values.</summary>
    Average,
}
