using System.Collections.Immutable;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Cnn.Tests.Modules.Swapping;

/// <summary>Networks that each hold a convolution and a pool in another way; all compute pool(relu(conv(x))).</summary>
internal static partial class Holders
{
    /// <summary>By the way of holding: every place can hold another layer.</summary>
    public static Dictionary<string, Func<Layer, Layer, Layer>> Open => new(Common.Concat(Uncommon));

    /// <summary>By the way of holding: the convolution's place is typed as nn.Conv2d, or found by its hash code.</summary>
    public static Dictionary<string, (Func<Conv2d, Layer, Layer> Make, string Reason)> Closed => new(Typed.Concat(Hashed));

    private static readonly Dictionary<string, Func<Layer, Layer, Layer>> Common = new()
    {
        ["public fields"] = (conv, pool) => new PublicFields(conv, pool),
        ["private readonly fields of a base class"] = (conv, pool) => new Derived(conv, pool),
        ["properties"] = (conv, pool) => new Properties(conv, pool),
        ["constructor parameters"] = (conv, pool) => new Captured(conv, pool),
        ["fields of an interface's type and of object"] = (conv, pool) => new Loose(conv, pool),
        ["Sequential"] = (conv, pool) => nn.Sequential(conv, nn.ReLU(), pool),
        ["Sequential in Sequential, by name"] = (conv, pool) => nn.Sequential(
            ("body", nn.Sequential(("conv", conv), ("relu", nn.ReLU()))), ("tail", nn.Sequential(("pool", pool)))),
        ["ModuleList"] = (conv, pool) => new Lists(conv, pool),
        ["ModuleDict"] = (conv, pool) => new Dicts(conv, pool),
        ["array"] = (conv, pool) => new Arrays(conv, pool),
        ["array of two axes"] = (conv, pool) => new Grid(conv, pool),
        ["nested lists"] = (conv, pool) => new NestedLists(conv, pool),
        ["dictionary"] = (conv, pool) => new Dictionaries(conv, pool),
        ["tuples and structs"] = (conv, pool) => new Tuples(conv, pool),
        ["other collections"] = (conv, pool) => new Collections(conv, pool),
        ["lambdas"] = (conv, pool) => new Lambdas(conv, pool),
        ["bound delegates"] = (conv, pool) => new Delegates(conv, pool),
        ["an object that is no module"] = (conv, pool) => new Helped(conv, pool),
        ["a list of the author's own"] = (conv, pool) => new OwnList(conv, pool),
        ["not registered"] = (conv, pool) => new Unregistered(conv, pool),
        ["registered under another name"] = (conv, pool) => new Renamed(conv, pool),
        ["children that know their parent"] = (conv, pool) => new Parent(conv, pool),
    };

    private static readonly Dictionary<string, (Func<Conv2d, Layer, Layer> Make, string Reason)> Typed = new()
    {
        ["field"] = (
            (conv, pool) => new TypedField(conv, pool), "field conv of TypedField takes Conv2d only: declare it nn.Module<Tensor, Tensor>"),
        ["property"] = (
            (conv, pool) => new TypedProperty(conv, pool),
                "property Conv of TypedProperty takes Conv2d only: declare it nn.Module<Tensor, Tensor>"),
        ["array"] = (
            (conv, pool) => new TypedArray(conv, pool),
                "the Conv2d[] in field convs of TypedArray takes Conv2d only: make it nn.Module<Tensor, Tensor>[]"),
        ["ModuleList"] = (
            (conv, pool) => new TypedList(conv, pool), "ModuleList<Conv2d> takes Conv2d only: declare it with nn.Module<Tensor, Tensor>"),
        ["lazy"] = (
            (conv, pool) => Held((new Lazy<Conv2d>(conv), pool), both => (both.Item1.Value, both.pool)),
                "the Lazy<Conv2d> in field value of Holder<(Lazy<Conv2d>, nn.Module<Tensor, Tensor>)> takes Conv2d only: "
                + "declare it with nn.Module<Tensor, Tensor>"),
        ["queue in a linked list"] = (
            (conv, pool) => Held(
                (new LinkedList<Queue<Conv2d>>([new(), new([conv])]), pool), both => (both.Item1.Last!.Value.Peek(), both.pool)),
                "the LinkedList<Queue<Conv2d>> in field value of"),
        ["method of the class"] = (
            (conv, pool) => Held(((Layer)conv, pool, (Action<long[]>)conv.SetPadding), all => (all.Item1, all.pool)),
                "bind it to a lambda that calls a variable of type nn.Module<Tensor, Tensor>"),
        ["lambda"] = (
            (conv, pool) => new TypedLambda(conv, pool),
                "variable conv that a lambda captured takes Conv2d only: declare it nn.Module<Tensor, Tensor>"),
        ["dictionary's key"] = ((conv, pool) => new Keyed(conv, pool), "found by its hash code: use a list, or a dictionary keyed by name"),
        ["set"] = ((conv, pool) => new InSet(conv, pool), "found by its hash code: use a list, or a dictionary keyed by name"),
    };

    private abstract class Net() : Layer("net")
    {
        private readonly Layer relu = nn.ReLU();

        protected abstract Layer First { get; }

        protected abstract Layer Last { get; }

        public override Tensor forward(Tensor input)
        {
            using var convolved = First.call(input);
            using var positive = relu.call(convolved);
            return Last.call(positive);
        }
    }

    private sealed class PublicFields : Net
    {
        public Layer conv, pool;

        public PublicFields(Layer conv, Layer pool)
        {
            (this.conv, this.pool) = (conv, pool);
            RegisterComponents();
        }

        protected override Layer First => conv;

        protected override Layer Last => pool;
    }

    private class Base : Net
    {
        private readonly Layer conv, pool;

        protected Base(Layer conv, Layer pool)
        {
            (this.conv, this.pool) = (conv, pool);
            register_module("conv", conv);
            register_module("pool", pool);
        }

        protected override Layer First => conv;

        protected override Layer Last => pool;
    }

    private sealed class Derived(Layer conv, Layer pool) : Base(conv, pool);

    private sealed class Properties : Net
    {
        public Properties(Layer conv, Layer pool)
        {
            (Conv, Pool) = (conv, pool);
            register_module("conv", conv);
            register_module("pool", pool);
        }

        private Layer Conv { get; }

        public Layer Pool { get; private set; }

        protected override Layer First => Conv;

        protected override Layer Last => Pool;
    }

    private sealed class Captured(Layer conv, Layer pool) : Net
    {
        public bool Registered { get; } = true;

        protected override Layer First => conv;

        protected override Layer Last => pool;
    }

    private sealed class Loose : Layer
    {
        private readonly nn.IModule<Tensor, Tensor> conv;
        private readonly object pool;

        public Loose(Layer conv, Layer pool) : base("net")
        {
            (this.conv, this.pool) = (conv, pool);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => ((Layer)pool).call(conv.call(input).relu());
    }

    private sealed class Lists : Net
    {
        private readonly ModuleList<Layer> layers;

        public Lists(Layer conv, Layer pool)
        {
            layers = nn.ModuleList(conv, pool);
            RegisterComponents();
        }

        protected override Layer First => layers[0];

        protected override Layer Last => layers[1];
    }

    private sealed class Dicts : Net
    {
        private readonly ModuleDict<Layer> layers;

        public Dicts(Layer conv, Layer pool)
        {
            layers = nn.ModuleDict(("pool", pool), ("conv", conv));
            RegisterComponents();
        }

        protected override Layer First => layers["conv"];

        protected override Layer Last => layers[0].Item2;
    }

    private sealed class Arrays : Net
    {
        private readonly Layer[] layers;

        public Arrays(Layer conv, Layer pool)
        {
            layers = [conv, pool];
            for (int i = 0; i < 2; i++) register_module($"layer{i}", layers[i]);
        }

        protected override Layer First => layers[0];

        protected override Layer Last => layers[1];
    }

    private sealed class Grid : Net
    {
        private readonly Layer?[,] layers = new Layer?[2, 3];

        public Grid(Layer conv, Layer pool)
        {
            (layers[0, 2], layers[1, 0]) = (conv, pool);
            register_module("conv", conv);
            register_module("pool", pool);
        }

        protected override Layer First => layers[0, 2]!;

        protected override Layer Last => layers[1, 0]!;
    }

    private sealed class NestedLists : Net
    {
        private readonly List<List<Layer[]>> layers;

        public NestedLists(Layer conv, Layer pool)
        {
            layers = [[[conv]], [[], [pool]]];
            register_module("conv", conv);
            register_module("pool", pool);
        }

        protected override Layer First => layers[0][0][0];

        protected override Layer Last => layers[1][1][0];
    }

    private sealed class Dictionaries : Net
    {
        private readonly Dictionary<string, nn.Module> layers;
        private readonly SortedList<int, List<Layer>> more = [];

        public Dictionaries(Layer conv, Layer pool)
        {
            layers = new() { ["z"] = conv, ["a"] = nn.Identity() };
            more.Add(3, [pool]);
            register_module("conv", conv);
            register_module("pool", pool);
        }

        protected override Layer First => (Layer)layers["z"];

        protected override Layer Last => more[3][0];
    }

    private readonly record struct Entry(string Name, Layer Layer);

    private sealed class Tuples : Net
    {
        private readonly (int Step, (Layer Layer, string Name) Named) first;
        private readonly Entry[] entries;
        private readonly Tuple<int, Layer> last;

        public Tuples(Layer conv, Layer pool)
        {
            (first, entries, last) = ((1, (conv, "conv")), [new("conv", conv), new("pool", pool)], new(2, pool));
            register_module("conv", conv);
            register_module("pool", pool);
        }

        protected override Layer First => ReferenceEquals(first.Named.Layer, entries[0].Layer)
            ? first.Named.Layer : throw new InvalidOperationException();

        protected override Layer Last => ReferenceEquals(last.Item2, entries[1].Layer) ? last.Item2 : throw new InvalidOperationException();
    }

    private sealed class Collections : Net
    {
        private readonly ImmutableArray<Layer> convs;
        private readonly Queue<Layer> queue = new();
        private readonly LinkedList<Layer> pools = new();
        private readonly IReadOnlyList<Layer> view;
        private readonly Lazy<Layer> lazy;

        public Collections(Layer conv, Layer pool)
        {
            convs = [conv];
            queue.Enqueue(conv);
            pools.AddLast(pool);
            view = new List<Layer> { conv, pool }.AsReadOnly();
            lazy = new Lazy<Layer>(pool);
            register_module("conv", conv);
            register_module("pool", pool);
        }

        protected override Layer First => Same(convs[0], queue.Peek(), view[0]);

        protected override Layer Last => Same(pools.First!.Value, view[1], lazy.Value);

        private static Layer Same(Layer layer, params Layer[] others) =>
            others.All(other => ReferenceEquals(layer, other)) ? layer : throw new InvalidOperationException("A place was left behind.");
    }

    private sealed class Lambdas : Layer
    {
        private readonly Func<Tensor, Tensor> run;

        public Lambdas(Layer conv, Layer pool) : base("net")
        {
            Func<Tensor, Tensor> first = input => conv.call(input);
            run = input => pool.call(first(input).relu());
            register_module("conv", conv);
            register_module("pool", pool);
        }

        public override Tensor forward(Tensor input) => run(input);
    }

    private sealed class Delegates : Layer
    {
        private readonly Func<Tensor, Tensor> first;
        private readonly Func<Tensor, Tensor>[] last;

        public Delegates(Layer conv, Layer pool) : base("net")
        {
            first = conv.forward;
            last = [relu => relu.relu(), pool.call];
            register_module("conv", conv);
            register_module("pool", pool);
        }

        public override Tensor forward(Tensor input) => last.Aggregate(first(input), (value, layer) => layer(value));
    }

    private sealed class Helper
    {
        public required Layer Conv { get; init; }

        public Helper? Next { get; set; }
    }

    private sealed class Helped : Net
    {
        private readonly Helper helper;

        public Helped(Layer conv, Layer pool)
        {
            helper = new() { Conv = conv, Next = new() { Conv = pool } };
            helper.Next.Next = helper; // a ring
            register_module("conv", conv);
            register_module("pool", pool);
        }

        protected override Layer First => helper.Conv;

        protected override Layer Last => helper.Next!.Conv;
    }

    /// <summary>Says that it is a list, and lets nobody in.</summary>
    private sealed class Closet(params Layer[] layers) : System.Collections.IList
    {
        public Layer At(int index) => layers[index];

        public object? this[int index]
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public bool IsFixedSize => throw new NotSupportedException();

        public bool IsReadOnly => false;

        public int Count => throw new NotSupportedException();

        public bool IsSynchronized => false;

        public object SyncRoot => this;

        public int Add(object? value) => throw new NotSupportedException();

        public void Clear() => throw new NotSupportedException();

        public bool Contains(object? value) => throw new NotSupportedException();

        public void CopyTo(Array array, int index) => throw new NotSupportedException();

        public System.Collections.IEnumerator GetEnumerator() => throw new NotSupportedException();

        public int IndexOf(object? value) => throw new NotSupportedException();

        public void Insert(int index, object? value) => throw new NotSupportedException();

        public void Remove(object? value) => throw new NotSupportedException();

        public void RemoveAt(int index) => throw new NotSupportedException();
    }

    private sealed class OwnList : Net
    {
        private readonly Closet closet;

        public OwnList(Layer conv, Layer pool)
        {
            closet = new(conv, pool);
            register_module("conv", conv);
            register_module("pool", pool);
        }

        protected override Layer First => closet.At(0);

        protected override Layer Last => closet.At(1);
    }

    private sealed class Unregistered : Net
    {
        private readonly Layer conv, pool;

        public Unregistered(Layer conv, Layer pool) => (this.conv, this.pool) = (conv, pool);

        protected override Layer First => conv;

        protected override Layer Last => pool;
    }

    private sealed class Renamed : Net
    {
        private readonly Layer conv, pool;

        public Renamed(Layer conv, Layer pool)
        {
            (this.conv, this.pool) = (conv, pool);
            register_module("tail", pool);
            register_module("stem", conv);
        }

        protected override Layer First => conv;

        protected override Layer Last => pool;
    }

    private sealed class Child(Layer conv, nn.Module parent) : Layer("child")
    {
        public nn.Module Parent => parent;

        public override Tensor forward(Tensor input) => conv.call(input);
    }

    private sealed class Parent : Net
    {
        private readonly List<Layer> blocks;

        public Parent(Layer conv, Layer pool)
        {
            blocks = [new Child(conv, this), new Child(pool, this)];
            register_module("conv", conv);
            register_module("pool", pool);
        }

        protected override Layer First => blocks[0];

        protected override Layer Last => blocks[1];
    }

    private sealed class TypedField : Net
    {
        private readonly Conv2d conv;
        private readonly Layer pool;

        public TypedField(Conv2d conv, Layer pool)
        {
            (this.conv, this.pool) = (conv, pool);
            RegisterComponents();
        }

        protected override Layer First => conv;

        protected override Layer Last => pool;
    }

    private sealed class TypedProperty : Net
    {
        private readonly Layer pool;

        public TypedProperty(Conv2d conv, Layer pool)
        {
            (Conv, this.pool) = (conv, pool);
            register_module("conv", conv);
            register_module("pool", pool);
        }

        public Conv2d Conv { get; }

        protected override Layer First => Conv;

        protected override Layer Last => pool;
    }

    private sealed class TypedArray : Net
    {
        private readonly Conv2d[] convs;
        private readonly Layer pool;

        public TypedArray(Conv2d conv, Layer pool)
        {
            (convs, this.pool) = ([conv], pool);
            register_module("conv", conv);
            register_module("pool", pool);
        }

        protected override Layer First => convs[0];

        protected override Layer Last => pool;
    }

    private sealed class TypedList : Net
    {
        private readonly ModuleList<Conv2d> convs;
        private readonly Layer pool;

        public TypedList(Conv2d conv, Layer pool)
        {
            (convs, this.pool) = (nn.ModuleList(conv), pool);
            RegisterComponents();
        }

        protected override Layer First => convs[0];

        protected override Layer Last => pool;
    }

    private sealed class TypedLambda : Layer
    {
        private readonly Func<Tensor, Tensor> run;
        private readonly Layer pool;

        public TypedLambda(Conv2d conv, Layer pool) : base("net")
        {
            run = input => conv.call(input).relu();
            this.pool = pool;
            register_module("conv", conv);
            register_module("pool", pool);
        }

        public override Tensor forward(Tensor input) => pool.call(run(input));
    }

    private sealed class Keyed : Net
    {
        private readonly Dictionary<nn.Module, string> names;
        private readonly Layer conv, pool;

        public Keyed(Layer conv, Layer pool)
        {
            (this.conv, this.pool) = (conv, pool);
            names = new() { [conv] = "conv" };
            RegisterComponents();
        }

        protected override Layer First => names.ContainsKey(conv) ? conv : throw new InvalidOperationException();

        protected override Layer Last => pool;
    }

    private sealed class InSet : Net
    {
        private readonly HashSet<nn.Module> frozen;
        private readonly Layer conv, pool;

        public InSet(Layer conv, Layer pool)
        {
            (this.conv, this.pool) = (conv, pool);
            frozen = [conv];
            RegisterComponents();
        }

        protected override Layer First => frozen.Contains(conv) ? conv : throw new InvalidOperationException();

        protected override Layer Last => pool;
    }
}
