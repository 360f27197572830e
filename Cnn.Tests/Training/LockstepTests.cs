using Cnn.Layers;
using Cnn.Reference.Data;
using Cnn.Reference.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Cnn.Tests.Training;

[Collection(Alone.Name)] // initial weights are drawn from libtorch's random numbers, which belong to the process
public class LockstepTests
{
    private const string Words = "conv 4 3x2 pad 1 stride 1x2, relu, pool 3x2 stride 2x1, conv 6 2x3 pad 1x2 dilation 2x1 groups 2, avgpool 2 stride 1, flatten, fc 2";

    [Theory]
    [InlineData(nameof(Algorithm.Fast), nameof(OptimizerKind.Adam))]
    [InlineData(nameof(Algorithm.Literal), nameof(OptimizerKind.Sgd))]
    public void OurLayersStayWithLibtorchs(string algorithm, string optimizer)
    {
        random.manual_seed(5);
        var (plan, data) = (Plan(Words), Halves.Of(40));
        using var network = plan.Build(Enum.Parse<Algorithm>(algorithm));
        using var trainer = new Trainer(network, data, batch: 7, Enum.Parse<OptimizerKind>(optimizer), rate: 0.01, seed: 2);
        using var lockstep = new Lockstep(plan, network);
        var batches = trainer.Batches(1);
        foreach (int[] batch in batches) trainer.Step(batch, lockstep.Compare);
        Assert.Equal(batches.Count, lockstep.Steps);
        Assert.InRange(lockstep.WorstRatio, 1e-6, 0.5);
        Assert.Matches(@"^step \d, layer \d \("".*""\), (output|gradient of (input|weight|bias))$", lockstep.WorstAt);
    }

    /// <summary>Looking on changes nothing: the weights are those of a run without.</summary>
    [Fact]
    public void ComparingLeavesNoTrace()
    {
        var weights = new[] { false, true }.Select(compares =>
        {
            random.manual_seed(5);
            var plan = Plan(Words);
            using var network = plan.Build(Algorithm.Fast);
            using var trainer = new Trainer(network, Halves.Of(40), batch: 7, OptimizerKind.Adam, rate: 0.01, seed: 2);
            using var lockstep = new Lockstep(plan, network);
            foreach (int[] batch in trainer.Batches(1)) trainer.Step(batch, compares ? lockstep.Compare : null);
            return network.parameters().SelectMany(parameter => parameter.data<float>().ToArray()).ToArray();
        }).ToArray();
        Assert.Equal(weights[0], weights[1]);
    }

    /// <summary>A layer that is wrong in one number, by little, is named, with the step and the place.</summary>
    [Theory]
    [InlineData(Fault.Output, "step 1, layer 2 (\"conv 5 3x2\"), output [0, 4, 2, 1]: ")]
    [InlineData(Fault.InputGradient, "step 1, layer 2 (\"conv 5 3x2\"), gradient of input [")]
    [InlineData(Fault.WeightGradient, "step 1, layer 2 (\"conv 5 3x2\"), gradient of weight [4, 2, 2, 1]: ")]
    [InlineData(Fault.BiasGradient, "step 1, layer 2 (\"conv 5 3x2\"), gradient of bias [4]: ")]
    [InlineData(Fault.NotANumber, "step 1, layer 2 (\"conv 5 3x2\"), output [0, 0, 0, 0]: NaN is ours, ")]
    [InlineData(Fault.LaterStep, "step 2, layer 2 (\"conv 5 3x2\"), output [0, 4, 2, 1]: ")]
    public void AWrongLayerIsNamed(Fault fault, string sentence)
    {
        random.manual_seed(5);
        var plan = Plan("conv 3 2, conv 5 3x2, flatten, fc 2");
        using var network = Sequential(new Conv2D(1, 3, 2), new WrongConv2D(3, 5, (3, 2), fault), Flatten(), Linear(5 * 5 * 4, 2));
        using var trainer = new Trainer(network, Halves.Of(12), batch: 5, OptimizerKind.Sgd, rate: 0.01, seed: 2);
        using var lockstep = new Lockstep(plan, network);
        var exception = Assert.Throws<LockstepException>(() =>
        {
            foreach (int[] batch in trainer.Batches(1)) trainer.Step(batch, lockstep.Compare);
        });
        Assert.StartsWith(sentence, exception.Message, StringComparison.Ordinal);
        Assert.Contains("is ours, ", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Layers that do not add must have libtorch's bits.</summary>
    [Fact]
    public void APoolThatIsOffByOneBitIsNamed()
    {
        random.manual_seed(5);
        var plan = Plan("conv 3 2, pool 2, flatten, fc 2");
        using var network = Sequential(new Conv2D(1, 3, 2), new OneBitMore(), Flatten(), Linear(3 * 3 * 2, 2));
        using var trainer = new Trainer(network, Halves.Of(12), batch: 5, OptimizerKind.Sgd, rate: 0.01, seed: 2);
        using var lockstep = new Lockstep(plan, network);
        Assert.StartsWith(
            "step 1, layer 2 (\"pool 2\"), output [", Assert.Throws<LockstepException>(() => trainer.Step(trainer.Batches(1)[0],
            lockstep.Compare)).Message, StringComparison.Ordinal);
    }

    /// <summary>A run whose numbers have overflowed is no fault of the layers.</summary>
    [Fact]
    public void ARunThatDivergesIsNotAMismatch()
    {
        random.manual_seed(5);
        var plan = Plan("conv 4 3x2, avgpool 2, conv 3 2, flatten, fc 2");
        using var network = plan.Build(Algorithm.Fast);
        using var trainer = new Trainer(network, Halves.Of(40), batch: 7, OptimizerKind.Sgd, rate: 1e30, seed: 2);
        using var lockstep = new Lockstep(plan, network);
        double[] losses = [.. trainer.Batches(1).Select(batch => trainer.Step(batch, lockstep.Compare).LossSum)];
        Assert.True(losses.Any(loss => !double.IsFinite(loss)), string.Join(" ", losses));
    }

    /// <summary>Equal numbers in a long sum round in the same direction again and again, and each order of the sum in its own
    /// way.</summary>
    [Fact]
    public void LongSumsOfEqualNumbersAreNoMismatch()
    {
        random.manual_seed(5);
        var pixels = new byte[4 * 200 * 210];
        Array.Fill(pixels, (byte)77);
        var set = new ImageDataset(pixels, [0, 1, 0, 0], 1, 200, 210, ["a", "b"]);
        var plan = new NetworkPlan(LayerWords.Parse("conv 3 3, avgpool 198x208, flatten, fc 2"), new(1, 200, 210), classes: 2);
        using var network = plan.Build(Algorithm.Fast);
        using var trainer = new Trainer(network, new("flat", set, set, []), batch: 4, OptimizerKind.Sgd, rate: 0.01, seed: 2);
        using var lockstep = new Lockstep(plan, network);
        int threads = get_num_threads();
        set_num_threads(2); // libtorch shares such a sum among threads
        try
        {
            for (int step = 0; step < 5; step++) trainer.Step([0, 2, 3], lockstep.Compare); // one class: no gradient cancels another
        }
        finally
        {
            set_num_threads(threads);
        }
        Assert.True(lockstep.WorstRatio is > 1e-6 and <= 1, $"{lockstep.WorstRatio} {lockstep.WorstAt}");
    }

    /// <summary>A number where libtorch has none is wrong as well.</summary>
    [Fact]
    public void ANumberInPlaceOfNaNIsNamed()
    {
        random.manual_seed(5);
        var plan = Plan("conv 3 2, relu, flatten, fc 2");
        using var network = Sequential(new Conv2D(1, 3, 2), new NumbersOnly(), Flatten(), Linear(3 * 7 * 5, 2));
        using (no_grad()) network.parameters().First()[0] = float.NaN;
        using var trainer = new Trainer(network, Halves.Of(12), batch: 5, OptimizerKind.Sgd, rate: 0.01, seed: 2);
        using var lockstep = new Lockstep(plan, network);
        Assert.StartsWith(
            "step 1, layer 2 (\"relu\"), output [0, 0, 0, 0]: 0 is ours, NaN libtorch's",
            Assert.Throws<LockstepException>(() => trainer.Step([0, 1, 2], lockstep.Compare)).Message, StringComparison.Ordinal);
    }

    /// <summary>A layer that lets no gradient through is named, not passed over.</summary>
    [Fact]
    public void AMissingGradientIsNamed()
    {
        random.manual_seed(5);
        var plan = Plan("conv 3 2, relu, flatten, fc 2");
        using var network = Sequential(new Conv2D(1, 3, 2), new Cut(), Flatten(), Linear(3 * 7 * 5, 2));
        using var trainer = new Trainer(network, Halves.Of(12), batch: 5, OptimizerKind.Sgd, rate: 0.01, seed: 2);
        using var lockstep = new Lockstep(plan, network);
        Assert.StartsWith(
            "step 1, layer 1 (\"conv 3 2\"), output has no gradient",
            Assert.Throws<LockstepException>(() => trainer.Step([0, 1, 2], lockstep.Compare)).Message, StringComparison.Ordinal);
    }

    private static NetworkPlan Plan(string words) => new(LayerWords.Parse(words), new(1, 8, 6), classes: 2);

    public enum Fault
    {
        Output,
        InputGradient,
        WeightGradient,
        BiasGradient,
        NotANumber,
        LaterStep,
    }

    private sealed class WrongConv2D : Module<Tensor, Tensor>
    {
        private readonly Fault fault;
        private readonly Parameter weight, bias;
        private int calls;

        public WrongConv2D(long inputs, long outputs, (long, long) kernel, Fault fault) : base(nameof(WrongConv2D))
        {
            this.fault = fault;
            (weight, bias) = (new Parameter(rand(outputs, inputs, kernel.Item1, kernel.Item2) - 0.5), new Parameter(rand(outputs)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            calls++;
            var output = Functional.conv2d(
                Skewed(input, Fault.InputGradient), Skewed(weight, Fault.WeightGradient), Skewed(bias, Fault.BiasGradient));
            var more = zeros_like(output);
            if (fault == Fault.Output || (fault == Fault.LaterStep && calls == 2)) more[0, 4, 2, 1] = 0.001f * output.detach().abs().max();
            if (fault == Fault.NotANumber) more[0, 0, 0, 0] = float.NaN;
            return output + more;
        }

        // The same value; the last element's gradient is a hundredth larger.
        private Tensor Skewed(Tensor tensor, Fault which)
        {
            if (fault != which) return tensor;
            var factor = ones_like(tensor);
            factor.view(-1)[-1] = 1.01f;
            return tensor * factor - (tensor * (factor - 1)).detach();
        }
    }

    private sealed class OneBitMore() : Module<Tensor, Tensor>(nameof(OneBitMore))
    {
        public override Tensor forward(Tensor input) => functional.max_pool2d(input, 2) * (1 + MathF.Pow(2, -23));
    }

    private sealed class NumbersOnly() : Module<Tensor, Tensor>(nameof(NumbersOnly))
    {
        public override Tensor forward(Tensor input) => input.nan_to_num(0).relu();
    }

    private sealed class Cut() : Module<Tensor, Tensor>(nameof(Cut))
    {
        public override Tensor forward(Tensor input) => input.detach().relu();
    }
}
