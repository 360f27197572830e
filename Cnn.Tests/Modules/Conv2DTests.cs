using System.Reflection;
using Cnn.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Tests.Modules;

/// <summary>Conv2D can stand wherever nn.Conv2d stands.</summary>
[Collection(Alone.Name)] // draws initial weights from libtorch's random numbers, which belong to the process
public sealed class Conv2DTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void HasTheConstructorsOfTheFactories()
    {
        var factories = typeof(nn).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.Name == nameof(nn.Conv2d));
        var constructors = typeof(Conv2D).GetConstructors();
        Assert.Equal(factories.Select(Describe).Order(), constructors.Select(Describe).Order());
        Assert.Equal(4, constructors.Length);

        static string Describe(MethodBase method) => string.Join(
            ", ", method.GetParameters()
                .Select(p => $"{p.ParameterType} {p.Name}{(p.HasDefaultValue ? $" = {p.DefaultValue ?? "null"}" : "")}"));
    }

    [Fact]
    public void HasThePropertiesOfTheBuiltIn()
    {
        foreach (var property in typeof(Conv2d).GetProperties().Where(property => property.DeclaringType != typeof(nn.Module)))
        {
            if (property.Name is "transposed" or "output_padding") continue; // of transposed convolutions
            var ours = typeof(Conv2D).GetProperty(property.Name);
            Assert.True(ours is not null, $"{property.Name} is missing");
            Assert.Equal(property.PropertyType, ours.PropertyType);
        }
    }

    public static TheoryData<string> Layers => [.. Pairs.Keys];

    private static readonly Dictionary<string, (Func<Conv2D> Ours, Func<Conv2d> BuiltIn)> Pairs = new()
    {
        ["plain"] = (() => new(3, 8, 3), () => nn.Conv2d(3, 8, 3)),
        ["all sizes"] = (() => new(6, 8, 3, 2, 1, 2, PaddingModes.Reflect, 2), () => nn.Conv2d(6, 8, 3, 2, 1, 2, PaddingModes.Reflect, 2)),
        ["pairs"] = (
            () => new(6, 9, (3, 2), (2, 1), (1, 0), (1, 2), PaddingModes.Circular, 3),
            () => nn.Conv2d(6, 9, (3, 2), (2, 1), (1, 0), (1, 2), PaddingModes.Circular, 3)),
        ["pairs with defaults"] = (() => new(3, 4, (2, 3)), () => nn.Conv2d(3, 4, (2, 3))),
        ["no bias"] = (() => new(3, 8, 5, bias: false), () => nn.Conv2d(3, 8, 5, bias: false)),
        ["depthwise"] = (() => new(4, 8, 3, groups: 4), () => nn.Conv2d(4, 8, 3, groups: 4)),
        ["float64"] = (() => new(3, 8, 3, dtype: ScalarType.Float64), () => nn.Conv2d(3, 8, 3, dtype: ScalarType.Float64)),
        ["bfloat16"] = (() => new(3, 8, 3, dtype: ScalarType.BFloat16), () => nn.Conv2d(3, 8, 3, dtype: ScalarType.BFloat16)),
        ["same"] = (() => new(3, 8, 3, Padding.Same, dilation: 2), () => nn.Conv2d(3, 8, 3, Padding.Same, dilation: 2)),
        ["valid"] = (() => new(3, 8, 3, Padding.Valid, 2), () => nn.Conv2d(3, 8, 3, Padding.Valid, 2)),
        ["same pairs"] = (() => new(3, 8, (3, 2), Padding.Same, dilation: (1, 2)),
            () => nn.Conv2d(3, 8, (3, 2), Padding.Same, dilation: (1, 2))),
        ["valid pairs"] = (
            () => new(3, 8, (3, 2), Padding.Valid, (1, 2), padding_mode: PaddingModes.Replicate),
            () => nn.Conv2d(3, 8, (3, 2), Padding.Valid, (1, 2), padding_mode: PaddingModes.Replicate)),
    };

    private static (Conv2D Ours, Conv2d BuiltIn) Make(string name, long seed = 7)
    {
        manual_seed(seed);
        var ours = Pairs[name].Ours();
        manual_seed(seed);
        return (ours, Pairs[name].BuiltIn());
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void StartsWithTheSameWeights(string name)
    {
        using var layers = new Both(Make(name));
        Exact.Equal(layers.BuiltIn.weight, layers.Ours.weight, "weight");
        Assert.Equal(layers.BuiltIn.bias is null, layers.Ours.bias is null);
        if (layers.Ours.bias is not null) Exact.Equal(layers.BuiltIn.bias, layers.Ours.bias, "bias");

        manual_seed(11);
        layers.Ours.reset_parameters();
        var next = rand(1);
        manual_seed(11);
        layers.BuiltIn.reset_parameters();
        Exact.Equal(layers.BuiltIn.weight, layers.Ours.weight, "weight");
        Exact.Equal(rand(1), next, "the random number after");
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void HasTheSamePropertiesAndState(string name)
    {
        using var layers = new Both(Make(name));
        var (ours, builtIn) = (layers.Ours, layers.BuiltIn);
        Assert.Equal(
            (builtIn.in_channels, builtIn.out_channels, builtIn.groups, builtIn.padding_mode, builtIn.padding_type),
            (ours.in_channels, ours.out_channels, ours.groups, ours.padding_mode, ours.padding_type));
        Assert.Equal(builtIn.kernel_size, ours.kernel_size);
        Assert.Equal(builtIn.stride, ours.stride);
        Assert.Equal(builtIn.padding, ours.padding); // null under Same and Valid
        Assert.Equal(builtIn.dilation, ours.dilation);
        Assert.Equal(builtIn.state_dict().Select(Describe), ours.state_dict().Select(Describe));
        Assert.Equal(builtIn.named_parameters().Select(entry => entry.name), ours.named_parameters().Select(entry => entry.name));
        Assert.Equal(builtIn.parameters().Count(), ours.parameters().Count());
        Assert.All(ours.parameters(), parameter => Assert.True(parameter.requires_grad && parameter.is_leaf));

        static string Describe(KeyValuePair<string, Tensor> entry) =>
            $"{entry.Key} {entry.Value.dtype} {string.Join('x', entry.Value.shape)}";
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void ComputesTheSameUpToRounding(string name)
    {
        using var layers = new Both(Make(name));
        using (no_grad())
            foreach (var parameter in layers.Ours.parameters().Zip(layers.BuiltIn.parameters())
                .SelectMany(pair => new[] { pair.First, pair.Second }))
                parameter.copy_(Exact.Integers(3, parameter.shape));
        foreach (var algorithm in Exact.Algorithms)
        {
            layers.Ours.algorithm = algorithm;
            var input = Exact.Integers(1, layers.Ours.weight.dtype, 2, layers.Ours.in_channels, 9, 8);
            Exact.Equal(layers.BuiltIn.call(input).detach(), layers.Ours.call(input).detach());
            Exact.Equal(layers.BuiltIn.call(input[1]).detach(), layers.Ours.call(input[1]).detach());
        }
    }

    [Theory]
    [InlineData(PaddingModes.Zeros)]
    [InlineData(PaddingModes.Reflect)]
    [InlineData(PaddingModes.Replicate)]
    [InlineData(PaddingModes.Circular)]
    public void SamePaddingKeepsTheSizeInEveryMode(PaddingModes mode)
    {
        // Differs from nn.Conv2d of TorchSharp 0.107, which mixes up height and width where the padding is not zeros.
        using var layer = new Conv2D(2, 3, (4, 3), Padding.Same, dilation: (1, 2), padding_mode: mode, bias: false);
        using var builtIn = nn.Conv2d(2, 3, (4, 3), Padding.Same, dilation: (1, 2), padding_mode: mode, bias: false);
        using (no_grad()) layer.weight.copy_(Exact.Integers(1, layer.weight.shape));
        var input = Exact.Integers(2, 2, 2, 9, 7);

        var output = layer.call(input);

        Assert.Equal([2, 3, 9, 7], output.shape);
        var padded = F.pad(input, [2, 2, 1, 2], mode == PaddingModes.Zeros ? PaddingModes.Constant : mode);
        Exact.Equal(F.conv2d(padded, layer.weight, dilation: [1, 2]).detach(), output.detach());
        if (mode != PaddingModes.Zeros) Assert.NotEqual(output.shape, builtIn.call(input).shape);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SavesAndLoadsBothWays(bool toStream)
    {
        string path = Path.GetTempFileName();
        try
        {
            using var layers = new Both(Make("pairs"));
            using var fresh = Pairs["pairs"].Ours();
            using var freshBuiltIn = Pairs["pairs"].BuiltIn();
            Transfer(layers.Ours, freshBuiltIn);
            Transfer(layers.BuiltIn, fresh);
            Exact.Equal(layers.Ours.weight, freshBuiltIn.weight);
            Exact.Equal(layers.Ours.bias, freshBuiltIn.bias);
            Exact.Equal(layers.BuiltIn.weight, fresh.weight);
            Exact.Equal(layers.BuiltIn.bias, fresh.bias);
            var input = Exact.Integers(1, 2, 6, 9, 8);
            Exact.Equal(layers.Ours.call(input).detach(), fresh.call(input).detach()); // it computes with what it has loaded
        }
        finally
        {
            File.Delete(path);
        }

        void Transfer(nn.Module from, nn.Module to)
        {
            if (!toStream)
            {
                from.save(path);
                to.load(path);
                return;
            }
            using var stream = new MemoryStream();
            from.save(stream);
            using var reading = new MemoryStream(stream.ToArray());
            to.load(reading);
        }
    }

    [Fact]
    public void LoadsAStateDictBothWays()
    {
        using var layers = new Both(Make("pairs"));
        using var fresh = new Both(Make("pairs", seed: 8));
        fresh.Ours.load_state_dict(layers.BuiltIn.state_dict());
        fresh.BuiltIn.load_state_dict(layers.Ours.state_dict());
        Exact.Equal(layers.BuiltIn.weight, fresh.Ours.weight);
        Exact.Equal(layers.Ours.bias, fresh.BuiltIn.bias);
    }

    [Fact]
    public void FollowsConversions()
    {
        using var layer = new Conv2D(3, 4, 3);
        var before = layer.weight.clone();
        foreach (var type in new[] { ScalarType.Float64, ScalarType.BFloat16, ScalarType.Float32 })
        {
            layer.to(type);
            Assert.Equal((type, type), (layer.weight.dtype, layer.bias!.dtype));
            Assert.Equal(type, layer.call(rand(2, 3, 5, 5, dtype: type)).dtype);
            Assert.All(layer.parameters(), parameter => Assert.Equal(type, parameter.dtype));
            Assert.Same(layer.weight, layer.get_parameter("weight"));
        }
        Exact.Equal(before.to(ScalarType.BFloat16).to(ScalarType.Float32).detach(), layer.weight.detach());
    }

    [Fact]
    public void TrainingAndEvaluationChangeTheFlagAndNothingElse()
    {
        using var layer = new Conv2D(3, 4, 3);
        var input = rand(2, 3, 5, 5);
        layer.eval();
        Assert.False(layer.training);
        var evaluated = layer.call(input);
        layer.train();
        Assert.True(layer.training);
        Exact.Equal(evaluated.detach(), layer.call(input).detach());
        Assert.True(evaluated.requires_grad);
    }

    [Fact]
    public void WeightAndBiasAreSettable()
    {
        using var layer = new Conv2D(2, 3, 2);
        var (weight, bias) = (nn.Parameter(Exact.Integers(1, 3, 2, 2, 2)), nn.Parameter(Exact.Integers(2, 3)));
        layer.weight = weight;
        layer.bias = bias;
        var input = Exact.Integers(3, 2, 2, 5, 4);

        Exact.Equal(F.conv2d(input, weight, bias).detach(), layer.call(input).detach());
        Assert.Equal(["weight", "bias"], layer.named_parameters().Select(entry => entry.name));
        layer.weight = weight; // setting what is there already keeps it
        Exact.Equal(Exact.Integers(1, 3, 2, 2, 2), layer.weight.detach());

        layer.bias = null;
        Exact.Equal(F.conv2d(input, weight).detach(), layer.call(input).detach());
        Assert.Equal(["weight"], layer.state_dict().Keys);
        Assert.False(layer.has_parameter("bias"));
        Assert.True(bias.IsInvalid); // as in nn.Conv2d, what is replaced is disposed

        layer.bias = nn.Parameter(Exact.Integers(4, 3));
        Assert.Equal(["weight", "bias"], layer.state_dict().Keys);
        Assert.Throws<ArgumentNullException>(() => layer.weight = null!);
        Assert.Contains("weight has shape", Assert.Throws<ArgumentException>(() => layer.weight = nn.Parameter(zeros(1, 1, 1, 9))).Message,
            StringComparison.Ordinal);
        Assert.Contains("dilation = (4611686018427387904, 1)", Assert.Throws<ArgumentException>(() =>
            new Conv2D(1, 1, (3, 2), Padding.Same, dilation: (1L << 62, 1))).Message, StringComparison.Ordinal);
        Assert.Contains("dtype = Int32", Assert.Throws<ArgumentException>(() => new Conv2D(1, 1, 3, dtype: ScalarType.Int32)).Message,
            StringComparison.Ordinal);
        Assert.Contains("bias has shape", Assert.Throws<ArgumentException>(() => layer.bias = nn.Parameter(zeros(99))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ParametersOutliveTheScopeTheLayerWasMadeIn()
    {
        Conv2D layer;
        using (var inner = NewDisposeScope())
        {
            layer = new Conv2D(2, 3, 2).to(ScalarType.Float64);
            var bias = nn.Parameter(Exact.Integers(4, ScalarType.Float64, 3));
            inner.Attach(bias);
            layer.bias = bias; // the layer takes it out of the scope
        }
        using (layer)
        {
            Assert.All(layer.parameters(), parameter => Assert.False(parameter.IsInvalid));
            Assert.Equal([1, 3, 3, 3], layer.call(rand(1, 2, 4, 4, dtype: ScalarType.Float64)).shape);
        }
    }

    [Fact]
    public void DisposeDisposesTheParameters()
    {
        var layer = new Conv2D(2, 3, 2);
        var parameters = layer.parameters().ToList();
        layer.Dispose();
        layer.Dispose(); // twice does no harm
        Assert.Equal(2, parameters.Count);
        Assert.All(parameters, parameter => Assert.True(parameter.IsInvalid));
    }

    [Theory]
    [InlineData(Algorithm.Fast)]
    [InlineData(Algorithm.Literal)]
    public void ANetworkTrainsAsWithTheBuiltInLayers(Algorithm algorithm)
    {
        manual_seed(3);
        using var builtIn = Network(
            nn.Conv2d(1, 4, 3, padding: 1), nn.MaxPool2d(2), nn.Conv2d(4, 6, (3, 2), Padding.Valid, groups: 2),
                nn.AvgPool2d((3, 2), (1, 2)));
        manual_seed(3);
        using var ours = Network(
            new Conv2D(1, 4, 3, padding: 1) { algorithm = algorithm }, new Pool2D(PoolMode.Max, 2) { algorithm = algorithm },
            new Conv2D(4, 6, (3, 2), Padding.Valid, groups: 2) { algorithm = algorithm },
                new Pool2D(PoolMode.Average, (3, 2), (1, 2)) { algorithm = algorithm });
        Assert.Equal(builtIn.state_dict().Keys, ours.state_dict().Keys);
        Assert.Equal(builtIn.named_parameters().Select(entry => entry.name), ours.named_parameters().Select(entry => entry.name));
        ours.to(ScalarType.Float64); // reaches the nested layers; in float64 two roads of rounding stay close
        builtIn.to(ScalarType.Float64);

        double[] expected = Losses(builtIn), actual = Losses(ours);

        Assert.True(expected[^1] < 0.8 * expected[0], "the built-in network does not learn");
        for (int step = 0; step < expected.Length; step++) Assert.Equal(expected[step], actual[step], 1e-9);
        foreach (var (name, parameter) in ours.named_parameters())
            Assert.True(parameter.allclose(builtIn.get_parameter(name)!, rtol: 1e-7, atol: 1e-9), name);

        static Sequential Network(
            nn.Module<Tensor, Tensor> first, nn.Module<Tensor, Tensor> pool, nn.Module<Tensor, Tensor> second,
                nn.Module<Tensor, Tensor> average) =>
            nn.Sequential(nn.Sequential(first, nn.ReLU(), pool), nn.Sequential(second, nn.ReLU(), average), nn.Flatten(),
                nn.Linear(6 * 3 * 2, 3));

        static double[] Losses(nn.Module<Tensor, Tensor> network)
        {
            using var optimizer = optim.Adam(network.parameters(), 0.01);
            var input = Exact.Integers(1, ScalarType.Float64, 8, 1, 14, 12);
            var labels = tensor(new long[] { 0, 1, 2, 0, 1, 2, 0, 1 });
            var losses = new double[12];
            for (int step = 0; step < losses.Length; step++)
            {
                network.zero_grad();
                using var output = network.call(input);
                using var loss = F.cross_entropy(output, labels);
                loss.backward();
                optimizer.step();
                losses[step] = loss.ToDouble();
            }
            return losses;
        }
    }

    [Fact]
    public void ZeroGradClearsTheGradients()
    {
        using var layer = new Conv2D(2, 3, 2);
        layer.call(rand(1, 2, 4, 4)).sum().backward();
        Assert.All(layer.parameters(), parameter => Assert.NotNull(parameter.grad));
        layer.zero_grad();
        Assert.All(layer.parameters(), parameter => Assert.True(parameter.grad is null || parameter.grad.count_nonzero().ToInt64() == 0));
    }

    [Fact]
    public void FrozenParametersGetNoGradient()
    {
        using var layer = new Conv2D(2, 3, 2);
        layer.weight.requires_grad = false;
        layer.call(rand(1, 2, 4, 4)).sum().backward();
        Assert.Null(layer.weight.grad);
        Assert.NotNull(layer.bias!.grad);
    }

    private readonly record struct Both(Conv2D Ours, Conv2d BuiltIn) : IDisposable
    {
        public Both((Conv2D Ours, Conv2d BuiltIn) layers) : this(layers.Ours, layers.BuiltIn)
        {
        }

        public void Dispose()
        {
            Ours.Dispose();
            BuiltIn.Dispose();
        }
    }
}
