using Cnn.Layers;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Ours = Cnn.Layers.Functional;

namespace Cnn.Tests.Modules;

/// <summary>AdaptiveAvgPool2D can stand wherever nn.AdaptiveAvgPool2d stands, and gives what it gives.</summary>
public sealed class AdaptiveAvgPool2DTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    public static TheoryData<Algorithm> Algorithms => [.. Exact.Algorithms];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void IsLibtorchsAtEverySize(Algorithm algorithm)
    {
        // The other axis has other sizes: every pair comes along both.
        for (long h = 1; h <= 13; h++)
            for (long oh = 1; oh <= 13; oh++)
            {
                long w = 14 - h, ow = oh * 5 % 13 + 1;
                Check((h, w), (oh, ow));
                Check((w, h), (ow, oh));
                Check((h, oh), (1, 1));
            }

        // Sums of small integers are exact, and quotients are rounded in libtorch's order: the bits are the same.
        void Check((long H, long W) size, (long H, long W) windows)
        {
            using var inner = NewDisposeScope();
            var (expected, actual) = (Exact.Leaf(3, 2, 3, size.H, size.W), Exact.Leaf(3, 2, 3, size.H, size.W));
            var up = Exact.Integers(4, 2, 3, windows.H, windows.W);
            var reference = F.adaptive_avg_pool2d(expected, [windows.H, windows.W]);
            var result = Ours.adaptive_avg_pool2d(actual, [windows.H, windows.W], algorithm);
            reference.backward([up]);
            result.backward([up]);
            Exact.Equal(reference.detach(), result.detach(), $"{size} to {windows}");
            Exact.Equal(expected.grad, actual.grad, $"gradient of {size} to {windows}");
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void TakesEveryTypeAndLayout(Algorithm algorithm)
    {
        var arrangements = new Func<Tensor, Tensor>[]
        {
            x => x, x => x[1], x => x.transpose(2, 3).contiguous().transpose(2, 3),
            x => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2),
            x => x[..1].expand(3, 5, 8, 4), x => x.repeat(1, 2, 1, 2)[TensorIndex.Ellipsis, 1..5], x => x.neg(),
        };
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16 })
            foreach (var (arrange, number) in arrangements.Select((arrange, number) => (arrange, number)))
            {
                var input = arrange(Exact.Integers(4, type, 2, 5, 8, 4));
                foreach (var size in new long[][] { [4, 2], [3, 4], [1, 1], [8, 4], [13, 7], [0, 2] })
                    Exact.Equal(
                        F.adaptive_avg_pool2d(input, size), Ours.adaptive_avg_pool2d(input, size, algorithm),
                            $"{type}, layout {number}, {string.Join('x', size)}");
            }
    }

    [Fact]
    public void ChannelsLastInGivesChannelsLastOut()
    {
        var input = rand(2, 8, 6, 5).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        var output = Ours.adaptive_avg_pool2d(input, [3, 2]);
        Assert.Equal([3 * 2 * 8, 1, 2 * 8, 8], output.stride());
    }

    [Fact]
    public void AnEmptyBatchAndNoWindowGiveNothing()
    {
        var empty = Exact.Leaf(1, 0, 3, 4, 5);
        Ours.adaptive_avg_pool2d(empty, [2, 2]).sum().backward();
        Assert.Equal([0, 3, 4, 5], empty.grad!.shape);
        var input = Exact.Leaf(1, 2, 3, 4, 5);
        var none = Ours.adaptive_avg_pool2d(input, [0, 2]);
        Assert.Equal([2, 3, 0, 2], none.shape);
        none.sum().backward();
        Exact.Equal(zeros(2, 3, 4, 5), input.grad);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void EveryOrderOfDerivativeIsThere(Algorithm algorithm)
    {
        // It is linear: the second derivative by the upstream gradient is the pool again.
        var input = Exact.Leaf(1, 2, 3, 8, 4);
        var up = Exact.Leaf(2, 2, 3, 4, 2);
        var output = Ours.adaptive_avg_pool2d(input, [4, 2], algorithm);
        var gradient = autograd.grad([output], [input], [up], create_graph: true, retain_graph: true)[0];
        var weights = Exact.Integers(3, 2, 3, 8, 4);
        gradient.backward([weights]);
        Exact.Equal(F.adaptive_avg_pool2d(weights, [4, 2]), up.grad);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void LargePlanesKeepTheirPrecision(Algorithm algorithm)
    {
        // One float32 sum over all of these cells would stop growing at 2^24.
        var plane = ones(1).expand(1, 1, 4201, 4099);
        Assert.Equal(1, Ours.adaptive_avg_pool2d(plane, [1, 1], algorithm).item<float>());
        // 4 eps of values around 1/2; libtorch sums a global average in pieces, too.
        manual_seed(3);
        var input = rand(1, 3, 224, 217);
        var exact = input.to(ScalarType.Float64).mean([2L, 3L], keepdim: true);
        var error = (Ours.adaptive_avg_pool2d(input, [1, 1], algorithm).to(ScalarType.Float64) - exact).abs().max();
        Assert.InRange(error.item<double>(), 0, 4 * (MathF.BitIncrement(1) - 1) * 0.5);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(1, 40_000)]
    public void RowsTooWideToBeInterleavedAreComputedFastAllTheSame(long rows, long columns)
    {
        var size = (H: 3, W: 300_000);
        foreach (var (name, refusal) in KernelTables<float>.AdaptiveAvgPool2D.Explain(
            AdaptivePool2DGeometry.Create(new(2, 3, size.H, size.W), (rows, columns))))
            Assert.Equal(refusal is null, name == "fast, one channel at a time");
        manual_seed(5);
        foreach (var memory in new Tensor[]
        {
            rand(2, 3, size.H, size.W), rand(2, size.H, size.W, 3).permute(0, 3, 1, 2), rand(2, 3, size.W, size.H).transpose(2, 3),
        })
        {
            Tensor fast = memory.detach().requires_grad_(), literal = memory.detach().requires_grad_();
            var expected = Ours.adaptive_avg_pool2d(literal, [rows, columns], Algorithm.Literal);
            var actual = Ours.adaptive_avg_pool2d(fast, [rows, columns]);
            Exact.Equal(expected.detach(), actual.detach());
            var up = rand_like(expected);
            expected.backward([up]);
            actual.backward([up]);
            Exact.Equal(literal.grad, fast.grad, "gradient");
        }
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void NaNAndInfinityStayInTheirWindows(Algorithm algorithm)
    {
        var input = Exact.Integers(1, 1, 2, 4, 6);
        input[0, 0, 1, 2] = double.NaN;
        input[0, 1, 3, 5] = double.PositiveInfinity;
        Exact.Equal(F.adaptive_avg_pool2d(input, [2, 3]), Ours.adaptive_avg_pool2d(input, [2, 3], algorithm));
    }

    [Fact]
    public void GoesThereAndBack()
    {
        using var pool = nn.AdaptiveAvgPool2d((3, 2));
        pool.eval();
        using var ours = AdaptiveAvgPool2D.From(pool);
        using var back = ours.ToTorch();
        Assert.Equal([3, 2], ours.output_size);
        Assert.Equal([3, 2], back.output_size);
        Assert.Equal((false, false), (ours.training, back.training));
        ours.output_size = [4];
        Assert.Equal([4, 4], ours.output_size);
        Assert.Equal([3, 2], pool.output_size);
        Assert.Equal([2, 4, 4], ours.call(rand(2, 7, 5)).shape);

        using var model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.AdaptiveAvgPool2d(1));
        var input = Exact.Integers(1, 2, 1, 6, 6);
        var expected = model.call(input);
        Assert.Equal(["0", "1"], model.UseCnnLayers(Algorithm.Literal).Replaced.Select(layer => layer.Path));
        Assert.Equal(Algorithm.Literal, Assert.IsType<AdaptiveAvgPool2D>(model[1]).algorithm);
        Assert.True(expected.allclose(model.call(input)));
        model.UseTorchLayers();
        Assert.IsType<AdaptiveAvgPool2d>(model[1]);
        Exact.Equal(expected.detach(), model.call(input).detach());
    }

    [Theory]
    [InlineData(new long[] { -1, 2 }, "output_size = (-1, 2): must be from 0")]
    [InlineData(new long[] { 1, 2, 3 }, "output_size = (1, 2, 3): must have one value")]
    [InlineData(new long[] { 1L << 40, 2 }, "must be from 0 to 2147483647")]
    public void BadSizesAreRefused(long[] size, string sentence)
    {
        Assert.Contains(sentence, Assert.Throws<ArgumentException>(() => new AdaptiveAvgPool2D(size)).Message, StringComparison.Ordinal);
        using var layer = new AdaptiveAvgPool2D(2);
        Assert.Contains(sentence, Assert.Throws<ArgumentException>(() => layer.output_size = size).Message, StringComparison.Ordinal);
        Assert.Contains(sentence, Assert.Throws<ArgumentException>(() => Ours.adaptive_avg_pool2d(rand(1, 2, 3, 3), size)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void BadInputsAreRefused()
    {
        Refuses(rand(3, 3), "must be (N, C, H, W)");
        Refuses(zeros(1, 2, 0, 3), "its planes must not be empty");
        Refuses(zeros(1, 2, 3, 3, dtype: ScalarType.Int32), "input is Int32");
        Assert.Throws<ArgumentNullException>(() => Ours.adaptive_avg_pool2d(rand(1, 2, 3, 3), null!));
        Assert.Throws<ArgumentNullException>(() => AdaptiveAvgPool2D.From(null!));

        static void Refuses(Tensor input, string sentence) =>
            Assert.Contains(sentence, Assert.Throws<ArgumentException>(() => Ours.adaptive_avg_pool2d(input, [2, 2])).Message,
                StringComparison.Ordinal);
    }
}
