using Cnn.Layers.Swapping;
using Cnn.Reference;
using Cnn.Reference.Models;
using Cnn.Reference.Networks;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Cnn.Tests.Models;

/// <summary>A check changes nothing: not the model, not its tensors, not torch's generator; also where it ends in an exception.</summary>
[Collection(Alone.Name)] // reads torch's generator
public class ModelIsLeftAsItWasTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ByTheComparisonWithItsTwins(bool training) =>
        Unchanged(training, (model, input) => ModelCheck.Swapped(model, input).ThrowIfFailed());

    [Fact]
    public void ByTheComparisonWithAnotherModel() => Unchanged(true, (model, input) =>
    {
        using var other = NetworkTable.Find("rectangular")!.Create(seed: 8);
        Assert.False(ModelCheck.Same(model, other, input).Passed);
        Assert.False(ModelCheck.Same(other, model, input).Passed);
    });

    [Fact]
    public void ByATwinThatThrows() => Unchanged(true, (model, input) =>
    {
        var report = Column(model, input, _ => new FunctionLayer(_ => throw new InvalidOperationException("planted")));
        Assert.Equal("column", report.FirstDifference!.Path);
        Assert.Contains("planted", report.ToString());
    });

    [Fact]
    public void ByATwinThatThrowsOnTheWayBack() => Unchanged(true, (model, input) =>
    {
        var report = Column(model, input, layer => new TamperedLayer(layer, after: y => y.detach()));
        Assert.False(report.Passed);
        Assert.Equal("column", report.FirstDifference!.Path);
    });

    [Fact]
    public void ByAnInputThatDoesNotFit() => Unchanged(true, (model, _) =>
    {
        var refusal = Assert.Throws<ArgumentException>(() => ModelCheck.Swapped(model, zeros(2, 5, 24, 24)));
        Assert.StartsWith("input has shape (2, 5, 24, 24): the model throws on it:", refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
    });

    [Fact]
    public void ByTwinsThatCannotBeMade() => Unchanged(true, (model, input) =>
        Assert.Throws<InvalidOperationException>(
            () => ModelCheck.Swapped(model, input, (_, _) => throw new InvalidOperationException("planted"), null)));

    private static ModelReport Column(
        nn.Module<Tensor, Tensor> model, Tensor input, Func<nn.Module<Tensor, Tensor>, nn.Module<Tensor, Tensor>> twin) =>
        ModelCheck.Swapped(model, input, (path, layer) => new(layer, path == "column" ? twin(layer) : layer), null);

    private static void Unchanged(bool training, Action<nn.Module<Tensor, Tensor>, Tensor> check)
    {
        using var scope = NewDisposeScope();
        using var model = NetworkTable.Find("rectangular")!.Create();
        var input = rand(2, 1, 25, 28);
        using var optimizer = optim.SGD(model.parameters(), learningRate: 0.01, momentum: 0.9);
        model.forward(input).sum().backward();
        optimizer.step(); // gradients, running statistics and an optimizer are there
        model.train(training);
        int hooked = 0;
        ((nn.Module<Tensor, Tensor>)model.named_children().First().module).register_forward_hook((_, _, y) => { hooked++; return y; });

        var places = Places(model);
        var modules = model.named_modules().Select(pair => (pair.name, pair.module, pair.module.training)).ToList();
        var parameters = (
            from pair in model.named_parameters()
            let own = pair.parameter
            select (pair.name, parameter: own, Value: own.detach().clone(), Gradient: own.grad!.clone(), own.requires_grad)).ToList();
        var buffers = model.named_buffers().Select(pair => (pair.name, pair.buffer, Value: pair.buffer.clone())).ToList();
        var copy = input.clone();
        manual_seed(11);
        var next = rand(3);
        manual_seed(11);
        check(model, input);
        Exact.Equal(next, rand(3), "torch's generator");

        Exact.Equal(copy, input);
        Assert.Null(input.grad);
        Assert.False(input.requires_grad);
        Assert.Equal(places, Places(model));
        Assert.Equal(modules, model.named_modules().Select(pair => (pair.name, pair.module, pair.module.training)));
        var parametersNow = model.named_parameters().ToList();
        Assert.Equal(parameters.Select(one => one.name), parametersNow.Select(one => one.name));
        foreach (var (before, now) in parameters.Zip(parametersNow))
        {
            Assert.Same(before.parameter, now.parameter);
            Exact.Equal(before.Value, now.parameter, before.name);
            Exact.Equal(before.Gradient, now.parameter.grad, $"gradient of {before.name}");
            Assert.Equal(before.requires_grad, now.parameter.requires_grad);
        }
        foreach (var (before, now) in buffers.Zip(model.named_buffers()))
        {
            Assert.Same(before.buffer, now.buffer);
            Exact.Equal(before.Value, now.buffer, before.name);
        }
        int hookedBefore = hooked;
        model.forward(input).sum().backward();
        Assert.Equal(hookedBefore + 1, hooked);
        optimizer.step();
    }

    private static List<(string Where, object? Held)> Places(nn.Module model) =>
        [.. ModulePlaces.Find(model).SelectMany(placed => placed.Places).Select(place => (place.Where, place.Read()))];
}
