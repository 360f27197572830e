using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Dynamic;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
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
            conv, pool),
        ["lazy that was not asked yet"] = (conv, pool) => Held(
            new Lazy<(Layer, Layer)>(() => (conv, pool)), lazy => lazy.Value, conv, pool),
        ["lazy by a method of an object"] = (conv, pool) => Held(
            (new Lazy<Layer>(new Box(conv).Get), (Func<Layer>)new Box(pool).Get), both => (both.Item1.Value, both.Item2()), conv, pool),
        ["inline array"] = (conv, pool) => Held(Three(null, conv, pool), three => (three[1]!, three[2]!)),
        ["inline array of tuples, boxed"] = (conv, pool) => Held<object>(
            Two((conv, 1), (pool, 2)), two => (((TwoPairs)two)[0].Layer, ((TwoPairs)two)[1].Layer)),
        ["thread-local"] = (conv, pool) => Held(
            (new ThreadLocal<Layer>(() => conv), new ThreadLocal<Layer>(() => pool)),
            both => (Same(both.Item1.Value!, OnAnotherThread(() => both.Item1.Value!)), both.Item2.Value!)),
        ["thread-local that was not asked yet"] = (conv, pool) => Held(
            (new ThreadLocal<Layer>(() => conv), new ThreadLocal<Layer>(() => pool)),
            both => (both.Item1.Value!, both.Item2.Value!), conv, pool),
        ["tasks"] = (conv, pool) => Held(
            (Task.FromResult(conv), new ValueTask<Layer>(pool), Done(pool)),
            all => (all.Item1.Result, Same(all.Item2.Result, all.Item3.Task.Result))),
        ["tasks that have not begun"] = (conv, pool) => Held(
            (new Task<Layer>(() => conv), new Task<Layer>(state => (Layer)state!, pool)),
            both => (Result(both.Item1), Result(both.Item2)), conv, pool),
        ["task that waits"] = (conv, pool) => Waiting(conv, pool),
        ["box"] = (conv, pool) => Held((new StrongBox<Layer>(conv), pool), both => (both.Item1.Value!, both.pool)),
        ["query"] = (conv, pool) => Held(new[] { nn.Identity(), conv, pool }.Skip(1), query => (query.First(), query.Last())),
        ["compiled expression"] = (conv, pool) => Held(
            (Expression.Lambda<Func<Layer>>(Expression.Constant(conv, typeof(Layer))).Compile(), pool),
            both => (both.Item1(), both.pool)),
        ["list with a field of its own"] = (conv, pool) => Held(new Rack(pool) { conv }, rack => (rack[0], rack.Last)),
        ["lookup"] = (conv, pool) => Held(
            new[] { ("a", conv), ("b", nn.Identity()), ("b", pool) }.ToLookup(entry => entry.Item1, entry => entry.Item2),
            lookup => (lookup["a"].Single(), lookup["b"].Last())),
        ["groups"] = (conv, pool) => Held(
            new[] { conv, pool }.GroupBy(layer => layer is MaxPool2d or AvgPool2d ? "pool" : "conv").ToArray(),
            groups => (groups.Single(group => group.Key == "conv").First(), groups.Single(group => group.Key == "pool").First())),
        ["expando object"] = (conv, pool) => Held<IDictionary<string, object?>>(
            Bag(conv, pool), bag => ((Layer)bag["conv"]!, (Layer)bag["pool"]!)),
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
        ["bound delegate in a set"] = (
            (conv, pool) => Held(
                ((Layer)conv, pool, new HashSet<Func<Tensor, Tensor>> { conv.call }),
                all => (all.Item3.Contains(all.Item1.call) ? all.Item1 : throw new InvalidOperationException(), all.pool)),
            "found by its hash code"),
        ["ring of objects with hash codes of their own"] = (
            (conv, pool) => Held(((Layer)conv, pool, new HashSet<Named> { new("a", conv) }), all => (all.Item1, all.pool)),
            "found by its hash code"),
        ["lookup's key"] = (
            (conv, pool) => Held(
                ((Layer)conv, pool, new[] { (Layer)conv }.ToLookup(layer => layer)),
                all => (all.Item3.Contains(all.Item1) ? all.Item1 : throw new InvalidOperationException(), all.pool)),
            "found by its hash code"),
        ["data tied to a layer"] = (
            (conv, pool) => Held(
                ((Layer)conv, pool, new ConditionalWeakTable<Layer, string> { { conv, "first" } }),
                all => (all.Item3.TryGetValue(all.Item1, out _) ? all.Item1 : throw new InvalidOperationException(), all.pool)),
            "found by its hash code"),
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

    /// <param name="value">What the network holds.</param>
    /// <param name="layers">How it gets at its layers.</param>
    /// <param name="more">What it registers instead of these, so that it does not get at them before it runs.</param>
    private static Layer Held<T>(T value, Func<T, (Layer, Layer)> layers, params Layer[] more) => new Holder<T>(value, layers, more);

    private static Layer Same(Layer layer, Layer other) =>
        ReferenceEquals(layer, other) ? layer : throw new InvalidOperationException("A place was left behind.");

    private static Tensor Twice(this Layer layer, Tensor input) => layer.call(input);

    private sealed record Pair(Layer First, Layer Last);

    private readonly record struct PairValue(Layer First, Layer Last);

    private sealed class Box(Layer layer)
    {
        public Layer Layer => layer;

        public Layer Get() => layer;
    }

    private sealed class Rack(Layer last) : List<Layer>
    {
        public Layer Last => last;
    }

    private sealed class Named
    {
        private readonly string name;
        private readonly Layer layer;
        private readonly Named self;

        public Named(string name, Layer layer) => (this.name, this.layer, self) = (name, layer, this);

        public override int GetHashCode() => name.Length;

        public override bool Equals(object? other) => other is Named named && ReferenceEquals(layer, named.self.layer);
    }

    [InlineArray(3)]
    private struct ThreeLayers
    {
        private Layer? first;
    }

    private static ThreeLayers Three(Layer? first, Layer? second, Layer? third)
    {
        var three = default(ThreeLayers);
        (three[0], three[1], three[2]) = (first, second, third);
        return three;
    }

    [InlineArray(2)]
    private struct TwoPairs
    {
        private (Layer Layer, int Number) first;
    }

    private static TwoPairs Two((Layer, int) first, (Layer, int) second)
    {
        var two = default(TwoPairs);
        (two[0], two[1]) = (first, second);
        return two;
    }

    private static T OnAnotherThread<T>(Func<T> get)
    {
        T? result = default;
        var thread = new Thread(() => result = get());
        thread.Start();
        thread.Join();
        return result!;
    }

    private static TaskCompletionSource<Layer> Done(Layer layer)
    {
        var source = new TaskCompletionSource<Layer>();
        source.SetResult(layer);
        return source;
    }

    private static Layer Result(Task<Layer> task)
    {
        if (task.Status == TaskStatus.Created) task.RunSynchronously();
        return task.Result;
    }

    private static Layer Waiting(Layer conv, Layer pool)
    {
        var gate = new TaskCompletionSource();
        return Held(
            (conv: Later(conv, gate.Task), pool: Later(pool, gate.Task)),
            both =>
            {
                gate.TrySetResult();
                return (both.conv.Result, both.pool.Result);
            },
            conv, pool);
    }

    private static async Task<Layer> Later(Layer layer, Task gate)
    {
        await gate;
        return layer;
    }

    private static ExpandoObject Bag(Layer conv, Layer pool)
    {
        var bag = new ExpandoObject();
        IDictionary<string, object?> names = bag;
        (names["conv"], names["pool"]) = (conv, pool);
        return bag;
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
            Layer[] registered = more.Length > 0 ? more : [layers(value).Item1, layers(value).Item2];
            foreach (var (i, layer) in registered.Index())
                if (layer is not Calls) register_module($"layer{i}", layer);
        }

        protected override Layer First => layers(value).First;

        protected override Layer Last => layers(value).Last;
    }
}
