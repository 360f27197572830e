using Cnn.Layers;
using Cnn.Layers.Autograd;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Tests.Autograd;

/// <summary>What a layer does with tensors that are gone, go while it works, or hold no dense numbers.</summary>
public sealed class OperandTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor, Tensor>> Layers = new()
    {
        ["conv"] = (x, w, b) => Functional.conv2d(x, w, b, algorithm: Algorithm.Literal),
        ["max"] = (x, _, _) => Functional.max_pool2d(x, [3], [1], algorithm: Algorithm.Literal),
        ["max with indices"] = (x, _, _) => Functional.max_pool2d_with_indices(x, [3], [1], algorithm: Algorithm.Literal).output,
        ["average"] = (x, _, _) => Functional.avg_pool2d(x, [3], [1], algorithm: Algorithm.Literal),
    };

    public static TheoryData<string> Names => [.. Layers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void AnotherThreadMayDisposeTheOperandsMeanwhile(string name)
    {
        int during = 0;
        for (int repeat = 0; repeat < 50 && during < 3; repeat++)
        {
            // Large enough that freed memory goes back to the system: who reads it then ends the process.
            Tensor[] operands = [Exact.Integers(1, 2, 2, 301, 403), Exact.Integers(2, 3, 2, 3, 3), Exact.Integers(3, 3)];
            Tensor[] same = [.. operands.Select(operand => operand.clone())];
            foreach (var operand in operands) operand.DetachFromDisposeScope();
            bool isDisposed = false;
            using var begins = new Barrier(2);
            var other = new Thread(() =>
            {
                begins.SignalAndWait();
                Thread.Sleep(2);
                foreach (var operand in operands) operand.Dispose();
                Volatile.Write(ref isDisposed, true);
            });
            other.Start();
            begins.SignalAndWait();
            Tensor? output = null;
            var refusal = Record.Exception(() => output = Layers[name](operands[0], operands[1], operands[2]));
            bool wasDuring = Volatile.Read(ref isDisposed);
            other.Join();
            if (refusal is not null)
            {
                Assert.IsType<ArgumentException>(refusal); // disposed before the call had begun
                continue;
            }
            if (wasDuring) during++;
            Exact.Equal(Layers[name](same[0], same[1], same[2]), output!);
        }
        Assert.True(during > 0, "nothing was disposed during a call");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void OperandsMayBeDisposedBetweenForwardAndBackward(string name)
    {
        var kept = Exact.Leaf(1, 2, 2, 7, 9);
        Tensor[] operands = [kept.alias(), Exact.Leaf(2, 3, 2, 3, 3), Exact.Leaf(3, 3)];
        var output = Layers[name](operands[0], operands[1], operands[2]);
        foreach (var operand in operands) operand.Dispose();
        output.sum().backward();
        Assert.Equal(kept.shape, kept.grad!.shape);
    }

    [Fact]
    public void AHeldTensorOutlivesItsWrapper()
    {
        var tensor = Exact.Integers(1, 3, 5);
        var copy = tensor.clone();
        using var held = Operand.Hold(tensor, "input");
        tensor.Dispose();
        Exact.Equal(copy, held);
    }

    /// <summary>Ours and libtorch's: neither takes it. Ours says why in one sentence.</summary>
    private static readonly Dictionary<string, (Func<Tensor, Tensor> Make, string Sentence)> Unfit = new()
    {
        ["disposed"] = (Disposed, "is a disposed tensor: must be alive"),
        ["sparse"] = (tensor => tensor.to_sparse(), "is sparse: must be dense; .to_dense() makes it so"),
        ["meta"] = (tensor => tensor.to(META), "is on META: these loops run on the CPU; it has no numbers there to move"),
    };

    public static TheoryData<string> Kinds => [.. Unfit.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WhatIsNoDenseTensorIsRefusedByName(string kind)
    {
        var (make, sentence) = Unfit[kind];
        var (x, w, b) = (Exact.Integers(1, 2, 4, 7, 6), Exact.Integers(2, 4, 4, 3, 2), Exact.Integers(3, 4));
        Refused("input", () => Functional.conv2d(make(x.clone()), w, b));
        Refused("weight", () => Functional.conv2d(x, make(w.clone()), b));
        Refused("bias", () => Functional.conv2d(x, w, make(b.clone())));
        Refused("input", () => Functional.max_pool2d(make(x.clone()), [2]));
        Refused("input", () => Functional.max_pool2d_with_indices(make(x.clone()), [2]));
        Refused("input", () => Functional.avg_pool2d(make(x.clone()), [2]));
        using var conv = new Conv2D(4, 4, 3, padding: 1, padding_mode: PaddingModes.Reflect);
        using var pool = new Pool2D(PoolMode.Average, 2);
        Refused("input", () => conv.call(make(x.clone())));
        Refused("input", () => pool.call(make(x.clone())));

        void Refused(string argument, Func<object> call)
        {
            long live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
            var refusal = Assert.Throws<ArgumentException>(argument, call);
            Assert.StartsWith($"{argument} {sentence}", refusal.Message, StringComparison.Ordinal);
            Assert.InRange(DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount - live, 0, 2); // what make has made
        }
    }

    [Fact]
    public void ADisposedLayerIsRefused()
    {
        var conv = new Conv2D(4, 4, 3);
        conv.Dispose();
        Assert.Throws<ArgumentException>("weight", () => conv.forward(Exact.Integers(1, 2, 4, 7, 6)));
    }

    [Fact]
    public void ADisposedParameterIsRefused()
    {
        using var conv = new Conv2D(4, 5, 3);
        var (weight, bias) = (nn.Parameter(zeros(5, 4, 3, 3)), nn.Parameter(zeros(5)));
        weight.Dispose();
        bias.Dispose();
        Assert.Throws<ArgumentException>("weight", () => conv.weight = weight);
        Assert.Throws<ArgumentException>("bias", () => conv.bias = bias);
        Assert.Equal([2, 5, 5, 4], conv.call(Exact.Integers(1, 2, 4, 7, 6)).shape);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void WhatMemoryCannotHoldIsRefusedWithItsSizes(ScalarType type)
    {
        // Sizes for which no machine has memory, of tensors that have none: every cell is the same.
        var one = ones(1, 1, 1, 1, dtype: type);
        const long side = 1 << 22;
        var huge = one.expand(1, 1, side, side);
        foreach (var algorithm in Exact.Algorithms)
        {
            Refused("(1, 1, 4194305, 4194305)", () => Functional.conv2d(one, one, padding: [side / 2], algorithm: algorithm));
            Refused("(1, 1, 4194304, 4194304)", () => Functional.conv2d(huge, one, algorithm: algorithm));
            Refused("(1, 1, 4194303, 4194304)", () => Functional.max_pool2d(huge, [2, 1], [1], algorithm: algorithm));
            Refused("(1, 1, 4194303, 4194304)", () => Functional.max_pool2d_with_indices(huge, [2, 1], [1], algorithm: algorithm));
            Refused("(1, 1, 4194304, 2097152)", () => Functional.avg_pool2d(huge, [1, 2], algorithm: algorithm));
        }
        using var circular = new Conv2D(1, 1, 1, padding: 1, padding_mode: PaddingModes.Circular, dtype: type);
        Refused("(1, 1, 4194306, 4194306)", () => circular.call(huge));
        var endless = one.expand(1, 1, 1L << 31, 1L << 31); // its output has no address
        Refused("(1, 1, 2147483648, 2147483648)", () => Functional.conv2d(endless, one));
        Refused("(1, 1, 2147483648, 2147483648)", () => Functional.avg_pool2d(endless, [1]));

        static void Refused(string sizes, Func<object> call)
        {
            var refusal = Assert.Throws<ArgumentException>("input", call);
            Assert.StartsWith("input has shape (1, 1, ", refusal.Message, StringComparison.Ordinal);
            Assert.Contains($"the output {sizes}", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("memory", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("Allocator", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1L << 22, 1L << 22, 3)] // more than a machine has
    [InlineData(1L << 40, 1L << 40, 3)] // more than has an address
    public void FiltersThatMemoryCannotHoldAreRefusedWithTheirSizes(long inChannels, long outChannels, long kernel)
    {
        var refusal = Assert.Throws<ArgumentException>("kernel_size", () => new Conv2D(inChannels, outChannels, kernel));
        string sentence = $"memory has no room for a weight of shape ({outChannels}, {inChannels}, {kernel}, {kernel})";
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    private static Tensor Disposed(Tensor tensor)
    {
        tensor.Dispose();
        return tensor;
    }
}
