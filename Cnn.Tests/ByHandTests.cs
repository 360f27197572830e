using Cnn.Layers;
using static TorchSharp.torch;

namespace Cnn.Tests;

/// <summary>The example of docs/conv2d-by-hand.md: its numbers through both of our algorithms, and through libtorch.</summary>
public class ByHandTests
{
    [Fact]
    public void AllThreeAreEqual()
    {
        using var input = tensor(new float[] { -2, -4, 2, -1, -3, 3, 1, -4, 0, 1, 3, -4, 1, 3, -4, -4, 4, 1, -3, -2 }).reshape(1, 1, 4, 5);
        using var weight = tensor(new float[] { -3, 1, 2, 0, 3, -1, 4, -2, -2 }).reshape(1, 1, 3, 3);
        using var bias = tensor(new float[] { 4 });
        using var literal = Functional.conv2d(input, weight, bias, [2, 2], [1, 1], algorithm: Algorithm.Literal);
        using var fast = Functional.conv2d(input, weight, bias, [2, 2], [1, 1]);
        using var libtorch = nn.functional.conv2d(input, weight, bias, [2, 2], [1, 1]);
        Assert.Equal(17, literal[0, 0, 1, 1].item<float>());
        Assert.True(literal.Equals(fast) && literal.Equals(libtorch));
    }
}
