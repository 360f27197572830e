using Cnn.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Lesson;

/// <summary>The figures that public copies of the exercise print, and the whole arrays behind them.</summary>
public class PublishedTests
{
    public static TheoryData<string> Cases =>
    [
        "zero_pad", "conv_single_step", "conv_forward", "conv_backward",
        "pool_forward-max", "pool_forward-average", "create_mask_from_window", "distribute_value",
        "pool_backward-max", "pool_backward-average",
    ];

    [Theory, MemberData(nameof(Cases))]
    public void WholeArraysAgree(string name)
    {
        using var scope = NewDisposeScope();
        var published = new PublishedCase(name);
        var computed = Compute(name, published);
        Assert.Equal(published.Outputs.Order(), computed.Keys.Order());
        foreach (var (output, actual) in computed)
        {
            var expected = published.Output(output);
            Assert.Equal(expected.shape, actual.shape);
            Assert.Equal(expected.dtype, actual.dtype);
            foreach (var (e, a) in Tensors.Values(expected).Zip(Tensors.Values(actual)))
                Assert.True(Math.Abs(a - e) <= 1e-9 * Math.Abs(e), $"{output}: {a:R} should be {e:R}");
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void EveryPrintedFigureComesOut(string name)
    {
        using var scope = NewDisposeScope();
        var published = new PublishedCase(name);
        var computed = Compute(name, published);
        Assert.NotEmpty(published.Figures);
        foreach (var figure in published.Figures)
        {
            var array = figure.Of.Split('.') is ["outputs", var output] ? computed[output] : published.Input(figure.Of.Split('.')[1]);
            figure.AssertPrints(figure.Part(array));
        }
    }

    [Theory]
    [InlineData(1.45243777753881, "g12", "1.45243777754")]
    [InlineData(-6.7439236, "fixed8", "-6.7439236")]
    [InlineData(0, "fixed8", "0.")]
    [InlineData(-0.000015, "sci8", "-1.50000000e-05")]
    [InlineData(-6.99908999, "cut7", "-6.9990899")]
    [InlineData(-6.999089459, "cut8", "-6.99908945")]
    [InlineData(7, "exact", "7")]
    public void StylesPrintAsTheReadmeSays(double value, string style, string expected) =>
        Assert.Equal(expected, PublishedFigure.Print(value, style));

    private static Dictionary<string, Tensor> Compute(string name, PublishedCase published)
    {
        HParameters Convolution() => new(published.Hyperparameter("stride"), published.Hyperparameter("pad"));
        HParameters Pooling() => new(published.Hyperparameter("stride"), f: published.Hyperparameter("f"));
        var mode = name.EndsWith("average") ? PoolMode.Average : PoolMode.Max;
        Tensor Input(string input) => published.Input(input);

        switch (name.Split('-')[0])
        {
            case "zero_pad":
                return new() { ["x_pad"] = StepByStep.ZeroPad(Input("x"), published.Hyperparameter("pad")) };
            case "conv_single_step":
                return new() { ["Z"] = StepByStep.ConvSingleStep(Input("a_slice_prev"), Input("W"), Input("b")) };
            case "conv_forward":
                return new() { ["Z"] = StepByStep.ConvForward(Input("A_prev"), Input("W"), Input("b"), Convolution()).Z };
            case "conv_backward":
                var cache = new ConvCache(Input("A_prev"), Input("W"), Input("b"), Convolution());
                var (dA_prev, dW, db) = StepByStep.ConvBackward(Input("dZ"), cache);
                return new() { ["dA_prev"] = dA_prev, ["dW"] = dW, ["db"] = db };
            case "pool_forward":
                return new() { ["A"] = StepByStep.PoolForward(Input("A_prev"), Pooling(), mode).A };
            case "create_mask_from_window":
                return new() { ["mask"] = StepByStep.CreateMaskFromWindow(Input("x")) };
            case "distribute_value":
                return new() { ["a"] = StepByStep.DistributeValue(Tensors.Values(Input("dz"))[0], (2, 2)) };
            case "pool_backward":
                var poolCache = new PoolCache(Input("A_prev"), Pooling(), mode);
                return new() { ["dA_prev"] = StepByStep.PoolBackward(Input("dA"), poolCache, mode) };
            default:
                throw new ArgumentException($"name is {name}; no function of the exercise is called that.", nameof(name));
        }
    }
}
