using System.Globalization;
using Cnn.Reference.Comparison;
using Cnn.Reference.Networks;
using Cnn.Reference.Printing;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Reference.Models;

/// <summary>
/// Trains a network with libtorch's layers, and has ours take every step beside it: each begins from libtorch's weights and running
/// statistics, so that no step depends on what rounding did to those before it.
/// </summary>
/// <remarks>
/// Compared are the output, the loss and the running statistics of a run of its own, and the gradient of every parameter with both
/// networks deciding alike at every ReLU and every maximum (<see cref="ModelComparison"/>): what the optimizer is given. The bound is 8
/// times what rounding alone moves each of them in libtorch's network, up to that step: the same is done there twice more, with every
/// number between two layers, and every gradient, changed by up to 4 eps of itself; in the first step in float64 as well, which tells
/// what its own order of long sums does. What ours may do to a gradient is the bound of its layer alone (<see
/// cref="IsolatedComparison"/>), and is added where it is needed. The bound is no less than 4 eps of the largest number of a tensor: the
/// mean of thousands may happen to round alike. The loss is a mean of numbers that move at most as far as two outputs do, and one number
/// may happen to stay still: its own reach is no less than the outputs'.
/// </remarks>
internal static class IsolatedTraining
{
    /// <summary>What it is called in a table.</summary>
    public const string Name = "each step";

    private const double Times = 8, Noise = 4;
    private const double MostOfWide = 0.01; // of the output: what moves it by more is no rounding
    private const int Noises = 2;
    private const string Loss = "loss", Output = "output", NewBuffer = "new ";

    /// <summary>Trains, and compares every step.</summary>
    /// <param name="network">The network.</param>
    /// <param name="size">Height and width of its images.</param>
    /// <param name="seed">Where weights, images and masks come from.</param>
    /// <param name="twinOf">The two layers of each place.</param>
    /// <param name="advance">Is told each step that is done.</param>
    public static NetworkFinding Run(
        Network network, long size, int seed, Func<string, nn.Module<Tensor, Tensor>, Twin> twinOf, Action<string> advance)
    {
        using var scope = NewDisposeScope();
        using var model = TrainingPlan.Create(network, seed, ScalarType.Float32);
        var parameters = model.named_parameters().ToList();
        var buffers = model.named_buffers().ToList();
        using var optimizer = optim.SGD(parameters.Select(entry => entry.parameter), TrainingPlan.LearningRate);
        using var recorded = new RecordedModel(model);
        var models = new ModelPair(recorded, recorded, LayerPair.OfTwins(recorded, twinOf));
        var (reach, losses, worst, proven) = (new Dictionary<string, double>(), new List<double>(), new Worst(0, "", 0, []), 0);
        for (int step = 0; step < TrainingPlan.Steps; step++)
        {
            using var ofStep = NewDisposeScope();
            var (images, labels) = TrainingPlan.Draw(network, size, seed, step);
            var free = new ModelRunSettings { Seed = seed + step, SharesParameters = true };
            var whole = free with { Direction = output => GradientOfLoss(output, labels) };
            using var run = models.RunExpected(images, whole);
            if (run.Failure is { } failure) throw new ArgumentException(IsolatedComparison.FirstLine(failure), nameof(size), failure);
            var outputs = run.Calls.ToDictionary(call => (call.Recorder, call.Number), call => call.Output);
            whole = whole with { Held = (recorder, number) => outputs.GetValueOrDefault((recorder, number)) };
            var expected = Results(run, run);

            if (step == 0) Reach(settings => settings with { Wide = true });
            foreach (int noise in Enumerable.Range(1, Noises)) Reach(settings => settings with { Noise = Noise, NoiseSeed = seed + noise });
            reach[Loss] = Math.Max(reach.GetValueOrDefault(Loss), reach.GetValueOrDefault(Output));
            losses.Add(expected[Loss].item<double>());
            if (Times * reach[Loss] <= TrainingPlan.MostReach * Math.Abs(losses[^1])) proven++;

            using var actual = Take(models.RunActual, settings => settings);
            if (actual.Failure is { } thrown)
            {
                return new(
                    Name, false, "throws", $"Step {step + 1} of training: our layers throw: {IsolatedComparison.FirstLine(thrown)}.");
            }
            var compared = new List<Worst>();
            foreach (var (name, tensor) in expected)
            {
                var deviation = actual.Results.TryGetValue(name, out var found)
                    ? Deviation.Of(tensor, found)
                    : new(double.PositiveInfinity, []);
                double allowed = Math.Max(Times * reach.GetValueOrDefault(name), OwnRoundings(tensor));
                double ratio = deviation.Largest == 0 ? 0 : deviation.Largest / allowed;
                if (ratio > 1) ratio = deviation.Largest / (allowed + OfOwnSums(name));
                compared.Add(new(ratio, name, step, deviation.Index));
                if (!(ratio <= worst.Ratio)) worst = compared[^1];
            }
            if (!(worst.Ratio <= 1))
            {
                worst = AsComputed(compared).First(each => !(each.Ratio <= 1)); // what is computed of it is off as well, and may be by more
                break;
            }

            using (no_grad())
            {
                foreach (var (_, parameter) in parameters) parameter.grad = run.Gradients.GetValueOrDefault(parameter);
                foreach (var (_, buffer) in buffers) buffer.copy_(run.Buffers[buffer]);
            }
            optimizer.step();
            optimizer.zero_grad();
            advance($"step {step + 1} of training");

            // The bound of the gradient's own layer, where that is inside of it by itself.
            double OfOwnSums(string name)
            {
                var layer = models.Layers.FirstOrDefault(
                    each => !each.IsSame && name.StartsWith($"{Own(each)}.", StringComparison.Ordinal));
                if (layer is null) return 0;
                string what = LayerPass.GradientOf(name[(Own(layer).Length + 1)..]);
                var alone = new IsolatedComparison(layer.ExpectedLayer, layer.ActualLayer, seed);
                return run.Calls.Where(call => call.Recorder == layer.Expected)
                    .SelectMany(call => alone.Compare(call.Input, call.OutputGradient))
                    .Where(finding => finding.What == what && finding.Ratio is > 0 and <= 1)
                    .Sum(finding => Math.Abs(finding.Expected - finding.Actual) / finding.Ratio);
            }

            static string Own(LayerPair layer) => LayerPass.GradientOf(layer.Path);

            void Reach(Func<ModelRunSettings, ModelRunSettings> with)
            {
                using var other = Take(models.RunExpected, with);
                var moved = other.Results.ToDictionary(
                    result => result.Key, result => Deviation.Of(expected[result.Key], result.Value).Largest);
                if (!(moved.GetValueOrDefault(Output) <= MostOfWide * Deviation.Size(expected[Output]))) return; // other masks were drawn
                foreach (var (name, distance) in moved) reach[name] = Math.Max(reach.GetValueOrDefault(name), distance);
            }

            // A run of its own for what is computed forwards, and one that decides as libtorch's did for what comes back.
            TakenStep Take(Func<Tensor, ModelRunSettings, RecordedRun> by, Func<ModelRunSettings, ModelRunSettings> with)
            {
                RecordedRun forward = by(images, with(free)), back = by(images, with(whole));
                return new(forward, back, forward.Failure is null && back.Failure is null ? Results(forward, back) : []);
            }

            Dictionary<string, Tensor> Results(RecordedRun forward, RecordedRun back)
            {
                var results = new Dictionary<string, Tensor>
                {
                    [Output] = forward.Output!,
                    [Loss] = F.cross_entropy(forward.Output!.to(ScalarType.Float64), labels),
                };
                foreach (var (name, buffer) in buffers) results.Add(NewBuffer + name, forward.Buffers[buffer]);
                foreach (var (name, parameter) in parameters)
                    if (back.Gradients.TryGetValue(parameter, out var gradient)) results.Add(LayerPass.GradientOf(name), gradient);
                return results;
            }
        }
        return Found(worst, losses, proven, reach.Count);
    }

    // Forwards first, from the first layer to the last; then gradients, from the last to the first.
    private static IEnumerable<Worst> AsComputed(IReadOnlyList<Worst> compared)
    {
        var forwards = compared.Where(each => each.What.StartsWith(NewBuffer, StringComparison.Ordinal)).ToList();
        var ends = compared.Where(each => each.What is Output or Loss).ToList();
        return [.. forwards, .. ends, .. compared.Except(forwards).Except(ends).Reverse()];
    }

    private static NetworkFinding Found(Worst worst, List<double> losses, int proven, int compared)
    {
        string ratio = ModelReport.Ratio(worst.Ratio), at = worst.Index.Length > 0 ? $" [{string.Join(", ", worst.Index)}]" : "";
        string where = worst.What.Length == 0 ? "" : $" ({worst.What}{at}, step {worst.Step + 1})";
        if (!(worst.Ratio <= 1))
        {
            string how = double.IsFinite(worst.Ratio) ? $"{ratio} times what rounding explains" : "beyond any bound";
            return new(
                Name, false, ratio,
                $"Training, each step from libtorch's weights: in step {worst.Step + 1} of {TrainingPlan.Steps}, "
                + $"{worst.What}{at} is {how}.");
        }
        string rest = proven == TrainingPlan.Steps ? ""
            : $"; rounding alone takes the loss of {Figures.Count(TrainingPlan.Steps - proven, "step")} too far to prove anything";
        string way = string.Create(CultureInfo.InvariantCulture, $"{losses[0]:G6} to {losses[^1]:G6}");
        return new(
            Name, proven > 0, $"{ratio} ({proven})",
            $"Training, each of {TrainingPlan.Steps} steps from libtorch's weights: with our layers, loss ({way}), output, gradients and "
            + $"running statistics ({Figures.Count(compared, "tensor")} a step) are equal; "
            + $"largest error {ratio} of the bound{where}{rest}.");
    }

    private static double OwnRoundings(Tensor tensor) => tensor.is_floating_point()
        ? TensorComparison.Roundings * TensorComparison.EpsilonOf(tensor.dtype) * Deviation.Size(tensor)
        : 0;

    private static Tensor GradientOfLoss(Tensor output, Tensor labels)
    {
        using var grad = enable_grad();
        var leaf = output.detach().requires_grad_();
        F.cross_entropy(leaf, labels).backward();
        return leaf.grad!;
    }

    private sealed record Worst(double Ratio, string What, int Step, long[] Index);

    private sealed record TakenStep(RecordedRun Forward, RecordedRun Back, Dictionary<string, Tensor> Results) : IDisposable
    {
        public Exception? Failure => Forward.Failure ?? Back.Failure;

        public void Dispose()
        {
            Forward.Dispose();
            Back.Dispose();
        }
    }
}
