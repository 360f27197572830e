using Cnn.Layers;
using Cnn.Layers.Swapping;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Cnn.Tests.Modules.Swapping;

/// <summary>A model with swapped layers is the same model: results, parameters, state, training, hooks; and so it is when swapped
/// back.</summary>
[Collection(Alone.Name)] // looks at libtorch's random numbers, which belong to the process
public sealed class SwapTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    public static TheoryData<string, Algorithm> Open => Exact.WithAlgorithms(Holders.Open.Keys);

    public static TheoryData<string> Closed => [.. Holders.Closed.Keys];

    private static Conv2d Integral(Conv2d conv)
    {
        using (no_grad())
        {
            conv.weight.copy_(Exact.Integers(5, conv.weight.dtype, conv.weight.shape));
            conv.bias?.copy_(Exact.Integers(6, conv.bias.dtype, conv.bias.shape));
        }
        return conv;
    }

    /// <summary>Everything that a pass gives: the output, and the gradients of input and parameters.</summary>
    private static List<(string Name, Tensor Value)> Pass(Layer model, IEnumerable<Parameter> parameters,
        ScalarType type = ScalarType.Float32)
    {
        var input = Exact.Integers(1, type, 2, 2, 9, 7).requires_grad_();
        var output = model.call(input);
        foreach (var parameter in parameters) parameter.grad = null;
        output.backward([Exact.Integers(2, type, output.shape)]);
        return
        [
            ("output", output.detach()), ("gradient of input", input.grad!),
            .. parameters.Select((parameter, i) => ($"gradient of parameter {i}", parameter.grad!.clone())),
        ];
    }

    private static void AssertEqual(List<(string Name, Tensor Value)> expected, List<(string Name, Tensor Value)> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (before, after) in expected.Zip(actual)) Exact.Equal(before.Value, after.Value, before.Name);
    }

    [Theory]
    [MemberData(nameof(Open))]
    public void IsTheSameModel(string name, Algorithm algorithm)
    {
        var conv = Integral(nn.Conv2d(2, 3, (3, 2), (2, 1), (1, 0)));
        Layer pool = algorithm == Algorithm.Fast ? nn.MaxPool2d((2, 1), padding: (1, 0)) : nn.AvgPool2d((2, 1), (1, 2));
        using var model = Holders.Open[name](conv, pool);
        Parameter[] parameters = [conv.weight, conv.bias!], registered = [.. model.parameters()];
        string[] keys = [.. model.state_dict().Keys];
        var expected = Pass(model, parameters);
        pool.eval();
        var random = get_rng_state();

        var report = model.UseCnnLayers(algorithm);

        Exact.Equal(random, get_rng_state(), "state of the random numbers");
        Assert.Empty(report.LeftAlone);
        Assert.Equal(2, report.Replaced.Count);
        var ours = Assert.IsType<Conv2D>(report.Replaced.Single(layer => ReferenceEquals(layer.Before, conv)).After);
        var oursPool = Assert.IsType<Pool2D>(report.Replaced.Single(layer => ReferenceEquals(layer.Before, pool)).After);
        Assert.Equal((algorithm, algorithm), (ours.algorithm, oursPool.algorithm));
        Assert.Same(parameters[0], ours.weight);
        Assert.Same(parameters[1], ours.bias);
        Assert.Equal((true, false), (ours.training, oursPool.training));
        AssertEqual(expected, Pass(model, parameters));
        AssertState();

        Assert.Empty(model.UseCnnLayers().Replaced); // a second time there is nothing to do

        var back = model.UseTorchLayers();
        Exact.Equal(random, get_rng_state(), "state of the random numbers");
        Assert.Equal(report.Replaced.Select(layer => layer.Path), back.Replaced.Select(layer => layer.Path));
        Assert.Equal(report.Replaced.Select(layer => layer.Before.GetType()), back.Replaced.Select(layer => layer.After.GetType()));
        Assert.All(back.Replaced, layer => Assert.Equal(layer.Before.training, layer.After.training));
        AssertEqual(expected, Pass(model, parameters));
        AssertState();

        void AssertState()
        {
            Assert.Equal(keys, model.state_dict().Keys);
            Assert.True(registered.SequenceEqual(model.parameters(), ReferenceEqualityComparer.Instance));
        }
    }

    [Theory]
    [MemberData(nameof(Open))]
    public void WhatIsRegisteredIsWhatForwardRuns(string name, Algorithm algorithm)
    {
        var conv = Integral(nn.Conv2d(2, 3, (3, 2)));
        using var model = Holders.Open[name](conv, nn.AvgPool2d((2, 1)));
        if (!model.parameters().Any()) return; // registers nothing: nothing to keep together
        using var before = new MemoryStream();
        model.save(before);
        var expected = Pass(model, conv.parameters());
        var report = model.UseCnnLayers(algorithm);
        var ours = report.Replaced.Select(layer => layer.After).OfType<Conv2D>().Single();

        model.eval();
        Assert.False(ours.training);
        model.train();
        Assert.True(ours.training);

        using (no_grad()) ours.weight.zero_();
        using var reading = new MemoryStream(before.ToArray());
        model.load(reading);
        AssertEqual(expected, Pass(model, ours.parameters()));

        if (name == "ModuleDict") return; // ModuleDict.to() fails in TorchSharp 0.107, whatever it holds
        model.to(ScalarType.Float64);
        Assert.Same(ours.weight, model.parameters().First());
        Assert.Equal(ScalarType.Float64, ours.weight.dtype);
        foreach (var (wide, narrow) in Pass(model, model.parameters(), ScalarType.Float64).Zip(expected))
            Exact.Equal(narrow.Value.to(ScalarType.Float64), wide.Value, wide.Name);
    }

    [Theory]
    [InlineData("lazy that was not asked yet")]
    [InlineData("lazy by a method of an object")]
    [InlineData("thread-local that was not asked yet")]
    [InlineData("tasks that have not begun")]
    [InlineData("task that waits")]
    public void WhatWasNotAskedYetGivesTheNewLayers(string name)
    {
        var conv = Integral(nn.Conv2d(2, 3, (3, 2)));
        using var model = Holders.Open[name](conv, nn.AvgPool2d((2, 1)));

        Assert.Equal(2, model.UseCnnLayers().Replaced.Count);

        var actual = Pass(model, conv.parameters());
        Assert.DoesNotContain(ModulePlaces.Find(model), placed => placed.Module is Conv2d or AvgPool2d);
        model.UseTorchLayers();
        AssertEqual(Pass(model, conv.parameters()), actual);
    }

    [Theory]
    [MemberData(nameof(Closed))]
    public void ALayerInATypedPlaceIsLeftAloneAndTheOthersAreNot(string name)
    {
        var conv = Integral(nn.Conv2d(2, 3, (3, 2)));
        var (make, reason) = Holders.Closed[name];
        using var model = make(conv, nn.AvgPool2d((2, 1)));
        var expected = Pass(model, conv.parameters());

        var report = model.UseCnnLayers();

        Assert.IsType<Pool2D>(Assert.Single(report.Replaced).After);
        var kept = Assert.Single(report.LeftAlone);
        Assert.Same(conv, kept.Layer);
        Assert.NotEqual("", kept.Path);
        Assert.Contains(reason, kept.Reason, StringComparison.Ordinal);
        Assert.Contains(conv, model.modules());
        AssertEqual(expected, Pass(model, conv.parameters()));
    }

    [Fact]
    public void HooksFireOnAndAreRemovedByTheirOldRemovers()
    {
        var conv = nn.Conv2d(2, 3, 3);
        var pool = nn.MaxPool2d(2);
        using var model = nn.Sequential(("conv", conv), ("pool", pool));
        var calls = new List<string>();
        var removers = new Action[]
        {
            conv.register_forward_pre_hook((module, input) => { calls.Add($"pre {module.GetType().Name}"); return input; }).remove,
            conv.register_forward_hook((_, _, output) => { calls.Add("post"); return output; }).remove,
            conv.register_forward_hook(_ => calls.Add("module post")).remove,
            pool.register_forward_pre_hook(_ => calls.Add("pool pre")).remove,
        };

        model.UseCnnLayers();
        model.call(rand(1, 2, 8, 8));
        Assert.Equal(["pre Conv2D", "post", "module post", "pool pre"], calls);
        var late = ((Layer)model.named_children().First().module).register_forward_hook((_, _, output) =>
            { calls.Add("late"); return output; });

        calls.Clear();
        model.UseTorchLayers();
        model.call(rand(1, 2, 8, 8));
        Assert.Equal(["pre Conv2d", "post", "late", "module post", "pool pre"], calls);

        calls.Clear();
        model.UseCnnLayers();
        foreach (var remove in removers) remove();
        late.remove();
        model.call(rand(1, 2, 8, 8));
        Assert.Empty(calls);
    }

    [Fact]
    public void AnOptimizerThatWasMadeBeforeGoesOn()
    {
        double[] expected = Losses(swap: false), actual = Losses(swap: true);
        Assert.True(expected[^1] < 0.9 * expected[0], "the network does not learn");
        for (int step = 0; step < expected.Length; step++) Assert.Equal(expected[step], actual[step], 1e-9);

        double[] Losses(bool swap)
        {
            manual_seed(4);
            var conv = nn.Conv2d(1, 4, 3, padding: 1, dtype: ScalarType.Float64);
            conv.bias!.requires_grad = false; // frozen
            using var model = nn.Sequential(
                conv, nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 5, 3, bias: false, dtype: ScalarType.Float64), nn.AvgPool2d((2, 1)),
                    nn.Flatten(),
                nn.Linear(5 * 2 * 4, 3, dtype: ScalarType.Float64));
            using var optimizer = optim.Adam(model.parameters(), 0.02);
            var input = Exact.Integers(1, ScalarType.Float64, 6, 1, 12, 12);
            var labels = tensor(new long[] { 0, 1, 2, 0, 1, 2 });
            var losses = new double[9];
            for (int step = 0; step < losses.Length; step++)
            {
                if (swap && step == 3) Assert.Equal(4, model.UseCnnLayers().Replaced.Count);
                if (swap && step == 6) Assert.Equal(4, model.UseTorchLayers().Replaced.Count);
                optimizer.zero_grad();
                using var loss = F.cross_entropy(model.call(input), labels);
                loss.backward();
                optimizer.step();
                losses[step] = loss.ToDouble();
            }
            Assert.False(conv.bias.requires_grad);
            return losses;
        }
    }

    [Fact]
    public void AModuleInTwoPlacesGetsOneTwin()
    {
        var shared = nn.Conv2d(2, 2, 3, padding: 1);
        using var model = nn.Sequential(("a", shared), ("b", nn.Sequential(("c", shared), ("d", nn.ReLU()))));
        string[] keys = [.. model.state_dict().Keys];

        var report = model.UseCnnLayers();

        var twin = Assert.Single(report.Replaced).After;
        Assert.Equal("a", report.Replaced[0].Path);
        Assert.Equal(2, model.named_modules().Count(entry => ReferenceEquals(entry.module, twin)));
        Assert.Equal(keys, model.state_dict().Keys);
        Assert.Equal([1, 2, 5, 5], model.call(rand(1, 2, 5, 5)).shape);
    }

    [Fact]
    public void AModelInsideOfItselfEnds()
    {
        var model = nn.Sequential(("conv", nn.Conv2d(2, 2, 3))); // not disposed: TorchSharp's own walk would not end
        model.append("self", model);
        Assert.Equal("conv", Assert.Single(model.UseCnnLayers().Replaced).Path);
    }

    [Fact]
    public void TheModelItselfIsLeftAlone()
    {
        using Layer conv = nn.Conv2d(2, 3, 3), pool = nn.MaxPool2d(2), ours = new Conv2D(2, 3, 3);
        var kept = Assert.Single(conv.UseCnnLayers().LeftAlone);
        Assert.Equal(("", "it is the model itself, which only your variable holds: use Conv2D.From"), (kept.Path, kept.Reason));
        Assert.Contains("Pool2D.From", Assert.Single(pool.UseCnnLayers().LeftAlone).Reason, StringComparison.Ordinal);
        Assert.Contains("ToTorch()", Assert.Single(ours.UseTorchLayers().LeftAlone).Reason, StringComparison.Ordinal);
    }

    public static TheoryData<string> Refused => [.. LeftLayers.Keys];

    private static readonly Dictionary<string, (Func<nn.Module> Make, string Reason)> LeftLayers = new()
    {
        ["wrong axes"] = (
            () => nn.Conv2d(2, 3, (4, 3), Padding.Same, padding_mode: PaddingModes.Reflect),
            "nn.Conv2d mixes up height and width where padding = Same"),
        ["one value of padding"] = (() => With(nn.Conv2d(2, 3, 3, padding_mode: PaddingModes.Reflect), conv => conv.SetPadding([1])),
            "give it two"),
        ["complex"] = (() => nn.Conv2d(2, 3, 3, dtype: ScalarType.ComplexFloat32), "its weight is ComplexFloat32"),
        ["another device"] = (() => nn.Conv2d(2, 3, 3, device: META), "its weight is on meta"),
        ["another weight"] = (() => With(nn.Conv2d(2, 3, 3), conv => conv.weight = nn.Parameter(rand(2, 2, 3, 3))),
            "weight has shape (2, 2, 3, 3)"),
        ["another bias"] = (() => With(nn.Conv2d(2, 3, 3), conv => conv.bias = nn.Parameter(rand(5))), "bias has shape (5)"),
        ["no bias any more"] = (() => With(nn.Conv2d(2, 3, 3), conv => conv.bias!.Dispose()), "its bias is disposed"),
        ["a mask"] = (() => With(nn.Conv2d(2, 3, 3), conv => conv.register_buffer("mask", ones(3))), "mask is registered in it"),
        ["a child"] = (() => With(nn.Conv2d(2, 3, 3), conv => conv.register_module("extra", nn.Linear(2, 3))),
            "extra is registered in it"),
        ["stride under Same"] = (() => With(nn.Conv2d(2, 3, 3, Padding.Same), conv => conv.stride = [2]),
            "padding = Same needs a stride of 1"),
        ["transposed"] = (() => nn.ConvTranspose2d(2, 3, 3), "no layer for nn.ConvTranspose2d"),
        ["another rank"] = (() => nn.Conv1d(2, 3, 3), "no layer for nn.Conv1d"),
        ["another pool"] = (() => nn.AdaptiveMaxPool2d([2, 2]), "no layer for nn.AdaptiveMaxPool2d"),
        ["a pool that libtorch refuses"] = (() => With(nn.MaxPool2d(2), pool => pool.padding = [2]),
            "padding = (2, 2): must be from 0 to half"),
        ["functions of a base class"] = (() => new Inherited(), "nn.functional.conv2d"),
        ["functions"] = (() => new Functions(),
            "calls nn.functional.avg_pool2d, nn.functional.conv2d, nn.functional.max_pool2d: call Cnn.Layers.Functional"),
    };

    private sealed class Elsewhere() : Layer("elsewhere")
    {
        private static readonly Layer Conv = nn.Conv2d(2, 3, 3);

        public override IEnumerable<(string name, nn.Module module)> named_children() => [("conv", Conv)];

        public override Tensor forward(Tensor input) => Conv.call(input);
    }

    [Fact]
    public void ALayerThatNoFieldLeadsToIsLeftAlone()
    {
        using var model = nn.Sequential(("net", new Elsewhere()));
        var report = model.UseCnnLayers();
        Assert.Empty(report.Replaced);
        Assert.Equal(
            ("net.conv", "no field of the model leads to it, only what named_children() returns"),
            (Assert.Single(report.LeftAlone).Path, report.LeftAlone[0].Reason));
    }

    private static T With<T>(T module, Action<T> change)
    {
        change(module);
        return module;
    }

    private sealed class Inherited : Functions;

    private class Functions() : Layer("functions")
    {
        private readonly Parameter weight = nn.Parameter(rand(3, 2, 3, 3));

        public override Tensor forward(Tensor input) => Later(F.max_pool2d(F.conv2d(input, weight), 2L))();

        private static Func<Tensor> Later(Tensor value) => () => F.avg_pool2d(value, 2L);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void WhatHasNoTwinIsNamedWithTheReason(string name)
    {
        var (make, reason) = LeftLayers[name];
        var layer = make();
        using var model = nn.ModuleDict(("linear", nn.Linear(2, 3)), ("layer", layer));
        using var root = new Root(model);

        var report = root.UseCnnLayers();

        Assert.Empty(report.Replaced);
        var kept = Assert.Single(report.LeftAlone);
        Assert.Equal("layers.layer", kept.Path);
        Assert.Same(layer, kept.Layer);
        Assert.Contains(reason, kept.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter '", kept.Reason, StringComparison.Ordinal);
        Assert.Contains(layer, root.modules());
    }

    private sealed class Root : nn.Module
    {
        private readonly nn.Module layers;

        public Root(nn.Module layers) : base("root")
        {
            this.layers = layers;
            RegisterComponents();
        }

        public nn.Module Layers => layers;
    }

    [Fact]
    public void ReadsInEightyColumns()
    {
        string path = string.Join('_', Enumerable.Repeat("features", 10));
        using var model = nn.Sequential(("a", nn.Conv2d(1, 2, 3)), ("pool", nn.MaxPool2d(2)), (path, nn.AvgPool2d(2)),
            ("d", nn.ConvTranspose2d(1, 2, 3)));
        using var typed = Holders.Closed["array"].Make(nn.Conv2d(2, 3, 3), model);

        string text = typed.UseCnnLayers().ToString();

        Assert.Equal(
            $"""
            3 layers replaced:
              pool.a     Conv2d -> Conv2D
              pool.pool  MaxPool2d -> Pool2D
              pool.{path}
                         AvgPool2d -> Pool2D
            2 layers left alone, computed as before:
              conv (Conv2d)
                  the Conv2d[] in field convs of TypedArray takes Conv2d only: make it
                  nn.Module<Tensor, Tensor>[]
              pool.d (ConvTranspose2d)
                  this library has no layer for nn.ConvTranspose2d
            """.ReplaceLineEndings("\n"),
            text);
        using var empty = nn.Sequential(nn.ReLU());
        Assert.Equal("0 layers replaced.", empty.UseCnnLayers().ToString());
    }

    [Fact]
    public void ASecondCallSaysWhatIsThereAlready()
    {
        using var model = nn.Sequential(nn.Conv2d(1, 2, 3), new Conv2D(2, 2, 3), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1));
        var first = model.UseCnnLayers();
        Assert.Same(model[1], Assert.Single(first.AlreadyThere));
        Assert.EndsWith("\n1 layer is of Cnn.Layers already.", first.ToString(), StringComparison.Ordinal);
        var second = model.UseCnnLayers();
        Assert.True(model.children().SequenceEqual(second.AlreadyThere, ReferenceEqualityComparer.Instance));
        Assert.Equal("0 layers replaced.\n4 layers are of Cnn.Layers already.", second.ToString());
        ((Conv2D)model[1]).algorithm = Algorithm.Literal;
        Assert.Equal(
            "0 layers replaced.\n4 layers are of Cnn.Layers already; 3 of them run the Literal loops from now on.",
            model.UseCnnLayers(Algorithm.Literal).ToString());

        Assert.Empty(model.UseTorchLayers().AlreadyThere);
        Assert.Equal("0 layers replaced.\n4 layers are of TorchSharp already.", model.UseTorchLayers().ToString());
    }

    [Fact]
    public void WeightsThatAreNotRegisteredAreNamed()
    {
        Layer conv = nn.Conv2d(2, 3, 3), block = nn.Sequential(("norm", nn.BatchNorm2d(3)), ("linear", nn.Linear(3, 2)));
        using var model = nn.Sequential(("a", Holders.Open["not registered"](conv, nn.MaxPool2d(2))), ("b", new Wrap(block, nn.ReLU())));

        var report = model.UseCnnLayers();

        Assert.Equal(["a.conv", "b.data"], report.Remarks.Select(remark => remark.Path));
        Assert.IsType<Conv2D>(report.Remarks[0].Module);
        Assert.Same(block, report.Remarks[1].Module);
        Assert.EndsWith(
            """
            To be noted:
              a.conv (Conv2D)
              b.data (Sequential)
                  held, but not registered: parameters and buffers are not in state_dict(),
                  so neither saved nor loaded, not moved by to(), not trained through
                  parameters(). Call register_module where that is not meant
            """.ReplaceLineEndings("\n"),
            report.ToString(), StringComparison.Ordinal);
        Assert.Equal(["a.conv", "b.data"], model.UseTorchLayers().Remarks.Select(remark => remark.Path));
    }

    [Fact]
    public void WeightsThatAnotherModuleRegistersAreNotNamed()
    {
        var conv = nn.Conv2d(2, 3, 3);
        var holder = Holders.Open["not registered"](conv, nn.MaxPool2d(2));
        holder.register_parameter("weight", conv.weight);
        holder.register_parameter("bias", conv.bias!);
        using var model = nn.Sequential(holder);
        Assert.Empty(model.UseCnnLayers().Remarks);
        var inner = nn.Sequential(("conv", nn.Conv2d(2, 2, 3)));
        inner.append("self", inner); // not disposed: TorchSharp's own walk would not end
        Assert.Equal("data", Assert.Single(new Wrap(inner, nn.ReLU()).UseCnnLayers().Remarks).Path);
    }

    private sealed class Locked : System.Collections.ObjectModel.Collection<Layer>
    {
        public bool IsLocked { get; set; }

        protected override void SetItem(int index, Layer item)
        {
            if (IsLocked) throw new TimeoutException("locked");
            base.SetItem(index, item);
        }
    }

    private sealed class Wrap(object data, Layer layer) : Layer("wrap")
    {
        public object Data => data;

        public override Tensor forward(Tensor input) => layer.call(input);
    }

    [Fact]
    public void WhereTheModelsOwnCodeThrowsTheWholeModelIsAsItWas()
    {
        Layer first = nn.Conv2d(1, 2, 3), pool = nn.MaxPool2d(2), second = nn.Conv2d(2, 2, 3);
        using var model = nn.Sequential(("a", first), ("pool", pool), ("b", new Wrap(new Locked { second }, second)));
        var locked = (Locked)((Wrap)model[2]).Data;
        locked.IsLocked = true;
        Assert.Throws<TimeoutException>(() => model.UseCnnLayers());
        Assert.Same(first, model[0]);
        Assert.Same(pool, model[1]);
        Assert.DoesNotContain(ModulePlaces.Find(model), placed => placed.Module is Conv2D or Pool2D);

        locked.IsLocked = false;
        Assert.Equal(3, model.UseCnnLayers().Replaced.Count);
        Assert.IsType<Conv2D>(locked[0]);
    }

    private sealed class Sample(float[] pixels, int label)
    {
        public float[] Pixels => pixels;

        public int Label => label;
    }

    private sealed class Node(Node? next)
    {
        public Node? Next => next;

        public object? Tag { get; set; }
    }

    [Theory]
    [InlineData("samples")]
    [InlineData("by name")]
    [InlineData("boxes")]
    [InlineData("chain")]
    public void DataThatAModelHoldsIsPassedOver(string kind)
    {
        // What is written for each element (a path, a name) would take more than this; for each of a chain, a hundred times more.
        const int count = 200_000;
        object data = kind switch
        {
            "samples" => Enumerable.Range(0, count).Select(i => (new Sample([i], i), "sample")).ToList(),
            "by name" => Enumerable.Range(0, count).ToDictionary(i => $"{i}", i => (object)new Sample([i], i)),
            "boxes" => Enumerable.Range(0, count).Select(i => (object)i).ToArray(),
            _ => Enumerable.Range(0, count).Aggregate((Node?)null, (next, _) => new Node(next))!,
        };
        using var model = new Wrap(data, nn.Conv2d(1, 2, 3));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Single(model.UseCnnLayers().Replaced);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300L * count);
    }

    [Fact]
    public void ASecondCallMaySayOtherLoops()
    {
        using var model = nn.Sequential(nn.Conv2d(1, 2, 3), new Conv2D(2, 2, 3), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1));
        Assert.Equal(3, model.UseCnnLayers().Replaced.Count);
        Assert.Empty(model.UseCnnLayers(Algorithm.Literal).Replaced);
        Assert.Equal(Algorithm.Literal, ((Conv2D)model[0]).algorithm);
        Assert.Equal(Algorithm.Literal, ((Conv2D)model[1]).algorithm);
        Assert.Equal(Algorithm.Literal, ((Pool2D)model[2]).algorithm);
        Assert.Equal(Algorithm.Literal, ((AdaptiveAvgPool2D)model[3]).algorithm);
    }

    [Fact]
    public void BadArgumentsAreRefused()
    {
        using var model = nn.Sequential(nn.Conv2d(1, 2, 3));
        Assert.Contains("algorithm = 7", Assert.Throws<ArgumentException>(() => model.UseCnnLayers((Algorithm)7)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => ((nn.Module)null!).UseCnnLayers());
        Assert.Throws<ArgumentNullException>(() => ((nn.Module)null!).UseTorchLayers());
        Assert.Throws<ArgumentNullException>(() => Conv2D.From(null!));
    }

    [Fact]
    public void OldLayersThatAreCollectedLeaveTheParametersAlive()
    {
        using var model = nn.Sequential(("conv", nn.Conv2d(1, 2, 3)));
        SwapAndForget(model);
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.All(model.parameters(), parameter => Assert.False(parameter.IsInvalid));
        Assert.Equal([1, 2, 3, 3], model.call(rand(1, 1, 5, 5)).shape);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void SwapAndForget(nn.Module model) => Assert.Single(model.UseCnnLayers().Replaced);
}
