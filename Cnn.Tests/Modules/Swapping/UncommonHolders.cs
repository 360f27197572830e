using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Cnn.Tests.Modules.Swapping;

/// <summary>Rarer ways to hold a layer: each network is given what leads to its layers, and how <c>forward</c> gets at them.</summary>
internal static partial class Holders
{
    private static readonly Dictionary<string, Func<Layer, Layer, Layer>> Uncommon = new()
    {
        ["record"] = (conv, pool) => Held(new Pair(conv, pool), pair => (pair.First, pair.Last)),
        ["record struct in a nullable"] = (conv, pool) =>
            Held((PairValue?)new PairValue(conv, pool), pair => (pair!.Value.First, pair.Value.Last)),
        ["boxed tuple"] = (conv, pool) => Held<object>((conv, pool), pair => ((ValueTuple<Layer, Layer>)pair)),
        ["arrays of arrays"] = (conv, pool) => Held(new Layer[][][] { [[], [conv]], [[pool]] }, all => (all[0][1][0], all[1][0][0])),
        ["stack and queue"] = (conv, pool) => Held(
            (new Stack<Layer>([pool, conv]), new Queue<Layer>([conv, pool])), both => (both.Item1.Peek(), both.Item2.Last())),
        ["concurrent collections"] = (conv, pool) => Held(
            (new ConcurrentDictionary<string, Layer> { ["a"] = conv }, new ConcurrentQueue<Layer>([pool]),
                new ConcurrentBag<Layer>([conv])),
            all => (Same(all.Item1["a"], all.Item3.Single()), all.Item2.Single())),
        ["concurrent stack"] = (conv, pool) => Held(new ConcurrentStack<Layer>([pool, conv]), stack => (stack.First(), stack.Last())),
        ["immutable collections"] = (conv, pool) => Held(
            (ImmutableList.Create(conv, pool), ImmutableDictionary<string, Layer>.Empty.Add("a", conv), ImmutableStack.Create(pool)),
            all => (Same(all.Item1[0], all.Item2["a"]), Same(all.Item1[1], all.Item3.Peek()))),
        ["frozen dictionary"] = (conv, pool) => Held(
            new Dictionary<string, Layer> { ["a"] = conv, ["b"] = pool }.ToFrozenDictionary(), all => (all["a"], all["b"])),
        ["priority queue"] = (conv, pool) => Held(
            new PriorityQueue<Layer, int>([(conv, 1), (pool, 2)]),
            queue => (queue.Peek(), queue.UnorderedItems.Last().Element)),
        ["memory"] = (conv, pool) => Held(new Memory<Layer>([conv, pool]), memory => (memory.Span[0], memory.Span[1])),
        ["read-only memory"] = (conv, pool) => Held(new ReadOnlyMemory<Layer>([conv, pool]), memory => (memory.Span[0], memory.Span[1])),
        ["array segment"] = (conv, pool) => Held(new ArraySegment<Layer>([conv, pool], 1, 1), part => (part.Array![0], part[0])),
        ["weak reference"] = (conv, pool) => Held(
            new WeakReference<Layer>(conv),
            weak => (weak.TryGetTarget(out var target) ? target : throw new InvalidOperationException(), pool),
            pool),
        ["lazy that was not asked yet"] = (conv, pool) => Held(new Lazy<(Layer, Layer)>(() => (conv, pool)), lazy => lazy.Value),
        ["set of objects that hold layers"] = (conv, pool) => Held(
            new HashSet<Box> { new(conv), new(pool) }, set => (set.First().Layer, set.Last().Layer)),
        ["set of functions"] = (conv, pool) => Held(
            new Dictionary<Func<Layer>, int> { [() => conv] = 1, [() => pool] = 2 }, all => (all.First().Key(), all.Last().Key())),
        ["keys that hold layers"] = (conv, pool) => Held(
            new Dictionary<Box, int> { [new(conv)] = 1, [new(pool)] = 2 }, all => (all.First().Key.Layer, all.Last().Key.Layer)),
        ["an extension's delegate"] = (conv, pool) => Held<Func<Tensor, Tensor>[]>(
            [conv.Twice, pool.Twice], all => (new Calls(input => all[0](input)), new Calls(input => all[1](input)))),
    };

    private static readonly Dictionary<string, (Func<Conv2d, Layer, Layer> Make, string Reason)> Hashed = new()
    {
        ["immutable dictionary's key"] = (
            (conv, pool) => Held(
                ((Layer)conv, pool, ImmutableDictionary<Layer, int>.Empty.Add(conv, 1)),
                all => (all.Item3.ContainsKey(all.Item1) ? all.Item1 : throw new InvalidOperationException(), all.pool)),
            "found by its hash code"),
        ["frozen dictionary's key"] = (
            (conv, pool) => Held(
                ((Layer)conv, pool, new Dictionary<Layer, int> { [conv] = 1 }.ToFrozenDictionary()),
                all => (all.Item3.ContainsKey(all.Item1) ? all.Item1 : throw new InvalidOperationException(), all.pool)),
            "found by its hash code"),
        ["tuple in a key"] = (
            (conv, pool) => Held(
                ((Layer)conv, pool, new Dictionary<(Layer, int), int> { [(conv, 2)] = 1 }),
                all => (all.Item3.ContainsKey((all.Item1, 2)) ? all.Item1 : throw new InvalidOperationException(), all.pool)),
            "found by its hash code"),
        ["tuple in a set"] = (
            (conv, pool) => Held(
                ((Layer)conv, pool, new HashSet<(Layer, int)> { (conv, 2) }),
                all => (all.Item3.Contains((all.Item1, 2)) ? all.Item1 : throw new InvalidOperationException(), all.pool)),
            "found by its hash code"),
        ["record in a set"] = (
            (conv, pool) => Held(
                ((Layer)conv, pool, new HashSet<Pair> { new(conv, conv) }),
                all => (all.Item3.Contains(new(all.Item1, all.Item1)) ? all.Item1 : throw new InvalidOperationException(), all.pool)),
            "found by its hash code"),
    };

    private static Layer Held<T>(T value, Func<T, (Layer, Layer)> layers, params Layer[] more) => new Holder<T>(value, layers, more);

    private static Layer Same(Layer layer, Layer other) =>
        ReferenceEquals(layer, other) ? layer : throw new InvalidOperationException("A place was left behind.");

    private static Tensor Twice(this Layer layer, Tensor input) => layer.call(input);

    private sealed record Pair(Layer First, Layer Last);

    private readonly record struct PairValue(Layer First, Layer Last);

    private sealed class Box(Layer layer)
    {
        public Layer Layer => layer;
    }

    private sealed class Calls(Func<Tensor, Tensor> run) : Layer("calls")
    {
        public override Tensor forward(Tensor input) => run(input);
    }

    private sealed class Holder<T> : Net
    {
        private readonly T value;
        private readonly Func<T, (Layer First, Layer Last)> layers;

        public Holder(T value, Func<T, (Layer, Layer)> layers, Layer[] more)
        {
            (this.value, this.layers) = (value, layers);
            foreach (var (name, layer) in new[] { ("conv", layers(value).Item1), ("pool", layers(value).Item2) })
                if (layer is not Calls && !more.Contains(layer)) register_module(name, layer);
            foreach (var layer in more) register_module("more", layer);
        }

        protected override Layer First => layers(value).First;

        protected override Layer Last => layers(value).Last;
    }
}
