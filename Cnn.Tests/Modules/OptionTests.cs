using Cnn.Layers;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Tests.Modules;

/// <summary>
/// Every option of nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d and their functions is taken, with libtorch's result, or refused
/// where libtorch refuses; and the few places where the two are settled to differ.
/// </summary>
[Collection(Alone.Name)] // constructors draw initial weights from libtorch's random numbers
public sealed class OptionTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    /// <summary>Arguments of all the layers at once; a layer reads those it has.</summary>
    private sealed record Options
    {
        public long InChannels { get; init; } = 4;
        public long OutChannels { get; init; } = 6;
        public (long, long) Kernel { get; init; } = (3, 2);
        public (long, long)? Stride { get; init; }
        public (long, long)? Padding { get; init; }
        public Padding? PaddingType { get; init; }
        public (long, long)? Dilation { get; init; }
        public PaddingModes Mode { get; init; } = PaddingModes.Zeros;
        public long Groups { get; init; } = 1;
        public bool Bias { get; init; } = true;
        public bool Ceil { get; init; }
        public bool CountIncludePad { get; init; } = true;
        public long? Divisor { get; init; }
    }

    /// <summary>One value of one option: good or bad is for libtorch to say.</summary>
    /// <param name="Argument">The argument's name.</param>
    /// <param name="Value">The value as a refusal prints it.</param>
    /// <param name="Apply">Sets it.</param>
    private sealed record Setting(string Argument, string Value, Func<Options, Options> Apply);

    private static readonly (long, long)[] Pairs = [(1, 1), (2, 1), (1, 3), (0, 0), (0, 2), (1, 0), (-1, 1), (1, -1), (20, 1), (1, 20)];

    private static IEnumerable<Setting> Windows() =>
    [
        .. Pairs.Select(pair => new Setting("kernel_size", $"{pair}", options => options with { Kernel = pair })),
        .. Pairs.Select(pair => new Setting("stride", $"{pair}", options => options with { Stride = pair })),
        .. Pairs.Select(pair => new Setting("padding", $"{pair}", options => options with { Padding = pair })),
    ];

    private static readonly Setting[] Dilations = [.. Pairs.Select(pair =>
        new Setting("dilation", $"{pair}", options => options with { Dilation = pair }))];

    private static readonly Setting[] ConvSettings =
    [
        .. Windows(), .. Dilations,
        .. new[] { Padding.Same, Padding.Valid }.Select(type =>
            new Setting("padding", $"{type}", options => options with { PaddingType = type })),
        .. new[] { PaddingModes.Reflect, PaddingModes.Replicate, PaddingModes.Circular, PaddingModes.Constant }
            .Select(mode => new Setting("padding_mode", $"{mode}", options => options with { Mode = mode })),
        .. new long[] { 2, 3, 4, 0, -1 }.Select(groups => new Setting("groups", $"{groups}", options => options with { Groups = groups })),
        .. new long[] { 2, 5, -1 }.Select(channels =>
            new Setting("in_channels", $"{channels}", options => options with { InChannels = channels })),
        .. new long[] { 1, 8, 0, -1 }.Select(channels =>
            new Setting("out_channels", $"{channels}", options => options with { OutChannels = channels })),
        new("bias", "False", options => options with { Bias = false }),
    ];

    private static readonly Setting Ceil = new("ceil_mode", "True", options => options with { Ceil = true });

    private static readonly Setting[] MaxSettings = [.. Windows(), .. Dilations, Ceil];

    private static readonly Setting[] AverageSettings =
    [
        .. Windows(), Ceil,
        new("count_include_pad", "False", options => options with { CountIncludePad = false }),
        .. new long[] { 1, 5, -4 }.Select(divisor =>
            new Setting("divisor_override", $"{divisor}", options => options with { Divisor = divisor })),
    ];

    /// <summary>The layers, as constructor and call, ours and libtorch's; and the settings each of them knows.</summary>
    private static readonly Dictionary<string, Rivals> Layers = new()
    {
        ["conv"] = new(ConvSettings, OurConv, LibtorchConv),
        ["max"] = new(MaxSettings, OurMax, LibtorchMax),
        ["average"] = new(AverageSettings, OurAverage, LibtorchAverage),
    };

    private sealed record Rivals(Setting[] Settings, Func<Options, Algorithm, Tensor> Ours, Func<Options, Tensor> Libtorch);

    public static TheoryData<string, Algorithm> Names => Exact.WithAlgorithms(Layers.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void EachValueIsTakenOrRefusedAsByLibtorch(string layer, Algorithm algorithm)
    {
        int taken = 0, refused = 0;
        foreach (var setting in Layers[layer].Settings)
        {
            var refusal = Compare(layer, algorithm, setting.Apply(new Options()), $"{setting.Argument} = {setting.Value}");
            if (refusal is null)
            {
                taken++;
                continue;
            }
            refused++;
            if (refusal.ParamName is "input" or "weight")
            {
                // A good value that does not fit this input: the sentence is about the two tensors.
                Assert.True(setting.Argument is "kernel_size" or "dilation" or "in_channels", refusal.Message);
                Assert.Matches(@"^(input|weight) .*\(\d+, \d+.*\)", refusal.Message);
                continue;
            }
            Assert.Equal(setting.Argument, refusal.ParamName);
            Assert.Contains(setting.Argument, refusal.Message);
            Assert.Contains(setting.Value, refusal.Message);
        }
        Assert.True(taken >= 10 && refused >= 10, $"{taken} taken, {refused} refused");
    }

    [Theory]
    [InlineData("conv")]
    [InlineData("max")]
    [InlineData("average")]
    public void PairsOfValuesAreTakenOrRefusedAsByLibtorch(string layer)
    {
        var random = new Random(6);
        var settings = Layers[layer].Settings;
        for (int pair = 0; pair < 400; pair++)
        {
            var (first, second) = (settings[random.Next(settings.Length)], settings[random.Next(settings.Length)]);
            var options = second.Apply(first.Apply(new Options()));
            if (CropsInLibtorch(options)) continue;
            Compare(layer, Exact.Algorithms[pair % 2], options, $"{first.Argument} = {first.Value}, {second.Argument} = {second.Value}");
        }
    }

    // See NegativePaddingIsRefusedInEveryMode.
    private static bool CropsInLibtorch(Options options) =>
        options.Mode != PaddingModes.Zeros && options.Padding is var (h, w) && Math.Min(h, w) < 0;

    /// <summary>The refusal of both, or null where both have given the same.</summary>
    private static ArgumentException? Compare(string layer, Algorithm algorithm, Options options, string what)
    {
        using var own = NewDisposeScope();
        var (_, ours, libtorch) = Layers[layer];
        Tensor? output = null, expected = null;
        var refusal = Record.Exception(() => output = ours(options, algorithm));
        var theirRefusal = Record.Exception(() => expected = libtorch(options));
        Assert.True(refusal is null or ArgumentException, $"{layer}, {what}: {refusal}");
        Assert.True(
            refusal is null == theirRefusal is null,
            $"{layer}, {what}: ours says \"{refusal?.Message ?? "yes"}\", libtorch \"{theirRefusal?.Message ?? "yes"}\"");
        if (refusal is null) Exact.Equal(expected!.detach(), output!.detach(), $"{layer}, {what}");
        return (ArgumentException?)refusal;
    }

    private static Tensor OurConv(Options o, Algorithm algorithm)
    {
        using var layer = o.PaddingType is { } type
            ? new Conv2D(o.InChannels, o.OutChannels, o.Kernel, type, o.Stride, o.Dilation, o.Mode, o.Groups, o.Bias)
            : new Conv2D(o.InChannels, o.OutChannels, o.Kernel, o.Stride, o.Padding, o.Dilation, o.Mode, o.Groups, o.Bias);
        layer.algorithm = algorithm;
        Fill(layer);
        return layer.call(Input(o.InChannels == 2 ? 2 : 4));
    }

    private static Tensor LibtorchConv(Options o)
    {
        using var layer = o.PaddingType is { } type
            ? nn.Conv2d(o.InChannels, o.OutChannels, o.Kernel, type, o.Stride, o.Dilation, o.Mode, o.Groups, o.Bias)
            : nn.Conv2d(o.InChannels, o.OutChannels, o.Kernel, o.Stride, o.Padding, o.Dilation, o.Mode, o.Groups, o.Bias);
        Fill(layer);
        var input = Input(o.InChannels == 2 ? 2 : 4);
        if (o.PaddingType != Padding.Same || o.Mode == PaddingModes.Zeros) return layer.call(input);
        // TorchSharp 0.107 pads the wrong axes here where kernel or dilation are not square: libtorch's pad does it right.
        var ((kernelH, kernelW), (dilationH, dilationW)) = (o.Kernel, o.Dilation ?? (1, 1));
        var (height, width) = (dilationH * (kernelH - 1), dilationW * (kernelW - 1));
        var padded = F.pad(input, [width / 2, width - width / 2, height / 2, height - height / 2], o.Mode);
        return F.conv2d(padded, layer.weight, layer.bias, dilation: [dilationH, dilationW], groups: o.Groups);
    }

    private static Tensor OurMax(Options o, Algorithm algorithm)
    {
        using var pool = new Pool2D(PoolMode.Max, o.Kernel, o.Stride, o.Padding, o.Dilation, o.Ceil) { algorithm = algorithm };
        return pool.call(Input(4));
    }

    private static Tensor LibtorchMax(Options o)
    {
        using var pool = nn.MaxPool2d(o.Kernel, o.Stride, o.Padding, o.Dilation, o.Ceil);
        return pool.call(Input(4));
    }

    private static Tensor OurAverage(Options o, Algorithm algorithm)
    {
        using var pool = new Pool2D(PoolMode.Average, o.Kernel, o.Stride, o.Padding, null, o.Ceil, o.CountIncludePad, o.Divisor)
        {
            algorithm = algorithm,
        };
        return pool.call(Input(4));
    }

    private static Tensor LibtorchAverage(Options o)
    {
        using var pool = nn.AvgPool2d(o.Kernel, o.Stride, o.Padding, o.Ceil, o.CountIncludePad, o.Divisor);
        return pool.call(Input(4));
    }

    private static void Fill(nn.Module layer)
    {
        using var off = no_grad();
        foreach (var parameter in layer.parameters()) parameter.copy_(Exact.Integers(2, parameter.shape));
    }

    private static Tensor Input(long channels) => Exact.Integers(1, 2, channels, 9, 8);

    // Where the two are settled to differ.

    [Theory]
    [InlineData(PaddingModes.Zeros)]
    [InlineData(PaddingModes.Reflect)]
    [InlineData(PaddingModes.Replicate)]
    [InlineData(PaddingModes.Circular)]
    [InlineData(PaddingModes.Constant)]
    public void NegativePaddingIsRefusedInEveryMode(PaddingModes mode)
    {
        // libtorch's convolution refuses it as well; but nn.Conv2d with another mode pads first, and there it crops.
        AssertRefused("padding", "(-1, 1)", () => new Conv2D(4, 6, (3, 2), padding: (-1, 1), padding_mode: mode));
        using var builtIn = nn.Conv2d(4, 6, (3, 2), padding: (-1, 1), padding_mode: mode);
        Assert.Equal(mode == PaddingModes.Zeros, Record.Exception(() => builtIn.call(Input(4))) is not null);
    }

    [Fact]
    public void AnAverageRefusesDilation()
    {
        // nn.AvgPool2d has no such argument.
        AssertRefused("dilation", "(2, 2)", () => new Pool2D(PoolMode.Average, 3, dilation: 2));
        AssertRefused("dilation", "(1, 2)", () => new Pool2D(PoolMode.Average, (3, 3), dilation: (1, 2)));
        using var one = new Pool2D(PoolMode.Average, 3, dilation: 1); // says nothing else than what it does
    }

    [Fact]
    public void AMaximumRefusesWhatOnlyAnAverageHas()
    {
        // nn.MaxPool2d has no such arguments.
        AssertRefused("divisor_override", "5", () => new Pool2D(PoolMode.Max, 3, divisor_override: 5));
        AssertRefused("count_include_pad", "False", () => new Pool2D(PoolMode.Max, 3, count_include_pad: false));
    }

    [Fact]
    public void ADivisorOfZeroIsRefused()
    {
        // libtorch refuses it as well; but TorchSharp passes 0 for none, so there it never arrives.
        AssertRefused("divisor_override", "0", () => new Pool2D(PoolMode.Average, 3, divisor_override: 0));
        AssertRefused("divisor_override", "0", () => Functional.avg_pool2d(Input(4), [3], divisor_override: 0));
        Exact.Equal(F.avg_pool2d(Input(4), [3]), F.avg_pool2d(Input(4), [3], divisor_override: 0));
    }

    [Fact]
    public void UnknownEnumValuesAreRefused()
    {
        AssertRefused("padding_mode", "9", () => new Conv2D(4, 6, 3, padding_mode: (PaddingModes)9));
        AssertRefused("padding", "9", () => new Conv2D(4, 6, 3, (Padding)9));
        AssertRefused("mode", "9", () => new Pool2D((PoolMode)9, 3));
        AssertRefused("algorithm", "7", () => new Conv2D(4, 6, 3) { algorithm = (Algorithm)7 });
        AssertRefused("algorithm", "7", () => new Pool2D(PoolMode.Max, 3) { algorithm = (Algorithm)7 });
        var (input, weight) = (Input(4), Exact.Integers(2, 6, 4, 3, 2));
        AssertRefused("algorithm", "7", () => Functional.conv2d(input, weight, algorithm: (Algorithm)7));
        AssertRefused("algorithm", "7", () => Functional.max_pool2d(input, [2], algorithm: (Algorithm)7));
        AssertRefused("algorithm", "7", () => Functional.max_pool2d_with_indices(input, [2], algorithm: (Algorithm)7));
        AssertRefused("algorithm", "7", () => Functional.avg_pool2d(input, [2], algorithm: (Algorithm)7));
    }

    [Fact]
    public void ConstantPaddingIsZeros()
    {
        // The constant has no argument in nn.Conv2d.
        using var constant = new Conv2D(4, 6, (3, 2), Padding.Same, dilation: (1, 3), padding_mode: PaddingModes.Constant);
        using var zeros = new Conv2D(4, 6, (3, 2), Padding.Same, dilation: (1, 3));
        Assert.Equal(PaddingModes.Constant, constant.padding_mode);
        Fill(constant);
        Fill(zeros);
        Exact.Equal(zeros.call(Input(4)), constant.call(Input(4)));
    }

    [Fact]
    public void SamePaddingRefusesAStrideInTheConstructor() =>
        AssertRefused("stride", "(1, 2)", () => new Conv2D(4, 6, (3, 3), Padding.Same, stride: (1, 2)));

    [Theory]
    [InlineData(1L << 32)]
    [InlineData(1L << 62)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void AbsurdSizesAreRefused(long size)
    {
        // Not put to libtorch, which wraps some of them.
        var (input, weight) = (Input(4), Exact.Integers(2, 6, 4, 3, 2));
        AssertRefused("padding", $"{size}", () => Functional.conv2d(input, weight, padding: [size, size]));
        AssertRefused("dilation", $"{size}", () => Functional.conv2d(input, weight, dilation: [size]));
        AssertRefused("groups", $"{size}", () => Functional.conv2d(input, weight, groups: size));
        AssertRefused("kernel_size", $"{size}", () => Functional.max_pool2d(input, [size]));
        AssertRefused("stride", $"{size}", () => Functional.max_pool2d(input, [2], [1, size]));
        AssertRefused("padding", $"{size}", () => Functional.max_pool2d(input, [2], padding: [size]));
        AssertRefused("dilation", $"{size}", () => Functional.max_pool2d(input, [2], dilation: [size]));
        AssertRefused("kernel_size", $"{size}", () => Functional.avg_pool2d(input, [2, size]));
        AssertRefused("stride", $"{size}", () => Functional.avg_pool2d(input, [2], [size]));
        AssertRefused("padding", $"{size}", () => Functional.avg_pool2d(input, [2], padding: [size]));
        // A stride longer than the input leaves one window; it is fine, where it is not negative.
        if (size > 0) Assert.Equal([2, 6, 1, 1], Functional.conv2d(input, weight, strides: [size]).shape);
        else AssertRefused("stride", $"{size}", () => Functional.conv2d(input, weight, strides: [size]));
        foreach (var mode in new[] { PaddingModes.Reflect, PaddingModes.Replicate, PaddingModes.Circular })
        {
            if (size < 0) AssertRefused("padding", $"{size}", () => new Conv2D(4, 6, (3, 2), padding: (size, 0), padding_mode: mode));
            else
            {
                using var layer = new Conv2D(4, 6, (3, 2), padding: (size, 0), padding_mode: mode);
                AssertRefused("padding", $"{size}", () => layer.call(input));
            }
        }
    }

    private static void AssertRefused(string argument, string value, Func<object> call)
    {
        var refusal = Assert.Throws<ArgumentException>(call);
        Assert.Contains(argument, refusal.Message);
        Assert.Contains(value, refusal.Message);
    }
}
