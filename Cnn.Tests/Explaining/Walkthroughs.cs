using Cnn.Reference.Cases;
using Cnn.Reference.Explaining;

namespace Cnn.Tests.Explaining;

/// <summary>Layers to walk through: no two axes alike, every option somewhere.</summary>
internal static class Walkthroughs
{
    public static readonly (string Case, Numbers Numbers)[] All =
    [
        ("conv n1 c1 h4 w5 o1 k2x3", Numbers.Exact),
        ("conv n2 c4 h7 w9 o6 k2x3 s2x3 p1x2 d2x1 g2", Numbers.Real),
        ("conv n1 c3 h6 w7 o4 k3x2 s1 same reflect float64", Numbers.Real),
        ("conv n1 c2 h5 w6 o2 k4x2 same float64", Numbers.Exact),
        ("conv n2 c2 h8 w5 o3 k2 s3 p1", Numbers.Real),
        ("conv n1 c4 h5 w6 o4 k3x2 p1 g4 nobias", Numbers.Real),
        ("conv n1 c3 h9 w7 o2 k3x1 d3x2 p2x0 float64", Numbers.Real),
        ("conv n3 c1 h6 w5 o2 k1 s2x1", Numbers.Special),
        ("max n1 c1 h6 w7 k3x2 s2x1 p1x0", Numbers.Ties),
        ("max n2 c2 h7 w8 k2x3 s3x2 p0x1 d2x1 ceil", Numbers.Special),
        ("max n1 c2 h5 w4 k2 s2 float64", Numbers.Real),
        ("avg n1 c1 h6 w7 k3x2 s2x3 p1 ceil float64", Numbers.Real),
        ("avg n2 c2 h5 w6 k3x2 s1x2 p1x0 nopad", Numbers.Real),
        ("avg n1 c1 h5 w7 k2x3 s2 p0x1 div5", Numbers.Real),
    ];

    /// <summary>Runs one of them.</summary>
    public static Walkthrough Of(int number) => Of(All[number].Case, All[number].Numbers);

    /// <summary>Runs a case.</summary>
    public static Walkthrough Of(string line, Numbers numbers = Numbers.Exact) =>
        Walkthrough.Of(new Problem(CaseWords.Parse(line), numbers));

    /// <summary>Every index of a shape, in row-major order.</summary>
    public static IEnumerable<long[]> Indices(long[] shape)
    {
        long count = shape.Aggregate(1L, (product, size) => product * size);
        for (long flat = 0; flat < count; flat++)
        {
            long[] index = new long[shape.Length];
            long rest = flat;
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                index[axis] = rest % shape[axis];
                rest /= shape[axis];
            }
            yield return index;
        }
    }
}
