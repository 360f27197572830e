namespace Cnn.Layers;

/// <summary>Which loops compute a layer. Both give the same bits.</summary>
public enum Algorithm
{
    /// <summary>The readable loops, widened to SIMD lanes, packed and threaded where such a kernel exists.</summary>
    Fast,

    /// <summary>The readable loops: one nest, one thread, the order of summation as written.</summary>
    Literal,
}
