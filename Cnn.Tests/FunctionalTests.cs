using System.Reflection;
using Cnn.Layers;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Tests;

/// <summary>The three functions: their contract, every kind of tensor they take, and what they refuse.</summary>
public sealed class FunctionalTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    // The contract.

    [Theory]
    [InlineData(
        nameof(Functional.conv2d),
        "Tensor input, Tensor weight, Tensor bias = null, Int64[] strides = null, Int64[] padding = null, Int64[] dilation = null, Int64 groups = 1")]
    [InlineData(
        nameof(Functional.max_pool2d),
        "Tensor input, Int64[] kernel_size, Int64[] strides = null, Int64[] padding = null, Int64[] dilation = null, Boolean ceil_mode = False")]
    [InlineData(
        nameof(Functional.max_pool2d_with_indices),
        "Tensor input, Int64[] kernel_size, Int64[] strides = null, Int64[] padding = null, Int64[] dilation = null, Boolean ceil_mode = False")]
    [InlineData(
        nameof(Functional.avg_pool2d),
        "Tensor input, Int64[] kernel_size, Int64[] stride = null, Int64[] padding = null, Boolean ceil_mode = False, Boolean count_include_pad = True, Nullable`1 divisor_override = null")]
    public void SignaturesAreThoseOfTorchSharpWithAnAlgorithm(string function, string parameters)
    {
        var ours = Assert.Single(typeof(Functional).GetMethods(), method => method.Name == function);
        var theirs = typeof(F).GetMethods().Where(method => method.Name == function).Select(Describe).ToList();

        Assert.Equal(parameters + ", Algorithm algorithm = Fast", Describe(ours));
        Assert.Contains(parameters, theirs);
        Assert.Equal(typeof(F).GetMethods().First(method => method.Name == function).ReturnType, ours.ReturnType);

        static string Describe(MethodInfo method) => string.Join(", ", method.GetParameters().Select(Parameter));

        static string Parameter(ParameterInfo p)
        {
            object? value = p.HasDefaultValue && p.ParameterType.IsEnum ? Enum.ToObject(p.ParameterType, p.DefaultValue!) : p.DefaultValue;
            return $"{p.ParameterType.Name} {p.Name}{(p.HasDefaultValue ? $" = {value ?? "null"}" : "")}";
        }
    }

    [Fact]
    public void FastIsTheDefaultValueOfAlgorithm() => Assert.Equal(Algorithm.Fast, default);

    // Every kind of tensor.

    /// <summary>The same numbers at other places in memory.</summary>
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Layouts = new()
    {
        ["contiguous"] = tensor => tensor.clone(),
        ["transposed"] = tensor => tensor.transpose(-1, -2).contiguous().transpose(-1, -2),
        ["transposed batch"] = tensor => tensor.transpose(0, 1).contiguous().transpose(0, 1),
        ["channels_last"] = tensor => Permuted(tensor, [0, 2, 3, 1], [0, 3, 1, 2]),
        ["sliced columns"] = tensor => Sliced(tensor, tensor.dim() - 1),
        ["sliced channels"] = tensor => Sliced(tensor, 1),
        ["sliced channels of channels_last"] = tensor => Permuted(tensor, [0, 2, 3, 1], [0, 3, 1, 2], slice: true),
    };

    public static TheoryData<string, Algorithm> LayoutNames => Exact.WithAlgorithms(Layouts.Keys);

    [Theory]
    [MemberData(nameof(LayoutNames))]
    public void TakesAnyStrides(string name, Algorithm algorithm)
    {
        var (x, w, b) = (Exact.Integers(1, 2, 4, 9, 8), Exact.Integers(2, 6, 2, 3, 2), Exact.Integers(3, 6));
        var (input, weight, bias) = (Layouts[name](x), Layouts[name](w), Sliced(b, 0));
        Exact.Equal(x, input);

        foreach (var (theInput, theWeight, theBias) in new[] { (input, w, b), (x, weight, b), (x, w, bias), (input, weight, bias) })
            SameAsLibtorch(
                F.conv2d(theInput, theWeight, theBias, [2, 1], [1, 0], [1, 2], 2),
                Functional.conv2d(theInput, theWeight, theBias, [2, 1], [1, 0], [1, 2], 2, algorithm));
        var (values, indices) = Functional.max_pool2d_with_indices(input, [3, 2], [2, 1], [1, 0], [2, 1], true, algorithm);
        var (theirValues, theirIndices) = F.max_pool2d_with_indices(input, [3, 2], [2, 1], [1, 0], [2, 1], true);
        SameAsLibtorch(theirValues, values);
        SameAsLibtorch(theirIndices, indices);
        SameAsLibtorch(theirValues, Functional.max_pool2d(input, [3, 2], [2, 1], [1, 0], [2, 1], true, algorithm));
        SameAsLibtorch(F.avg_pool2d(input, [3, 2], [2, 1], [1, 0], true),
            Functional.avg_pool2d(input, [3, 2], [2, 1], [1, 0], true, algorithm: algorithm));
    }

    [Theory]
    [InlineData(Algorithm.Fast)]
    [InlineData(Algorithm.Literal)]
    public void TakesExpandedTensors(Algorithm algorithm)
    {
        // One number, row, or image for many: a stride of 0 along any axis.
        foreach (int axis in Enumerable.Range(0, 4))
        {
            var input = Expanded(Exact.Integers(1, 2, 4, 9, 8), axis);
            var weight = Expanded(Exact.Integers(2, 6, 2, 3, 2), axis);
            var bias = Exact.Integers(3, 1).expand(6);
            Exact.Equal(F.conv2d(input, weight, bias, groups: 2), Functional.conv2d(input, weight, bias, groups: 2, algorithm: algorithm));
            Exact.Equal(F.max_pool2d(input, [2]), Functional.max_pool2d(input, [2], algorithm: algorithm));
            Exact.Equal(F.avg_pool2d(input, [2]), Functional.avg_pool2d(input, [2], algorithm: algorithm));
        }

        static Tensor Expanded(Tensor tensor, int axis) => tensor.narrow(axis, 0, 1).expand(tensor.shape);
    }

    public static TheoryData<ScalarType, Algorithm> RealTypes =>
        Exact.WithAlgorithms(ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16);

    [Theory]
    [MemberData(nameof(RealTypes))]
    public void TakesEveryRealTypeBatchedAndNot(ScalarType type, Algorithm algorithm)
    {
        foreach (long[] shape in new long[][] { [2, 4, 9, 8], [4, 9, 8], [1, 4, 9, 8], [0, 4, 9, 8] })
        {
            var (input, weight, bias) = (Exact.Integers(1, type, shape), Exact.Integers(2, type, 6, 4, 3, 2), Exact.Integers(3, type, 6));
            Exact.Equal(
                F.conv2d(input, weight, bias, [2], [1], [2]), Functional.conv2d(input, weight, bias, [2], [1], [2], algorithm: algorithm));
            Exact.Equal(F.max_pool2d(input, [3], [2], [1], [1]), Functional.max_pool2d(input, [3], [2], [1], [1], algorithm: algorithm));
            Exact.Equal(F.avg_pool2d(input, [3], [2], [1]), Functional.avg_pool2d(input, [3], [2], [1], algorithm: algorithm));
        }
    }

    public static TheoryData<ScalarType, Algorithm> IntegerTypes =>
        Exact.WithAlgorithms(ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64);

    [Theory]
    [MemberData(nameof(IntegerTypes))]
    public void MaxPoolsTakeIntegersAndTheOthersRefuseThem(ScalarType type, Algorithm algorithm)
    {
        var input = (type == ScalarType.Byte ? Exact.Integers(1, 2, 4, 9, 8).abs() : Exact.Integers(1, 2, 4, 9, 8)).to(type);
        var (values, indices) = Functional.max_pool2d_with_indices(input, [3, 2], [2, 1], [1, 0], algorithm: algorithm);
        var (theirValues, theirIndices) = F.max_pool2d_with_indices(input, [3, 2], [2, 1], [1, 0]);
        Exact.Equal(theirValues, values);
        Exact.Equal(theirIndices, indices);
        // libtorch multiplies integers, and wraps; a layer for learning has no use for that.
        AssertRefused("input", $"{type}", () => Functional.conv2d(input, Exact.Integers(2, 6, 4, 3, 2).to(type)));
        AssertRefused("input", $"{type}", () => Functional.avg_pool2d(input, [2]));
    }

    [Theory]
    [InlineData(Algorithm.Fast)]
    [InlineData(Algorithm.Literal)]
    public void ZeroChannelsGiveZeroChannels(Algorithm algorithm)
    {
        var (input, weight, bias) = (zeros(2, 0, 5, 4).requires_grad_(), zeros(3, 0, 2, 2).requires_grad_(), ones(3).requires_grad_());
        var (theirInput, theirWeight) = (zeros(2, 0, 5, 4).requires_grad_(), zeros(3, 0, 2, 2).requires_grad_());
        var output = Functional.conv2d(input, weight, bias, algorithm: algorithm);
        var theirs = F.conv2d(theirInput, theirWeight, ones(3).requires_grad_());
        Exact.Equal(theirs.detach(), output.detach());
        output.sum().backward();
        theirs.sum().backward();
        Exact.Equal(theirInput.grad, input.grad);
        Exact.Equal(theirWeight.grad, weight.grad);
        Exact.Equal(zeros(3), bias.grad);
        AssertRefused("input", "(2, 0, 5, 4)", () => Functional.max_pool2d(input, [2], algorithm: algorithm));
        AssertRefused("input", "(2, 0, 5, 4)", () => Functional.avg_pool2d(input, [2], algorithm: algorithm));
        AssertRefused("input", "1 channels", () => Functional.conv2d(zeros(2, 1, 5, 4), weight, algorithm: algorithm));
    }

    public static TheoryData<ScalarType, Algorithm> AllTypes =>
        Exact.WithAlgorithms(ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int32);

    [Theory]
    [MemberData(nameof(AllTypes))]
    public void LeavesItsArgumentsAsTheyWere(ScalarType type, Algorithm algorithm)
    {
        Tensor[] arguments = [Exact.Integers(1, type, 2, 4, 9, 8), Exact.Integers(2, type, 6, 4, 3, 2), Exact.Integers(3, type, 6)];
        Tensor[] copies = [.. arguments.Select(argument => argument.clone())];
        bool real = type != ScalarType.Int32;
        var leaves = real ? arguments.Select(argument => argument.requires_grad_()).ToArray() : arguments;
        long[] sizes = [3, 2], strides = [2, 1], padding = [1, 0];

        List<Tensor> outputs = [Functional.max_pool2d(leaves[0], sizes, strides, padding, algorithm: algorithm)];
        if (real)
        {
            outputs.Add(Functional.conv2d(leaves[0], leaves[1], leaves[2], strides, padding, algorithm: algorithm));
            outputs.Add(Functional.avg_pool2d(leaves[0], sizes, strides, padding, algorithm: algorithm));
            foreach (var output in outputs) output.sum().backward();
        }

        foreach (var (argument, copy) in arguments.Zip(copies))
        {
            Exact.Equal(copy, argument.detach());
            Assert.Equal(copy.stride(), argument.stride());
        }
        Assert.Equal([3, 2, 2, 1, 1, 0], sizes.Concat(strides).Concat(padding));
    }

    [Fact]
    public void AResultSharesNoMemoryWithItsInput()
    {
        var input = Exact.Integers(1, 2, 1, 3, 3);
        var copy = input.clone();
        foreach (var output in new[] { Functional.max_pool2d(input, [1]), Functional.avg_pool2d(input, [1]),
            Functional.conv2d(input, ones(1, 1, 1, 1)) })
            output.add_(1);
        Exact.Equal(copy, input);
    }

    // What is refused.

    [Fact]
    public void NullArgumentsAreNamed()
    {
        var (input, weight) = (Exact.Integers(1, 2, 4, 9, 8), Exact.Integers(2, 6, 4, 3, 2));
        Assert.Throws<ArgumentNullException>("input", () => Functional.conv2d(null!, weight));
        Assert.Throws<ArgumentNullException>("weight", () => Functional.conv2d(input, null!));
        Assert.Throws<ArgumentNullException>("input", () => Functional.max_pool2d(null!, [2]));
        Assert.Throws<ArgumentNullException>("kernel_size", () => Functional.max_pool2d(input, null!));
        Assert.Throws<ArgumentNullException>("input", () => Functional.max_pool2d_with_indices(null!, [2]));
        Assert.Throws<ArgumentNullException>("input", () => Functional.avg_pool2d(null!, [2]));
        Assert.Throws<ArgumentNullException>("kernel_size", () => Functional.avg_pool2d(input, null!));
    }

    [Fact]
    public void TensorsElsewhereAreRefusedWithWhatToDo()
    {
        var (input, weight, bias) = (Exact.Integers(1, 2, 4, 9, 8), Exact.Integers(2, 6, 4, 3, 2), Exact.Integers(3, 6));
        Tensor Elsewhere(Tensor tensor) => empty(tensor.shape, device: META);

        foreach (var (argument, call) in new (string, Func<object>)[]
        {
            ("input", () => Functional.conv2d(Elsewhere(input), weight, bias)),
            ("weight", () => Functional.conv2d(input, Elsewhere(weight), bias)),
            ("bias", () => Functional.conv2d(input, weight, Elsewhere(bias))),
            ("input", () => Functional.max_pool2d(Elsewhere(input), [2])),
            ("input", () => Functional.avg_pool2d(Elsewhere(input), [2])),
        })
        {
            AssertRefused(argument, "META", call);
            AssertRefused(argument, "make it on the CPU", call);
        }
    }

    public static TheoryData<string> BadShapes => [.. Refusals.Keys];

    private static readonly Dictionary<string, (string Argument, string Value, Func<Tensor> Ours, Func<Tensor>? Libtorch)> Refusals = new()
    {
        ["input of rank 2"] = (
            "input", "(4, 9)", () => Functional.conv2d(zeros(4, 9), zeros(6, 4, 3, 2)), () => F.conv2d(zeros(4, 9), zeros(6, 4, 3, 2))),
        ["input of rank 5"] = (
            "input", "(1, 2, 4, 9, 8)", () => Functional.conv2d(zeros([1, 2, 4, 9, 8]), zeros(6, 4, 3, 2)), () =>
                F.conv2d(zeros([1, 2, 4, 9, 8]), zeros(6, 4, 3, 2))),
        ["weight of rank 3"] = ("weight", "(6, 4, 3)", () => Functional.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3)),
            () => F.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3))),
        // libtorch ends the process here, in its oneDNN: it is not asked.
        ["empty kernel"] = ("weight", "(6, 4, 0, 2)", () => Functional.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 0, 2)), null),
        ["kernel too large"] = (
            "weight", "(10, 2)", () => Functional.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 10, 2)), () =>
                F.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 10, 2))),
        ["other channels"] = ("input", "5 channels", () => Functional.conv2d(zeros(2, 5, 9, 8), zeros(6, 4, 3, 2)),
            () => F.conv2d(zeros(2, 5, 9, 8), zeros(6, 4, 3, 2))),
        ["no rows"] = ("input", "(2, 4, 0, 8)", () => Functional.conv2d(zeros(2, 4, 0, 8), zeros(6, 4, 3, 2), padding: [2]),
            () => F.conv2d(zeros(2, 4, 0, 8), zeros(6, 4, 3, 2), padding: [2])),
        ["short bias"] = (
            "bias", "(5)", () => Functional.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3, 2), zeros(5)), () =>
                F.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3, 2), zeros(5))),
        ["bias of rank 2"] = (
            "bias", "(6, 1)", () => Functional.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3, 2), zeros(6, 1)), () =>
                F.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3, 2), zeros(6, 1))),
        ["weight of another type"] = (
            "weight", "Float64", () => Functional.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3, 2, dtype: float64)), () =>
                F.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3, 2, dtype: float64))),
        ["bias of another type"] = (
            "bias", "Float64", () => Functional.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3, 2), zeros(6, dtype: float64)), () =>
                F.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3, 2), zeros(6, dtype: float64))),
        ["three strides"] = (
            "strides", "(1, 2, 3)", () => Functional.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3, 2), strides: [1, 2, 3]), () =>
                F.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3, 2), strides: [1, 2, 3])),
        ["three paddings"] = (
            "padding", "(1, 2, 3)", () => Functional.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3, 2), padding: [1, 2, 3]), () =>
                F.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3, 2), padding: [1, 2, 3])),
        ["three dilations"] = (
            "dilation", "(1, 2, 3)", () => Functional.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3, 2), dilation: [1, 2, 3]), () =>
                F.conv2d(zeros(2, 4, 9, 8), zeros(6, 4, 3, 2), dilation: [1, 2, 3])),
        ["max of rank 2"] = ("input", "(4, 9)", () => Functional.max_pool2d(zeros(4, 9), [2]), () => F.max_pool2d(zeros(4, 9), [2])),
        ["max of no rows"] = (
            "input", "(2, 4, 0, 8)", () => Functional.max_pool2d(zeros(2, 4, 0, 8), [2]), () => F.max_pool2d(zeros(2, 4, 0, 8), [2])),
        ["max of a small input"] = (
            "input", "(2, 8)", () => Functional.max_pool2d(zeros(2, 4, 2, 8), [3]), () => F.max_pool2d(zeros(2, 4, 2, 8), [3])),
        ["max with three sizes"] = ("kernel_size", "(1, 2, 3)", () => Functional.max_pool2d(zeros(2, 4, 9, 8), [1, 2, 3]),
            () => F.max_pool2d(zeros(2, 4, 9, 8), [1, 2, 3])),
        ["max with no size"] = (
            "kernel_size", "()", () => Functional.max_pool2d(zeros(2, 4, 9, 8), []), () => F.max_pool2d(zeros(2, 4, 9, 8), [])),
        ["max of booleans"] = ("input", "Bool", () => Functional.max_pool2d(zeros(2, 4, 9, 8, dtype: @bool), [2]),
            () => F.max_pool2d(zeros(2, 4, 9, 8, dtype: @bool), [2])),
        ["average of rank 2"] = ("input", "(4, 9)", () => Functional.avg_pool2d(zeros(4, 9), [2]), () => F.avg_pool2d(zeros(4, 9), [2])),
        ["average of no columns"] = (
            "input", "(2, 4, 9, 0)", () => Functional.avg_pool2d(zeros(2, 4, 9, 0), [2]), () => F.avg_pool2d(zeros(2, 4, 9, 0), [2])),
        ["average of a small input"] = (
            "input", "(2, 8)", () => Functional.avg_pool2d(zeros(2, 4, 2, 8), [3]), () => F.avg_pool2d(zeros(2, 4, 2, 8), [3])),
        ["average with three strides"] = ("stride", "(1, 2, 3)", () => Functional.avg_pool2d(zeros(2, 4, 9, 8), [2], [1, 2, 3]),
            () => F.avg_pool2d(zeros(2, 4, 9, 8), [2], [1, 2, 3])),
        ["average with three paddings"] = (
            "padding", "(0, 0, 1)", () => Functional.avg_pool2d(zeros(2, 4, 9, 8), [2], padding: [0, 0, 1]), () =>
                F.avg_pool2d(zeros(2, 4, 9, 8), [2], padding: [0, 0, 1])),
    };

    [Theory]
    [MemberData(nameof(BadShapes))]
    public void RefusesWhatLibtorchRefuses(string name)
    {
        var (argument, value, ours, libtorch) = Refusals[name];
        AssertRefused(argument, value, ours);
        if (libtorch is not null) Assert.ThrowsAny<Exception>(libtorch);
    }

    [Theory]
    [InlineData(new long[0])] // like none: the kernel's size
    [InlineData(new long[] { 2 })]
    [InlineData(new long[] { 2, 1 })]
    public void ListsOfOneOrTwoOrNoStridesMeanWhatTheyMeanToLibtorch(long[] strides)
    {
        var input = Exact.Integers(1, 2, 4, 9, 8);
        Exact.Equal(F.max_pool2d(input, [3, 2], strides), Functional.max_pool2d(input, [3, 2], strides));
        Exact.Equal(F.avg_pool2d(input, [3, 2], strides), Functional.avg_pool2d(input, [3, 2], strides));
        if (strides.Length > 0)
            Exact.Equal(F.conv2d(input, ones(6, 4, 3, 2), strides: strides), Functional.conv2d(input, ones(6, 4, 3, 2), strides: strides));
    }

    // Beyond 32 bits.

    [Fact]
    public void MaxPoolsIndexBeyondTwoToThe31()
    {
        // Memory that nobody writes costs nothing: of these 2 GiB, four windows are written and read.
        const long side = 46342, last = side - 1;
        var input = empty([1, 1, side, side], dtype: uint8);
        foreach (long row in new[] { 0, last - 1 })
            foreach (long column in new[] { 0, last - 1 })
                input.narrow(2, row, 2).narrow(3, column, 2).fill_(1);
        input[0, 0, last, last] = tensor((byte)9);

        var (values, indices) = Functional.max_pool2d_with_indices(input, [2], [last - 1]);

        Exact.Equal(tensor(new byte[] { 1, 1, 1, 9 }).reshape(1, 1, 2, 2), values);
        Exact.Equal(tensor(new[] { 0, last - 1, (last - 1) * side, last * side + last }).reshape(1, 1, 2, 2), indices);
        Assert.True(indices.max().ToInt64() > int.MaxValue);
    }

    [Theory]
    [InlineData(Algorithm.Fast)]
    [InlineData(Algorithm.Literal)]
    public void SizesBeyondTwoToThe31AreTaken(Algorithm algorithm)
    {
        // One row of three numbers, seen as many overlapping rows: large to look at, small in memory.
        const long width = 3L << 31;
        var input = tensor(new float[] { 2, 3, 5 }).as_strided([1, 1, 3, width], [0, 0, 1, 0]);
        var weight = tensor(new float[] { 1, 10, 100, 1000 }).reshape(1, 1, 2, 2);

        var output = Functional.conv2d(input, weight, strides: [1, width - 2], algorithm: algorithm);

        Exact.Equal(tensor(new float[] { 22 + 3300, 22 + 3300, 33 + 5500, 33 + 5500 }).reshape(1, 1, 2, 2), output);
    }

    private static void SameAsLibtorch(Tensor expected, Tensor actual)
    {
        Exact.Equal(expected, actual);
        Assert.Equal(expected.stride(), actual.stride());
    }

    private static void AssertRefused(string argument, string value, Func<object> call)
    {
        var refusal = Assert.Throws<ArgumentException>(call);
        Assert.Contains(argument, refusal.Message);
        Assert.Contains(value, refusal.Message);
        Assert.Equal(argument, refusal.ParamName);
    }

    private static Tensor Sliced(Tensor tensor, long axis)
    {
        long size = tensor.shape[axis];
        var wide = cat([tensor, tensor], axis).clone();
        wide.narrow(axis, 0, 2 * size).fill_(float.NaN); // what lies between is never read
        var slice = wide.slice(axis, 0, 2 * size, 2);
        slice.copy_(tensor);
        return slice;
    }

    private static Tensor Permuted(Tensor tensor, long[] there, long[] back, bool slice = false)
    {
        var nhwc = tensor.permute(there).contiguous();
        if (slice) nhwc = Sliced(nhwc, 3);
        return nhwc.permute(back);
    }

    [Theory]
    [InlineData("conv")]
    [InlineData("max")]
    [InlineData("avg")]
    public void AChannelsLastResultMayBeChangedInPlace(string layer)
    {
        // libtorch forbids it for views that a custom Function returns: ReLU(inplace: true) behind a layer would throw.
        using var nhwc = Exact.Integers(1, 2, 6, 7, 3);
        var input = nhwc.permute(0, 3, 1, 2).detach().requires_grad_();
        var weight = Exact.Leaf(2, 4, 3, 2, 3);
        var output = layer switch
        {
            "conv" => Functional.conv2d(input, weight),
            "max" => Functional.max_pool2d(input, [2, 3]),
            _ => Functional.avg_pool2d(input, [2, 3]),
        };
        Assert.Equal(1, output.stride(1)); // channels_last it is
        output.relu_().sum().backward();
        Assert.NotNull(input.grad);
    }

    [Theory]
    [InlineData(Algorithm.Fast)]
    [InlineData(Algorithm.Literal)]
    public void AStrideMayBeAsLargeAsANumberCanBe(Algorithm algorithm)
    {
        var (input, weight) = (Exact.Leaf(1, 2, 3, 5, 6), Exact.Leaf(2, 4, 3, 2, 3));
        var output = Functional.conv2d(input, weight, strides: [long.MaxValue, long.MaxValue - 1], padding: [1, 2], algorithm: algorithm);
        var (input2, weight2) = (input.detach().clone().requires_grad_(), weight.detach().clone().requires_grad_());
        var expected = nn.functional.conv2d(input2, weight2, strides: [100, 100], padding: [1, 2]);
        output.sum().backward();
        expected.sum().backward();
        Exact.Equal(expected, output);
        Exact.Equal(input2.grad, input.grad);
        Exact.Equal(weight2.grad, weight.grad);
    }
}
