using Cnn.Layers.Swapping;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Cnn.Tests.Modules.Swapping;

/// <summary>Every place that holds a module is found, and takes another module; taken back, all is as before.</summary>
[Collection(Alone.Name)] // constructors draw initial weights from libtorch's random numbers
public sealed class ModulePlacesTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    public static TheoryData<string> Open => [.. Holders.Open.Keys];

    public static TheoryData<string> Closed => [.. Holders.Closed.Keys];

    /// <summary>Stands in a layer's place and says that it was called.</summary>
    private sealed class Recorder : Layer
    {
        private readonly Layer inner;

        public Recorder(Layer inner) : base("recorder")
        {
            this.inner = inner;
            register_module("inner", inner);
        }

        public int Calls { get; private set; }

        public override Tensor forward(Tensor input)
        {
            Calls++;
            return inner.call(input);
        }
    }

    [Theory]
    [MemberData(nameof(Open))]
    public void EveryLayerCanBeReplacedAndBroughtBack(string name)
    {
        Layer conv = nn.Conv2d(2, 3, (3, 2)), pool = nn.MaxPool2d((2, 1));
        using var model = Holders.Open[name](conv, pool);
        var input = rand(2, 2, 7, 6);
        var expected = model.call(input);
        string[] keys = [.. model.state_dict().Keys], names = [.. model.named_modules().Select(entry => entry.name)];
        nn.Module[] before = [.. model.modules()];
        var placed = ModulePlaces.Find(model);
        Assert.Same(model, placed[0].Module);
        Assert.True(placed[0].IsRoot);
        Assert.Single(placed, entry => ReferenceEquals(entry.Module, conv));
        Assert.Single(placed, entry => ReferenceEquals(entry.Module, pool));

        var recorders = new List<Recorder>();
        var replacements = new List<Replacement>();
        foreach (var entry in placed)
        {
            if (entry.Module is not (Conv2d or MaxPool2d or ReLU)) continue;
            var recorder = new Recorder((Layer)entry.Module);
            Assert.Null(entry.Refusal(recorder));
            replacements.Add(entry.Replace(recorder));
            recorders.Add(recorder);
        }
        Exact.Equal(expected.detach(), model.call(input).detach());
        Assert.All(recorders, recorder => Assert.Equal(1, recorder.Calls)); // forward reads the new ones everywhere
        int isRegistered = before.Count(module => module is Conv2d or MaxPool2d or ReLU);
        Assert.Equal(isRegistered, model.modules().Count(module => module is Recorder)); // and so do parameters(), to(), load()
        Assert.DoesNotContain(
            ModulePlaces.Find(model).Where(entry => entry.Module is Conv2d or MaxPool2d),
            entry => entry.Paths.Any(path => !path.EndsWith(".inner", StringComparison.Ordinal)));

        foreach (var replacement in replacements) replacement.Undo(); // in any order
        Exact.Equal(expected.detach(), model.call(input).detach());
        Assert.All(recorders, recorder => Assert.Equal(1, recorder.Calls));
        Assert.Equal(keys, model.state_dict().Keys);
        Assert.Equal(names, model.named_modules().Select(entry => entry.name));
        Assert.True(before.SequenceEqual(model.modules(), ReferenceEqualityComparer.Instance));
    }

    [Theory]
    [MemberData(nameof(Closed))]
    public void WhatCannotHoldAnotherLayerIsRefusedBeforeAnythingIsTouched(string name)
    {
        var conv = nn.Conv2d(2, 3, (3, 2));
        var (make, reason) = Holders.Closed[name];
        using var model = make(conv, nn.MaxPool2d((2, 1)));
        var placed = Assert.Single(ModulePlaces.Find(model), entry => ReferenceEquals(entry.Module, conv));
        var recorder = new Recorder(nn.Identity());

        Assert.Contains(reason, placed.Refusal(recorder), StringComparison.Ordinal);
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => placed.Replace(recorder)).Message, StringComparison.Ordinal);

        Assert.All(placed.Places, place => Assert.Same(conv, place.Read()));
        Assert.Contains(conv, model.modules());
        Assert.DoesNotContain(recorder, model.modules());
    }

    [Fact]
    public void PathsAreThoseOfTheStateDict()
    {
        var shared = nn.Conv2d(2, 2, 3);
        var block = nn.Sequential(("conv", shared), ("relu", nn.ReLU()));
        using var model = nn.Sequential(("a", block), ("b", nn.Sequential(block, shared)));

        var placed = ModulePlaces.Find(model);

        Assert.Equal(["a.conv", "b.0.conv", "b.1"], placed.Single(entry => ReferenceEquals(entry.Module, shared)).Paths);
        Assert.Equal(["a", "b.0"], placed.Single(entry => ReferenceEquals(entry.Module, block)).Paths);
        Assert.Equal(["", "a", "a.conv", "a.relu", "b"], placed.Select(entry => entry.Path));
    }

    [Fact]
    public void WhatIsHeldOnlyHasItsHoldersPath()
    {
        using var model = nn.Sequential(("net", Holders.Open["not registered"](nn.Conv2d(2, 3, 3), nn.Sequential(nn.MaxPool2d(2)))));
        Assert.Equal(
            ["net", "net.conv", "net.pool", "net.pool.0", "net.relu"],
                ModulePlaces.Find(model).Skip(1).Select(entry => entry.Path).Order(StringComparer.Ordinal));
        Assert.Equal(["net"], ModulePlaces.Find(model).SelectMany(entry => entry.Paths));
    }

    [Fact]
    public void AModuleInsideOfItselfAndARingOfModulesEnd()
    {
        var model = nn.Sequential(("conv", nn.Conv2d(2, 2, 3))); // not disposed: TorchSharp's own walk would not end
        var inner = nn.Sequential(("back", model));
        model.append("inner", inner);
        model.append("self", model);

        var placed = ModulePlaces.Find(model);

        Assert.Equal(3, placed.Count);
        Assert.Equal(["conv"], placed.Single(entry => entry.Module is Conv2d).Paths);
        Assert.Contains("the model itself", placed[0].Refusal(new Recorder(nn.Identity())), StringComparison.Ordinal);
        using var replaced = placed.Single(entry => entry.Module is Conv2d).Replace(nn.Identity());
        Assert.DoesNotContain(ModulePlaces.Find(model), entry => entry.Module is Conv2d);
    }

    [Fact]
    public void ADelegateThatIsBroughtBackIsTheSameObject()
    {
        Layer first = nn.Conv2d(2, 2, 3), last = nn.MaxPool2d(2);
        using var model = new Bound(first.call + (Func<Tensor, Tensor>)last.call);
        var before = model.Run;
        foreach (var placed in ModulePlaces.Find(model).Where(placed => !placed.IsRoot)) placed.Replace(nn.Identity()).Undo();
        Assert.Same(before, model.Run);
    }

    private sealed class Bound(Func<Tensor, Tensor> run) : Layer("bound")
    {
        public Func<Tensor, Tensor> Run => run;

        public override Tensor forward(Tensor input) => run(input);
    }

    [Fact]
    public void AReplacementThatFailsHalfwayIsTakenBack()
    {
        var conv = nn.Conv2d(2, 3, 3);
        var watched = new Stubborn { conv };
        using var model = new WithList(conv, [[[[watched]]]]); // its place is the last: it lies deepest
        watched.IsLocked = true;

        var placed = ModulePlaces.Find(model).Single(entry => ReferenceEquals(entry.Module, conv));
        Assert.True(placed.Places.Count >= 4);
        Assert.Contains("Stubborn", placed.Places[^1].Where, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => placed.Replace(nn.Identity()));

        Assert.All(placed.Places, place => Assert.Same(conv, place.Read()));
        Assert.Contains(conv, model.modules());
    }

    /// <summary>A list that refuses to change.</summary>
    private sealed class Stubborn : System.Collections.ObjectModel.Collection<Layer>
    {
        public bool IsLocked { get; set; }

        protected override void SetItem(int index, Layer item)
        {
            if (IsLocked && item is not Conv2d) throw new InvalidOperationException("locked");
            base.SetItem(index, item);
        }
    }

    private sealed class WithList : Layer
    {
        private readonly Layer conv;
        private readonly List<List<List<List<Stubborn>>>> list;

        public WithList(Layer conv, List<List<List<List<Stubborn>>>> list) : base("net")
        {
            (this.conv, this.list) = (conv, list);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => list[0][0][0][0][0].call(conv.call(input));
    }
}
