using System.Reflection;
using Cnn.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Cnn.Tests.Modules;

/// <summary>Options can be set where those of TorchSharp's layers can, with the same effect, by the rules of the constructors.</summary>
[Collection(Alone.Name)] // constructors draw initial weights from libtorch's random numbers
public sealed class SetterTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(typeof(Conv2d), typeof(Conv2D))]
    [InlineData(typeof(MaxPool2d), typeof(Pool2D))]
    [InlineData(typeof(AvgPool2d), typeof(Pool2D))]
    [InlineData(typeof(AdaptiveAvgPool2d), typeof(AdaptiveAvgPool2D))]
    public void TheSamePropertiesCanBeSet(Type builtIn, Type ours)
    {
        const BindingFlags members = BindingFlags.Public | BindingFlags.Instance;
        string[] names = [.. builtIn.GetProperties(members).Where(property => property.GetSetMethod() is not null)
            .Select(property => property.Name)];
        Assert.NotEmpty(names);
        foreach (string name in names.Except(["output_padding"])) // of transposed convolutions
            Assert.True(ours.GetProperty(name)?.GetSetMethod() is not null, $"{name} of {ours.Name} cannot be set");
        Assert.Equal(
            builtIn.GetMethods(members).Where(method => method.Name == "SetPadding").Select(method => $"{method}").Order(),
            ours.GetMethods(members).Where(method => method.Name == "SetPadding").Select(method => $"{method}").Order());
    }

    public static TheoryData<string> Changes => [.. Settings.Keys];

    private static readonly Dictionary<string, (Func<Layer> BuiltIn, Action<Layer> Set, Action<Layer> SetOurs)> Settings = new()
    {
        ["stride"] = Conv(conv => conv.stride = [2, 1], conv => conv.stride = [2, 1]),
        ["one stride"] = Conv(conv => conv.stride = [2], conv => conv.stride = [2]),
        ["dilation"] = Conv(conv => conv.dilation = [1, 2], conv => conv.dilation = [1, 2]),
        ["padding"] = Conv(conv => conv.SetPadding([0, 2]), conv => conv.SetPadding([0, 2])),
        ["Same"] = Conv(conv => conv.SetPadding(Padding.Same), conv => conv.SetPadding(Padding.Same)),
        ["Valid"] = Conv(conv => conv.SetPadding(Padding.Valid), conv => conv.SetPadding(Padding.Valid)),
        ["Valid, then cells"] = Conv(
            conv => { conv.SetPadding(Padding.Valid); conv.SetPadding([2]); },
            conv => { conv.SetPadding(Padding.Valid); conv.SetPadding([2]); }),
        ["padding_mode"] = Conv(conv => conv.padding_mode = PaddingModes.Reflect, conv => conv.padding_mode = PaddingModes.Reflect),
        ["kernel_size"] = Conv(
            conv => { conv.kernel_size = [1, 3]; conv.weight = nn.Parameter(Exact.Integers(8, 6, 4, 1, 3)); },
            conv => { conv.kernel_size = [1, 3]; conv.weight = nn.Parameter(Exact.Integers(8, 6, 4, 1, 3)); }),
        ["groups"] = Conv(
            conv => { conv.groups = 2; conv.weight = nn.Parameter(Exact.Integers(8, 6, 2, 3, 2)); },
            conv => { conv.groups = 2; conv.weight = nn.Parameter(Exact.Integers(8, 6, 2, 3, 2)); }),
        ["max kernel_size"] = Max(pool => pool.kernel_size = [4, 3], pool => pool.kernel_size = [4, 3]), // the stride stays
        ["max stride"] = Max(pool => pool.stride = [1, 2], pool => pool.stride = [1, 2]),
        ["max no stride"] = Max(pool => pool.stride = [], pool => pool.stride = []),
        ["max padding"] = Max(pool => pool.padding = [1], pool => pool.padding = [1]),
        ["max null stride"] = Max(pool => pool.stride = null, pool => pool.stride = null),
        ["max dilation"] = Max(pool => pool.dilation = [2, 1], pool => pool.dilation = [2, 1]),
        ["max ceil_mode"] = Max(pool => pool.ceil_mode = true, pool => pool.ceil_mode = true),
        ["avg kernel_size"] = Avg(pool => pool.kernel_size = [4, 3], pool => pool.kernel_size = [4, 3]), // and the stride with it
        ["avg stride"] = Avg(pool => pool.stride = [1, 2], pool => pool.stride = [1, 2]),
        ["avg no stride"] = Avg(pool => pool.stride = null, pool => pool.stride = null),
        ["avg padding"] = Avg(pool => pool.padding = [1, 0], pool => pool.padding = [1, 0]),
        ["avg ceil_mode"] = Avg(pool => pool.ceil_mode = true, pool => pool.ceil_mode = true),
        ["avg count_include_pad"] = Avg(
            pool => { pool.padding = [1]; pool.count_include_pad = false; },
            pool => { pool.padding = [1]; pool.count_include_pad = false; }),
        ["avg divisor_override"] = Avg(pool => pool.divisor_override = 8, pool => pool.divisor_override = 8),
    };

    private static (Func<Layer>, Action<Layer>, Action<Layer>) Conv(Action<Conv2d> set, Action<Conv2D> setOurs) =>
        (() => nn.Conv2d(4, 6, (3, 2), padding: (1, 1)), layer => set((Conv2d)layer), layer => setOurs((Conv2D)layer));

    private static (Func<Layer>, Action<Layer>, Action<Layer>) Max(Action<MaxPool2d> set, Action<Pool2D> setOurs) =>
        (() => nn.MaxPool2d((2, 3)), layer => set((MaxPool2d)layer), layer => setOurs((Pool2D)layer));

    private static (Func<Layer>, Action<Layer>, Action<Layer>) Avg(Action<AvgPool2d> set, Action<Pool2D> setOurs) =>
        (() => nn.AvgPool2d((2, 3)), layer => set((AvgPool2d)layer), layer => setOurs((Pool2D)layer));

    private static Layer Twin(Layer layer) => layer switch
    {
        Conv2d conv => Conv2D.From(conv),
        MaxPool2d pool => Pool2D.From(pool),
        AvgPool2d pool => Pool2D.From(pool),
        Conv2D conv => conv.ToTorch(),
        _ => ((Pool2D)layer).ToTorch(),
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void SettingHasTheSameEffectAndIsTakenOver(string name)
    {
        var (make, set, setOurs) = Settings[name];
        using Layer expected = make(), other = make();
        using (no_grad())
            foreach (var parameter in expected.parameters().Concat(other.parameters())) parameter.copy_(Exact.Integers(3, parameter.shape));
        var ours = Twin(other);
        var input = Exact.Integers(1, 2, 4, 9, 11);

        set(expected);
        setOurs(ours);

        var result = expected.call(input).detach();
        AssertEqual(result, ours.call(input).detach());
        AssertEqual(result, Twin(expected).call(input).detach());
        AssertEqual(result, Twin(ours).call(input).detach());

        void AssertEqual(Tensor expected, Tensor actual)
        {
            Exact.Equal(expected, actual, name);
        }
    }

    public static TheoryData<string> Mistakes => [.. Refused.Keys];

    private static readonly Dictionary<string, Action<Conv2D, Pool2D>> Refused = new()
    {
        ["kernel_size = (0, 1): must be at least 1"] = (conv, _) => conv.kernel_size = [0, 1],
        ["kernel_size = (1, 2, 3): must have one value"] = (conv, _) => conv.kernel_size = [1, 2, 3],
        ["stride = (-1, -1): must be at least 1"] = (conv, _) => conv.stride = [-1],
        ["stride = (2, 1): padding = Same needs a stride of 1"] = (conv, _) => { conv.SetPadding(Padding.Same); conv.stride = [2, 1]; },
        ["dilation = (0, 1): must be at least 1"] = (conv, _) => conv.dilation = [0, 1],
        ["padding = (-1, 0): must not be negative"] = (conv, _) => conv.SetPadding([-1, 0]),
        ["padding = 7: must be Same or Valid"] = (conv, _) => conv.SetPadding((Padding)7),
        ["padding_mode = 9: must be Zeros"] = (conv, _) => conv.padding_mode = (PaddingModes)9,
        ["groups = 3: must divide in_channels = 4"] = (conv, _) => conv.groups = 3,
        ["weight has shape (6, 4, 3, 2): must be (6, 4, 1, 1), with kernel_size = (1, 1) and groups = 1"] = (conv, _) =>
        {
            conv.kernel_size = [1];
            conv.call(rand(1, 4, 5, 5));
        },
        ["kernel_size = (0, 0): must be from 1"] = (_, pool) => pool.kernel_size = [0],
        ["stride = (0, 1): must be from 1"] = (_, pool) => pool.stride = [0, 1],
        ["padding = (2, 0): must be from 0 to half of kernel_size"] = (_, pool) => pool.padding = [2, 0],
        ["dilation = (0, 0): must be from 1"] = (_, pool) => pool.dilation = [0],
        ["count_include_pad = False: only an average"] = (_, pool) => pool.count_include_pad = false,
        ["divisor_override = 3: only an average"] = (_, pool) => pool.divisor_override = 3,
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void WhatBreaksARuleIsRefusedAndChangesNothing(string sentence)
    {
        using var conv = new Conv2D(4, 6, (3, 2));
        using var pool = new Pool2D(PoolMode.Max, (2, 3));
        var (output, pooled) = (conv.call(ones(1, 4, 5, 5)).detach(), pool.call(ones(1, 4, 5, 5)));

        Assert.Contains(sentence, Assert.Throws<ArgumentException>(() => Refused[sentence](conv, pool)).Message, StringComparison.Ordinal);

        conv.kernel_size = [3, 2]; // where the test set it to something else
        conv.SetPadding([0]);
        Exact.Equal(output, conv.call(ones(1, 4, 5, 5)).detach());
        Exact.Equal(pooled, pool.call(ones(1, 4, 5, 5)));
        Assert.Throws<ArgumentNullException>(() => conv.stride = null!);
        Assert.Throws<ArgumentNullException>(() => pool.padding = null!);
    }

    [Fact]
    public void ALayerThatTorchSharpPadsWronglyDoesNotGoBack()
    {
        using var conv = new Conv2D(2, 3, (4, 3), Padding.Same, padding_mode: PaddingModes.Circular);
        Assert.Contains("kernel_size = (4, 3): nn.Conv2d mixes up", Assert.Throws<InvalidOperationException>(conv.ToTorch).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ALayerWithoutTheWeightOfItsSizeDoesNotGoBack()
    {
        using var conv = new Conv2D(2, 3, (4, 3));
        conv.kernel_size = [2, 3];
        Assert.Contains("weight has shape (3, 2, 4, 3)", Assert.Throws<ArgumentException>(conv.ToTorch).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAveragesDefaultStrideIsNotItsKernel()
    {
        using var pool = new Pool2D(PoolMode.Average, (2, 3));
        pool.stride[0] = 7;
        Assert.Equal([2, 3], pool.kernel_size);
        Assert.Equal([2, 3], pool.stride);
    }

    [Fact]
    public void TwinsShareParametersUntilOneIsConverted()
    {
        using var conv = nn.Conv2d(2, 3, 3);
        using var ours = Conv2D.From(conv);
        using var back = ours.ToTorch();
        Assert.Same(conv.weight, ours.weight);
        Assert.Same(conv.bias, back.bias);
        ours.call(rand(1, 2, 4, 4)).sum().backward();
        Assert.NotNull(conv.weight.grad);
        Assert.Equal(conv.state_dict().Keys, ours.state_dict().Keys);
    }
}
