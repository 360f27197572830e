using Cnn.Layers;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Tests.Autograd;

/// <summary>
/// The imaginary part of a conjugate is negated lazily: its memory holds the numbers with the other sign. Layers take such
/// views wherever they take tensors, as libtorch's do.
/// </summary>
public sealed class NegatedViewTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    private delegate Tensor OurLayer(Tensor x, Tensor w, Tensor b, Algorithm algorithm);

    private delegate Tensor Layer(Tensor x, Tensor w, Tensor b);

    private static readonly Dictionary<string, (OurLayer Ours, Layer Libtorch)> Layers = new()
    {
        ["conv"] = (
            (x, w, b, algorithm) => Functional.conv2d(x, w, b, [2, 1], [1, 0], [1, 2], 2, algorithm),
            (x, w, b) => F.conv2d(x, w, b, [2, 1], [1, 0], [1, 2], 2)),
        ["max"] = (
            (x, _, _, algorithm) => Functional.max_pool2d(x, [3, 2], [2, 1], algorithm: algorithm),
            (x, _, _) => F.max_pool2d(x, [3, 2], [2, 1])),
        ["max with indices"] = (
            (x, _, _, algorithm) => Functional.max_pool2d_with_indices(x, [3, 2], [2, 1], [1, 0], algorithm: algorithm).output,
            (x, _, _) => F.max_pool2d_with_indices(x, [3, 2], [2, 1], [1, 0]).output),
        ["average"] = (
            (x, _, _, algorithm) => Functional.avg_pool2d(x, [2, 4], [1, 2], algorithm: algorithm),
            (x, _, _) => F.avg_pool2d(x, [2, 4], [1, 2])),
        ["reflect"] = (Bordered(PaddingModes.Reflect), Padded(PaddingModes.Reflect)),
        ["replicate"] = (Bordered(PaddingModes.Replicate), Padded(PaddingModes.Replicate)),
        ["circular"] = (Bordered(PaddingModes.Circular), Padded(PaddingModes.Circular)),
    };

    public static TheoryData<string, Algorithm> Names => Exact.WithAlgorithms(Layers.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void EachOperandMayBeNegated(string name, Algorithm algorithm)
    {
        var (ours, libtorch) = Layers[name];
        Tensor[] operands = Operands();
        for (int negated = 0; negated < 8; negated++)
        {
            var (x, w, b) = Negate(operands, negated);
            Exact.Equal(libtorch(x, w, b), ours(x, w, b, algorithm), $"{name}, operands {negated:b3} negated");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void GradientsOfNegatedOperandsAndUpstreamGradientsAreLibtorchs(string name, Algorithm algorithm)
    {
        var (ours, libtorch) = Layers[name];
        foreach (int negated in new[] { 0, 7 })
        {
            var expected = Derivatives(libtorch, negated);
            var actual = Derivatives((x, w, b) => ours(x, w, b, algorithm), negated);
            foreach (var (e, a, i) in expected.Zip(actual, Enumerable.Range(0, expected.Length)))
                // of a pool: zero
                if (a is null) Assert.True(e is null || e.abs().sum().ToDouble() == 0, $"{name}: derivative {i} is missing");
                else Exact.Equal(e, a, $"{name}, operands {negated:b3} negated, derivative {i}");
            Assert.Contains(expected, gradient => gradient is not null && gradient.abs().sum().ToDouble() > 0);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ALossOfAConjugateIsDifferentiated(string name, Algorithm algorithm)
    {
        var (ours, libtorch) = Layers[name];
        var expected = Gradient(libtorch);
        var actual = Gradient((x, w, b) => ours(x, w, b, algorithm));
        Exact.Equal(expected, actual);

        static Tensor Gradient(Layer layer)
        {
            Tensor[] operands = Operands();
            var x = operands[0].requires_grad_();
            var y = layer(x, operands[1], operands[2]);
            using var k = complex(Exact.Integers(7, ScalarType.Float64, y.shape), Exact.Integers(8, ScalarType.Float64, y.shape));
            (complex(ones_like(y), y).conj() * k).real.sum().backward();
            return x.grad!;
        }
    }

    [Fact]
    public void AConjugateIsNoRealTensor()
    {
        // What is conjugated lazily is complex, which libtorch's convolution takes and these loops never did.
        var z = complex(ones(1, 1, 3, 4), ones(1, 1, 3, 4)).conj();
        var refusal = Assert.Throws<ArgumentException>("input", () => Functional.avg_pool2d(z, [2]));
        Assert.Contains("ComplexFloat32", refusal.Message, StringComparison.Ordinal);
        // Its real part is a view as any other.
        Exact.Equal(F.avg_pool2d(z.real, [2]), Functional.avg_pool2d(z.real, [2]));
    }

    /// <summary>First derivatives by all operands, and those of a weighed sum of them by operands and upstream gradient.</summary>
    private static Tensor?[] Derivatives(Layer layer, int negated)
    {
        Tensor[] leaves = [.. Operands().Select(operand => operand.requires_grad_())];
        var (x, w, b) = Negate(leaves, negated);
        var y = layer(x, w, b);
        var up = Exact.Integers(9, ScalarType.Float64, y.shape).requires_grad_();
        bool isConv = autograd.grad([y.sum()], leaves, retain_graph: true, allow_unused: true).All(gradient => !gradient.IsInvalid);
        Tensor[] used = isConv ? leaves : leaves[..1];
        var first = autograd.grad([y], used, [Lazily(up)], retain_graph: true, create_graph: true);
        var weighed = first.Select((gradient, i) => (gradient * Lazily(Exact.Integers(20 + i, ScalarType.Float64, gradient.shape))).sum());
        weighed.Aggregate((sum, term) => sum + term).backward();
        return [.. first.Select(gradient => gradient.detach()), .. used.Select(leaf => leaf.grad), up.grad];
    }

    private static Tensor[] Operands() =>
    [
        Exact.Integers(1, ScalarType.Float64, 2, 4, 9, 8),
        Exact.Integers(2, ScalarType.Float64, 6, 2, 3, 2),
        Exact.Integers(3, ScalarType.Float64, 6),
    ];

    private static (Tensor X, Tensor W, Tensor B) Negate(Tensor[] operands, int which)
    {
        return (At(0), At(1), At(2));

        Tensor At(int i) => (which >> i & 1) == 1 ? Lazily(operands[i]) : operands[i];
    }

    /// <summary>The same numbers, as a view of memory that holds their negatives.</summary>
    private static Tensor Lazily(Tensor tensor)
    {
        var view = complex(zeros_like(tensor), -tensor).conj().imag;
        Assert.True(view.is_neg());
        return view;
    }

    private static OurLayer Bordered(PaddingModes mode) => (x, w, b, algorithm) =>
    {
        using var layer = new Conv2D(4, 6, (3, 2), padding: (2, 1), groups: 2, padding_mode: mode) { algorithm = algorithm };
        return layer.Convolve(x, w, b);
    };

    private static Layer Padded(PaddingModes mode) => (x, w, b) => F.conv2d(F.pad(x, [1, 1, 2, 2], mode), w, b, groups: 2);
}
