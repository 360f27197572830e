using Cnn.Layers;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Tests.Autograd;

/// <summary>Nothing piles up: not inside of one long DisposeScope, not over a whole training.</summary>
[Collection(Alone.Name)] // the process' memory is measured
[Trait(Traits.Speed, Traits.Slow)]
public sealed class MemoryTests
{
    private static long Live => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    public static TheoryData<string, int> Calls => new()
    {
        { "conv", 1 }, { "conv recorded", 1 }, { "conv narrow", 1 }, { "conv narrow recorded", 1 }, { "conv nothing", 1 },
        { "conv reflect", 1 }, { "conv reflect recorded", 1 }, { "max", 1 }, { "max recorded", 1 }, { "max narrow", 1 },
        { "max narrow recorded", 1 },
        { "max indices", 2 }, { "max indices recorded", 2 }, { "max narrow indices recorded", 2 }, { "avg", 1 }, { "avg recorded", 1 },
        { "avg narrow recorded", 1 },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void AForwardCallLeavesItsOutputAndNothingElse(string call, int outputs)
    {
        using var scope = NewDisposeScope();
        bool recorded = call.EndsWith("recorded", StringComparison.Ordinal);
        var dtype = call.Contains("narrow") ? ScalarType.BFloat16 : ScalarType.Float32;
        var input = Exact.Integers(1, dtype, 2, 4, 7, 6).requires_grad_(recorded);
        var weight = Exact.Integers(2, dtype, 4, 4, 3, 2).requires_grad_(recorded);
        var bias = Exact.Integers(3, dtype, 4).requires_grad_(recorded);
        var (noInput, noWeight) = (zeros(2, 0, 7, 6), zeros(4, 0, 3, 2));
        using var reflecting = new Conv2D(4, 4, (3, 2), padding: (1, 1), padding_mode: PaddingModes.Reflect);

        foreach (var output in Call()) output.Dispose(); // a recording clears what the last backward pass on this thread has left
        for (int repeat = 0; repeat < 3; repeat++)
        {
            long before = Live;
            Tensor[] made = Call();
            // TorchSharp keeps an empty copy of the output with every node of the graph, as long as the graph lives.
            long nodes = !recorded ? 0 : call.StartsWith("conv reflect", StringComparison.Ordinal) ? 2 : 1;
            Assert.InRange(Live - before, outputs, outputs + nodes);
            foreach (var output in made) output.Dispose();
            Assert.Equal(before, Live);
        }

        Tensor[] Call()
        {
            switch (call.Replace(" narrow", "").Replace(" recorded", ""))
            {
                case "conv": return [Functional.conv2d(input, weight, bias)];
                case "conv nothing": return [Functional.conv2d(noInput, noWeight, bias)];
                case "conv reflect": return [reflecting.Convolve(input, weight, bias)];
                case "max": return [Functional.max_pool2d(input, [2])];
                case "avg": return [Functional.avg_pool2d(input, [2])];
                default:
                    var (values, indices) = Functional.max_pool2d_with_indices(input, [2]);
                    return [values, indices];
            }
        }
    }

    [Theory]
    [InlineData(Algorithm.Fast)]
    [InlineData(Algorithm.Literal)]
    public void ATrainingInOneDisposeScopeLeavesNoMoreThanWithTheBuiltInLayers(Algorithm algorithm)
    {
        var builtIn = Train(
            nn.Conv2d(4, 4, 1), nn.Conv2d(4, 4, 1, padding_mode: PaddingModes.Circular), nn.MaxPool2d(2), nn.AvgPool2d(2));
        var ours = Train(
            new Conv2D(4, 4, 1) { algorithm = algorithm },
            new Conv2D(4, 4, 1, padding_mode: PaddingModes.Circular) { algorithm = algorithm },
            new Pool2D(PoolMode.Max, 2) { algorithm = algorithm }, new Pool2D(PoolMode.Average, 2) { algorithm = algorithm });

        Assert.True(
            ours.Tensors <= builtIn.Tensors, $"{ours.Tensors} tensors more after 250 steps, {builtIn.Tensors} with the built-in layers");
        // One tensor of 256 KiB left behind in each step would make 64 MiB.
        const double most = 24;
        Assert.True(ours.MiB <= Math.Max(builtIn.MiB, 0) + most,
            $"{ours.MiB:F0} MiB more after 250 steps, {builtIn.MiB:F0} with the built-in layers");
    }

    [Fact]
    public void SecondDerivativesLeaveNoMoreThanWithTheBuiltInLayers()
    {
        long ours = Penalize(
            Functional.conv2d(Exact.Integers(1, 1, 2, 3, 3), Exact.Integers(2, 2, 2, 2, 2)).numel(), (x, w) => Functional.conv2d(x, w));
        long builtIn = Penalize(8, (x, w) => F.conv2d(x, w));
        Assert.True(ours <= builtIn, $"{ours} tensors more after 20 steps, {builtIn} with the built-in function");

        static long Penalize(long elements, Func<Tensor, Tensor, Tensor> conv)
        {
            Assert.Equal(8, elements);
            using var scope = NewDisposeScope();
            var (x, w) = (Exact.Leaf(1, 1, 2, 3, 3), Exact.Leaf(2, 2, 2, 2, 2));
            long start = 0;
            for (int step = 0; step < 25; step++)
            {
                if (step == 5) start = Live;
                using var output = conv(x, w);
                using var squares = output * output;
                using var sum = squares.sum();
                using var gradient = autograd.grad([sum], [x], retain_graph: true, create_graph: true)[0];
                using var penalty = gradient.norm();
                penalty.backward();
            }
            return Live - start;
        }
    }

    private static (long Tensors, double MiB) Train(
        nn.Module<Tensor, Tensor> first, nn.Module<Tensor, Tensor> second, nn.Module<Tensor, Tensor> max, nn.Module<Tensor, Tensor> average)
    {
        using var scope = NewDisposeScope();
        using var network = nn.Sequential(first, second, max, average);
        using var optimizer = optim.SGD(network.parameters(), 1e-3);
        var input = rand(4, 4, 64, 64);
        (long Tensors, long Bytes) start = default;
        for (int step = 0; step < 300; step++)
        {
            if (step == 50) start = (Live, Settled());
            optimizer.zero_grad();
            using var output = network.call(input);
            using var loss = output.sum();
            loss.backward();
            optimizer.step();
        }
        return (Live - start.Tensors, (Settled() - start.Bytes) / (1024.0 * 1024));
    }

    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}
