using System.Globalization;
using System.Runtime.InteropServices;
using Cnn.Reference.Comparison;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Cnn.Reference.Training;

/// <summary>
/// Holds every layer of a network against libtorch's own at every step: from the same weights, on what came in, with the
/// gradient that came back.
/// </summary>
/// <remarks>
/// Layer by layer, because rounding moves through a network: where a number lies next to zero, or two next to each other,
/// a ReLU or a maximum may decide otherwise, and whole gradients with it. Fed with the same numbers, two layers differ by
/// the order of their sums alone, and <see cref="RoundingBound"/> says how far. Differences are given in parts of what is likely; where
/// equal numbers are added, whose roundings are not independent, the certain bound decides, and differences are given in
/// parts of that. Layers that do not add, or in one order only, have libtorch's bits.
/// </remarks>
internal sealed class Lockstep : IDisposable
{
    private const double LossRoundings = 8;
    private const long Slice = 1 << 24;

    private readonly NetworkPlan plan;
    private readonly Layer[] ours, theirs, magnitudes;
    private readonly Sequential[] built;

    /// <summary>Will hold the layers of <paramref name="network"/>, which <paramref name="plan"/> describes, against libtorch's.</summary>
    public Lockstep(NetworkPlan plan, Sequential network)
    {
        this.plan = plan;
        built = [plan.BuildTwin(), plan.BuildTwin()];
        ours = Layer.Of(network);
        theirs = Layer.Of(built[0]);
        magnitudes = Layer.Of(built[1]);
    }

    /// <summary>Steps compared.</summary>
    public int Steps { get; private set; }

    /// <summary>The largest difference so far, in parts of what is allowed.</summary>
    public double WorstRatio { get; private set; }

    /// <summary>Where it was.</summary>
    public string WorstAt { get; private set; } = "";

    /// <summary>Begins to count anew.</summary>
    public void Begin() => (Steps, WorstRatio, WorstAt) = (0, 0, "");

    /// <summary>Compares one step: the loss, every layer's output, every gradient.</summary>
    /// <exception cref="LockstepException">A number lies outside of the bound.</exception>
    public void Compare(RecordedStep step)
    {
        Steps++;
        using var scope = NewDisposeScope();
        for (int at = 0; at < ours.Length; at++)
        {
            using var ofLayer = NewDisposeScope();
            var input = at == 0 ? step.Images : step.Outputs[at - 1];
            CompareLayer(
                at, input.detach(), at > 0 ? input.grad : null, step.Outputs[at].detach(), GradientOf(step.Outputs[at], at),
                step.Labels, step.Loss.detach());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var network in built) network.Dispose();
    }

    // None before the first layer that learns.
    private Tensor? GradientOf(Tensor output, int at)
    {
        if (output.grad is { } gradient) return gradient;
        return ours.Take(at + 1).All(layer => layer.Weights.Count == 0)
            ? null
            : throw new LockstepException($"{Place(at, "output")} has no gradient: a later layer lets none through");
    }

    private string Place(int at, string what) => $"step {Steps}, layer {at + 1} (\"{plan.Layers[at].Spec.Words}\"), {what}";

    private void CompareLayer(
        int at, Tensor input, Tensor? inputGradient, Tensor output, Tensor? outputGradient, Tensor labels, Tensor loss)
    {
        var (spec, features) = (plan.Layers[at].Spec, plan.Layers[at].Input);
        var their = theirs[at].Run(ours[at].Weights, input, outputGradient);
        // The same sums over magnitudes: |x| |w|.
        var (terms, gradientTerms) = spec.Terms(features) ?? (0, 0);
        LayerResults? magnitude = terms == 0 ? null
            : magnitudes[at].Run(ours[at].Weights.Select(weight => weight.abs()), input.abs(), outputGradient?.abs());
        // Every weight is used once for each output that a filter, or a fully connected output, leaves in the batch.
        double weightTerms = (double)output.numel() / plan.Layers[at].Output.C;

        double outputBound = Check("output", their.Output, output, magnitude?.Output, terms);
        if (inputGradient is not null)
            Check("gradient of input", their.InputGradient!, inputGradient, magnitude?.InputGradient, gradientTerms);
        for (int i = 0; i < ours[at].Weights.Count; i++)
        {
            string what = $"gradient of {ours[at].Names[i]}";
            var gradient = ours[at].Weights[i].grad ?? throw new LockstepException($"{Place(at, what)} is missing");
            Check(what, their.WeightGradients[i], gradient, magnitude?.WeightGradients[i], weightTerms);
        }
        if (at < ours.Length - 1) return;

        // An image's loss moves by at most twice what its scores move by: softmax and label both sum to 1.
        double ourLoss = loss.item<float>(), theirLoss = F.cross_entropy(their.Output, labels).item<float>();
        double lossBound = 2 * outputBound
            + LossRoundings * TensorComparison.EpsilonOf(loss.dtype) * Math.Min(Math.Abs(ourLoss), Math.Abs(theirLoss));
        if (Math.Abs(ourLoss - theirLoss) > lossBound || double.IsNaN(ourLoss) != double.IsNaN(theirLoss))
            throw Outside($"step {Steps}, loss", ourLoss, theirLoss, lossBound);

        // Returns the most that was allowed.
        double Check(string what, Tensor expected, Tensor actual, Tensor? magnitude, double terms)
        {
            string place = Place(at, what);
            if (!expected.shape.SequenceEqual(actual.shape) || expected.dtype != actual.dtype)
                throw new LockstepException(
                    $"{place}: ours is {actual.dtype} ({string.Join(", ", actual.shape)}), libtorch's {expected.dtype} " +
                    $"({string.Join(", ", expected.shape)})");
            double roundings = RoundingBound.Certain(terms);
            double factor = roundings * TensorComparison.EpsilonOf(expected.dtype), most = 0;
            double floor = roundings * float.Epsilon; // what numbers next to zero lose
            for (long start = 0; start < actual.numel(); start += Slice)
            {
                ReadOnlySpan<float> theirs = Values(expected, start), mine = Values(actual, start);
                var sizes = magnitude is null ? default : Values(magnitude, start);
                if (sizes.IsEmpty && theirs.SequenceEqual(mine)) continue;
                for (int i = 0; i < theirs.Length; i++)
                {
                    double allowed = sizes.IsEmpty ? 0 : factor * sizes[i] + floor;
                    most = Math.Max(most, allowed);
                    if (theirs[i] == mine[i] || (float.IsNaN(theirs[i]) && float.IsNaN(mine[i]))
                        || double.IsPositiveInfinity(allowed)) continue;
                    double part = Math.Abs((double)theirs[i] - mine[i]) / allowed;
                    if (!(part <= 1))
                        throw Outside(
                            $"{place} [{string.Join(", ", TensorComparison.IndexOf(start + i, actual.shape))}]", mine[i],
                            theirs[i], allowed);
                    double ratio = RoundingBound.Ratio(part, terms);
                    if (ratio > WorstRatio) (WorstRatio, WorstAt) = (ratio, place);
                }
            }
            return most;
        }
    }

    private static LockstepException Outside(string place, double ours, double theirs, double allowed) =>
        new(string.Create(CultureInfo.InvariantCulture,
            $"{place}: {(float)ours} is ours, {(float)theirs} libtorch's, and they may differ by {(float)allowed}"));

    // Numbers from a place on, in the order of the shape: a span of bytes ends at 2^31. A copy, if it takes one, lives as long as the
    // scope.
    private static ReadOnlySpan<float> Values(Tensor tensor, long start) =>
        MemoryMarshal.Cast<byte, float>(tensor.contiguous().view(-1).narrow(0, start, Math.Min(Slice, tensor.numel() - start)).bytes);

    /// <summary>One layer of a network, with its weights.</summary>
    private sealed record Layer(nn.Module<Tensor, Tensor> Module, IReadOnlyList<string> Names, IReadOnlyList<Parameter> Weights)
    {
        public static Layer[] Of(Sequential network) =>
        [
            .. network.named_children().Select(child => new Layer(
                (nn.Module<Tensor, Tensor>)child.module,
                [.. child.module.named_parameters().Select(parameter => parameter.name)],
                [.. child.module.named_parameters().Select(parameter => parameter.parameter)])),
        ];

        /// <summary>Forward and, where a gradient comes back, backward, with these weights.</summary>
        public LayerResults Run(IEnumerable<Tensor> weights, Tensor input, Tensor? outputGradient)
        {
            using (no_grad())
                foreach (var (mine, given) in Weights.Zip(weights)) mine.copy_(given);
            var leaf = input.detach().requires_grad_();
            var output = Module.forward(leaf);
            if (outputGradient is null) return new(output.detach(), null, []);
            var gradients = autograd.grad([output], [leaf, .. Weights], [outputGradient]);
            return new(output.detach(), gradients[0], [.. gradients.Skip(1)]);
        }
    }

    /// <summary>What a layer makes of its input and of the gradient that comes back.</summary>
    private sealed record LayerResults(Tensor Output, Tensor? InputGradient, Tensor[] WeightGradients);
}

/// <summary>A layer of ours has left libtorch's by more than rounding can: the sentence says where.</summary>
internal sealed class LockstepException(string sentence) : Exception(sentence);
