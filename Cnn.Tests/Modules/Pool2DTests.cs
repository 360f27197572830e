using System.Reflection;
using Cnn.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Tests.Modules;

/// <summary>Pool2D can stand wherever nn.MaxPool2d or nn.AvgPool2d stands.</summary>
public sealed class Pool2DTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(nameof(nn.MaxPool2d))]
    [InlineData(nameof(nn.AvgPool2d))]
    public void HasTheOptionsOfTheFactories(string factory)
    {
        foreach (var method in typeof(nn).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.Name == factory))
        {
            var options = method.GetParameters();
            if (options[0].ParameterType == typeof(long[])) continue; // lists, which a pair of numbers says as well
            var constructor = typeof(Pool2D).GetConstructors()
                .Single(candidate => candidate.GetParameters()[1].ParameterType == options[0].ParameterType);
            var ours = constructor.GetParameters().ToDictionary(parameter => parameter.Name!);
            foreach (var option in options)
            {
                Assert.Equal(option.ParameterType, ours[option.Name!].ParameterType);
                Assert.Equal(option.HasDefaultValue ? option.DefaultValue : null,
                    ours[option.Name!].HasDefaultValue ? ours[option.Name!].DefaultValue : null);
            }
            Assert.Equal(options.Select(option => option.Name), ours.Keys.Intersect(options.Select(option => option.Name!)));
        }
    }

    /// <summary>A module that may hold modules without parameters only.</summary>
    private sealed class Holder : ParameterLessModule<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> pool;

        public Holder(nn.Module<Tensor, Tensor> pool) : base(nameof(Holder))
        {
            this.pool = pool;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => pool.call(input);
    }

    [Fact]
    public void MayStandWhereNoParametersMay()
    {
        var input = Exact.Integers(1, 2, 3, 7, 6);
        using var theirs = new Holder(nn.MaxPool2d(2));
        using var ours = new Holder(new Pool2D(PoolMode.Max, 2));
        Exact.Equal(theirs.call(input), ours.call(input));
        Assert.Single(ours.named_children());
        Exact.Equal(theirs.call(input), ours.to(ScalarType.Float64).call(input));
        Assert.Throws<InvalidOperationException>(() => new Holder(new Conv2D(3, 4, 2)));
    }

    [Theory]
    [InlineData(typeof(MaxPool2d))]
    [InlineData(typeof(AvgPool2d))]
    public void HasThePropertiesOfTheBuiltIn(Type builtIn)
    {
        foreach (var property in builtIn.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            Assert.Equal(property.PropertyType, typeof(Pool2D).GetProperty(property.Name)?.PropertyType);
    }

    [Fact]
    public void PropertiesHoldTheOptionsAndTheirDefaults()
    {
        var pool = new Pool2D(PoolMode.Max, 3);
        Assert.Equal((PoolMode.Max, Algorithm.Fast, false, true, null),
            (pool.mode, pool.algorithm, pool.ceil_mode, pool.count_include_pad, pool.divisor_override));
        Assert.Equal([3, 3], pool.kernel_size);
        Assert.Equal([3, 3], pool.stride);
        Assert.Equal([0, 0], pool.padding);
        Assert.Equal([1, 1], pool.dilation);

        pool = new Pool2D(PoolMode.Average, (4, 6), (2, 3), (1, 2), (1, 1), true, false, 5);
        Assert.Equal((PoolMode.Average, true, false, 5L),
            (pool.mode, pool.ceil_mode, pool.count_include_pad, pool.divisor_override!.Value));
        Assert.Equal([4, 6], pool.kernel_size);
        Assert.Equal([2, 3], pool.stride);
        Assert.Equal([1, 2], pool.padding);

        pool = new Pool2D(PoolMode.Max, (4, 6), dilation: (2, 3));
        Assert.Equal([4, 6], pool.stride);
        Assert.Equal([2, 3], pool.dilation);
    }

    [Fact]
    public void HasNoParametersAndNoState()
    {
        using var pool = new Pool2D(PoolMode.Max, 3);
        Assert.Empty(pool.parameters());
        Assert.Empty(pool.state_dict());
        pool.to(ScalarType.Float64);
        pool.eval();
        Assert.Equal([1, 2, 2, 2], pool.call(rand(1, 2, 6, 6)).shape);
    }

    public static TheoryData<string, Algorithm> Pools => Exact.WithAlgorithms(Pairs.Keys);

    private static readonly Dictionary<string, (Func<Pool2D> Ours, Func<nn.Module<Tensor, Tensor>> BuiltIn)> Pairs = new()
    {
        ["max"] = (() => new(PoolMode.Max, 3), () => nn.MaxPool2d(3)),
        ["max all"] = (() => new(PoolMode.Max, 3, 2, 1, 2, true), () => nn.MaxPool2d(3, 2, 1, 2, true)),
        ["max pairs"] = (() => new(PoolMode.Max, (3, 2), (1, 2), (1, 0), (2, 1)), () => nn.MaxPool2d((3, 2), (1, 2), (1, 0), (2, 1))),
        ["max pair"] = (() => new(PoolMode.Max, (3, 2)), () => nn.MaxPool2d((3, 2))),
        ["average"] = (() => new(PoolMode.Average, 3), () => nn.AvgPool2d(3)),
        ["average all"] = (
            () => new(PoolMode.Average, 3, 2, 1, null, true, false, -3), () => nn.AvgPool2d(3, 2, 1, true, false, -3)),
        ["average uncounted"] = (
            () => new(PoolMode.Average, (3, 2), (2, 3), (1, 1), ceil_mode: true, count_include_pad: false),
                () => nn.AvgPool2d((3, 2), (2, 3), (1, 1), true, false)),
        ["average counted"] = (() => new(PoolMode.Average, (3, 2), (2, 3), (1, 1), ceil_mode: true),
            () => nn.AvgPool2d((3, 2), (2, 3), (1, 1), true)),
    };

    [Theory]
    [MemberData(nameof(Pools))]
    public void ComputesTheSame(string name, Algorithm algorithm)
    {
        using var ours = Pairs[name].Ours();
        using var builtIn = Pairs[name].BuiltIn();
        ours.algorithm = algorithm;
        var input = Exact.Integers(1, 2, 3, 10, 9);
        Exact.Equal(builtIn.call(input), ours.call(input));
        Exact.Equal(builtIn.call(input[1]), ours.call(input[1]));
        if (builtIn is not MaxPool2d max)
        {
            var refused = Assert.Throws<InvalidOperationException>(() => ours.forward_with_indices(input));
            Assert.Contains("mode = Average", refused.Message);
            return;
        }
        var (values, indices) = ours.forward_with_indices(input);
        var (theirValues, theirIndices) = max.forward_with_indices(input);
        Exact.Equal(theirValues, values);
        Exact.Equal(theirIndices, indices);
    }
}
