using Cnn.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Lesson;

/// <summary>What is refused, and that the sentence names the argument and its value.</summary>
public class BadInputTests
{
    private static readonly HParameters Stride1 = new(stride: 1);

    private static readonly HParameters Pool = new(stride: 2, f: 2);

    // Call, the argument it names, and the value and rule it states.
    private static readonly Dictionary<string, (Action Call, string Argument, string Sentence)> Refusals = new()
    {
        ["ZeroPad, null"] = (() => StepByStep.ZeroPad(null!, 1), "X", "null"),
        ["ZeroPad, rank"] = (() => StepByStep.ZeroPad(Reals(3, 4, 2), 1), "X", "X has shape (3, 4, 2): must have 4 dimensions"),
        ["ZeroPad, pad"] = (() => StepByStep.ZeroPad(A_prev, -1), "pad", "pad = -1: must be from 0 to 2147483647"),
        ["ZeroPad, huge pad"] = (
            () => StepByStep.ZeroPad(A_prev, 1L << 62), "pad", "pad = 4611686018427387904: must be from 0 to 2147483647"),
        ["ZeroPad, padded too far"] = (() => StepByStep.ZeroPad(A_prev, 1 << 30), "pad", "pad = 1073741824: no side of the padded image"),
        ["ZeroPad, dtype"] = (() => StepByStep.ZeroPad(A_prev.@int(), 1), "X", "X is Int32: must be Float64 or Float32"),
        ["ZeroPad, 16 bits"] = (() => StepByStep.ZeroPad(A_prev.bfloat16(), 1), "X", "X is BFloat16"),
        ["ZeroPad, device"] = (() => StepByStep.ZeroPad(A_prev.to(META), 1), "X", "X is on META: these loops run on the CPU"),
        ["ZeroPad, disposed"] = (() => StepByStep.ZeroPad(Disposed(), 1), "X", "X is a disposed tensor: must be alive"),

        ["ZeroPad, sparse"] = (() => StepByStep.ZeroPad(A_prev.to_sparse(), 1), "X", "X is sparse: must be dense"),
        ["ZeroPad, memory"] = (() => StepByStep.ZeroPad(A_prev, 1 << 24), "pad",
            "pad asks for a tensor (2, 33554436, 33554437, 3): memory has no room for it"),

        ["ConvSingleStep, null"] = (() => StepByStep.ConvSingleStep(null!, Reals(2, 2, 3), Reals(1, 1, 1)), "a_slice_prev", "null"),
        ["ConvSingleStep, null W"] = (() => StepByStep.ConvSingleStep(Reals(2, 2, 3), null!, Reals(1, 1, 1)), "W", "null"),
        ["ConvSingleStep, null b"] = (() => StepByStep.ConvSingleStep(Reals(2, 2, 3), Reals(2, 2, 3), null!), "b", "null"),
        ["ConvSingleStep, rank"] =
            (() => StepByStep.ConvSingleStep(Reals(2, 2), Reals(2, 2), Reals(1, 1, 1)), "a_slice_prev",
                "a_slice_prev has shape (2, 2): must have 3 dimensions"),
        ["ConvSingleStep, shape of W"] =
            (() => StepByStep.ConvSingleStep(Reals(2, 2, 3), Reals(2, 2, 1), Reals(1, 1, 1)), "W",
                "W has shape (2, 2, 1): must be the shape of a_slice_prev, (2, 2, 3)"),
        ["ConvSingleStep, b"] =
            (() => StepByStep.ConvSingleStep(Reals(2, 2, 3), Reals(2, 2, 3), Reals(1, 1, 3)), "b",
                "b has shape (1, 1, 3): must have exactly one element"),
        ["ConvSingleStep, dtypes"] =
            (() => StepByStep.ConvSingleStep(Reals(2, 2, 3), Reals(2, 2, 3), Reals(1, 1, 1).@float()), "b",
                "b is Float32: must have the type of a_slice_prev, Float64"),

        ["ConvForward, null"] = (() => StepByStep.ConvForward(null!, W, b, Stride1), "A_prev", "null"),
        ["ConvForward, null W"] = (() => StepByStep.ConvForward(A_prev, null!, b, Stride1), "W", "null"),
        ["ConvForward, null b"] = (() => StepByStep.ConvForward(A_prev, W, null!, Stride1), "b", "null"),
        ["ConvForward, null hparameters"] = (() => StepByStep.ConvForward(A_prev, W, b, null!), "hparameters", "null"),
        ["ConvForward, rank"] = (
            () => StepByStep.ConvForward(Reals(4, 5, 3), W, b, Stride1), "A_prev", "A_prev has shape (4, 5, 3): must have 4"),
        ["ConvForward, rank of W"] = (
            () => StepByStep.ConvForward(A_prev, Reals(2, 2, 3), b, Stride1), "W", "W has shape (2, 2, 3): must have 4"),
        ["ConvForward, square"] =
            (() => StepByStep.ConvForward(A_prev, Reals(2, 1, 3, 6), b, Stride1), "W",
                "W has shape (2, 1, 3, 6): must be (f, f, n_C_prev, n_C) with one f"),
        ["ConvForward, no window"] = (() => StepByStep.ConvForward(A_prev, Reals(0, 0, 3, 6), b, Stride1), "W", "W has shape (0, 0, 3, 6)"),
        ["ConvForward, channels"] =
            (() => StepByStep.ConvForward(A_prev, Reals(2, 2, 4, 6), b, Stride1), "W",
                "W has shape (2, 2, 4, 6): n_C_prev must be that of A_prev, 3"),
        ["ConvForward, rank of b"] = (() => StepByStep.ConvForward(A_prev, W, Reals(6), Stride1), "b", "b has shape (6): must have 4"),
        ["ConvForward, shape of b"] =
            (() => StepByStep.ConvForward(A_prev, W, Reals(1, 1, 6, 1), Stride1), "b",
                "b has shape (1, 1, 6, 1): must be (1, 1, 1, n_C), (1, 1, 1, 6)"),
        ["ConvForward, dtype of W"] = (
            () => StepByStep.ConvForward(A_prev, W.@float(), b, Stride1), "W", "W is Float32: must have the type of A_prev, Float64"),
        ["ConvForward, dtype of b"] = (() => StepByStep.ConvForward(A_prev, W, b.@float(), Stride1), "b", "b is Float32"),
        ["ConvForward, device of W"] = (() => StepByStep.ConvForward(A_prev, W.to(META), b, Stride1), "W", "W is on META"),
        ["ConvForward, stride"] =
            (() => StepByStep.ConvForward(A_prev, W, b, new(0)), "hparameters", "hparameters.stride = 0: must be from 1 to 2147483647"),
        ["ConvForward, huge stride"] = (
            () => StepByStep.ConvForward(A_prev, W, b, new(1L << 32)), "hparameters", "hparameters.stride = 4294967296"),
        ["ConvForward, pad"] = (
            () => StepByStep.ConvForward(A_prev, W, b, new(1, -2)), "hparameters", "hparameters.pad = -2: must be from 0 to 2147483647"),
        ["ConvForward, huge pad"] = (
            () => StepByStep.ConvForward(A_prev, W, b, new(1, int.MaxValue)), "hparameters", "hparameters.pad = 2147483647: no side"),
        ["ConvForward, tall window"] =
            (() => StepByStep.ConvForward(Reals(2, 4, 9, 3), Reals(7, 7, 3, 6), b, new(1, 1)), "W",
                "W makes windows of 7 x 7: must fit in the padded image, 6 x 11"),
        ["ConvForward, wide window"] =
            (() => StepByStep.ConvForward(Reals(2, 9, 4, 3), Reals(7, 7, 3, 6), b, new(1, 1)), "W",
                "W makes windows of 7 x 7: must fit in the padded image, 11 x 6"),

        ["ConvForward, sparse W"] = (() => StepByStep.ConvForward(A_prev, W.to_sparse(), b, Stride1), "W", "W is sparse"),
        ["ConvForward, disposed b"] = (() => StepByStep.ConvForward(A_prev, W, Disposed(), Stride1), "b", "b is a disposed tensor"),
        ["ConvForward, memory"] =
            (() => StepByStep.ConvForward(A_prev, W, b, new(1, 1 << 24)), "hparameters",
                "hparameters asks for a tensor (2, 33554435, 33554436, 6): memory has no room"),

        ["ConvBackward, null"] = (() => StepByStep.ConvBackward(null!, ConvCache), "dZ", "null"),
        ["ConvBackward, null cache"] = (() => StepByStep.ConvBackward(dZ, null!), "cache", "null"),
        ["ConvBackward, shape"] =
            (() => StepByStep.ConvBackward(Reals(2, 4, 3, 6), ConvCache), "dZ",
                "dZ has shape (2, 4, 3, 6): must be the shape of the forward pass's output, (2, 3, 4, 6)"),
        ["ConvBackward, rank"] = (() => StepByStep.ConvBackward(Reals(2, 3, 4), ConvCache), "dZ", "dZ has shape (2, 3, 4): must have 4"),
        ["ConvBackward, dtype"] = (
            () => StepByStep.ConvBackward(dZ.@float(), ConvCache), "dZ", "dZ is Float32: must have the type of cache.A_prev, Float64"),
        ["ConvBackward, device"] = (() => StepByStep.ConvBackward(dZ.to(META), ConvCache), "dZ", "dZ is on META"),
        ["ConvBackward, disposed"] =
            (() => StepByStep.ConvBackward(dZ, ConvCache with { W = Disposed() }), "cache", "cache.W is a disposed tensor"),
        ["ConvBackward, stride in cache"] =
            (() => StepByStep.ConvBackward(dZ, ConvCache with { hparameters = new(0) }), "cache", "cache.hparameters.stride = 0"),

        ["PoolForward, null"] = (() => StepByStep.PoolForward(null!, Pool), "A_prev", "null"),
        ["PoolForward, null hparameters"] = (() => StepByStep.PoolForward(A_prev, null!), "hparameters", "null"),
        ["PoolForward, rank"] = (() => StepByStep.PoolForward(Reals(4, 5), Pool), "A_prev", "A_prev has shape (4, 5): must have 4"),
        ["PoolForward, dtype"] = (() => StepByStep.PoolForward(A_prev.@long(), Pool), "A_prev", "A_prev is Int64"),
        ["PoolForward, stride"] = (
            () => StepByStep.PoolForward(A_prev, new(-1, f: 2)), "hparameters", "hparameters.stride = -1: must be from 1 to 2147483647"),
        ["PoolForward, pad"] = (() => StepByStep.PoolForward(A_prev, new(1, 1, 2)), "hparameters", "hparameters.pad = 1: must be 0"),
        ["PoolForward, f"] = (
            () => StepByStep.PoolForward(A_prev, new(1)), "hparameters", "hparameters.f = 0: must be from 1 to 2147483647"),
        ["PoolForward, window"] =
            (() => StepByStep.PoolForward(A_prev, new(1, f: 5)), "hparameters",
                "hparameters.f makes windows of 5 x 5: must fit in the padded image, 4 x 5"),
        ["PoolForward, memory"] =
            (() => StepByStep.PoolForward(Reals(1, 1, 1, 3).expand(1 << 20, 1 << 20, 4, 3), new(1, f: 1)), "A_prev",
                "A_prev asks for a tensor (1048576, 1048576, 4, 3)"),
        ["PoolForward, mode"] = (() => StepByStep.PoolForward(A_prev, Pool, (PoolMode)7), "mode", "mode = 7: must be Max or Average"),

        ["CreateMaskFromWindow, null"] = (() => StepByStep.CreateMaskFromWindow(null!), "x", "null"),
        ["CreateMaskFromWindow, rank"] = (() => StepByStep.CreateMaskFromWindow(Reals(2, 2, 2)), "x", "x has shape (2, 2, 2): must have 2"),
        ["CreateMaskFromWindow, empty"] = (
            () => StepByStep.CreateMaskFromWindow(Reals(2, 0)), "x", "x has shape (2, 0): must have at least one element"),
        ["DistributeValue, height"] = (() => StepByStep.DistributeValue(1, (0, 2)), "shape", "shape.n_H = 0: must be from 1 to 2147483647"),
        ["DistributeValue, width"] = (
            () => StepByStep.DistributeValue(1, (2, -3)), "shape", "shape.n_W = -3: must be from 1 to 2147483647"),

        ["DistributeValue, memory"] =
            (() => StepByStep.DistributeValue(1, (1 << 20, 1 << 20)), "shape",
                "shape asks for a tensor (1048576, 1048576): memory has no room for it"),

        ["PoolBackward, null"] = (() => StepByStep.PoolBackward(null!, PoolCache), "dA", "null"),
        ["PoolBackward, null cache"] = (() => StepByStep.PoolBackward(dA, null!), "cache", "null"),
        ["PoolBackward, shape"] =
            (() => StepByStep.PoolBackward(Reals(2, 2, 2, 1), PoolCache), "dA",
                "dA has shape (2, 2, 2, 1): must be the shape of the forward pass's output, (2, 2, 2, 3)"),
        ["PoolBackward, dtype"] = (() => StepByStep.PoolBackward(dA.@float(), PoolCache), "dA", "dA is Float32"),
        ["PoolBackward, mode"] =
            (() => StepByStep.PoolBackward(dA, PoolCache, PoolMode.Average), "mode",
                "mode = Average: must be that of the forward pass, Max"),
        ["PoolBackward, disposed"] = (
            () => StepByStep.PoolBackward(dA, PoolCache with { A_prev = Disposed() }), "cache", "cache.A_prev is a disposed tensor"),
        ["PoolBackward, pad in cache"] =
            (() => StepByStep.PoolBackward(dA, PoolCache with { hparameters = new(2, 1, 2) }), "cache", "cache.hparameters.pad = 1"),
    };

    public static TheoryData<string> Names => [.. Refusals.Keys];

    [Theory, MemberData(nameof(Names))]
    public void IsRefusedInOneSentence(string name)
    {
        using var scope = NewDisposeScope();
        var (call, argument, sentence) = Refusals[name];

        var refusal = Assert.ThrowsAny<ArgumentException>(call);

        Assert.Equal(argument, refusal.ParamName!.Split('.')[0]);
        Assert.Contains(sentence, refusal.Message);
        if (refusal is not ArgumentNullException)
            Assert.StartsWith(argument, refusal.Message);
    }

    private static Tensor Reals(params long[] shape) => rand(shape, ScalarType.Float64);

    private static Tensor Disposed()
    {
        var t = Reals(1);
        t.Dispose();
        return t;
    }

    private static Tensor A_prev => Reals(2, 4, 5, 3);

    private static Tensor W => Reals(2, 2, 3, 6);

    private static Tensor b => Reals(1, 1, 1, 6);

    private static Tensor dZ => Reals(2, 3, 4, 6);

    private static Tensor dA => Reals(2, 2, 2, 3);

    private static ConvCache ConvCache => new(A_prev, W, b, Stride1);

    private static PoolCache PoolCache => new(A_prev, Pool, PoolMode.Max);
}
