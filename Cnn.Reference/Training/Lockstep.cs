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
/// the order of their sums alone. A sum of n products then is off by at most about lambda sqrt(n) u sum |x||w|, u half an
/// eps, all but certainly (N. J. Higham and T. Mary, A New Approach to Probabilistic Rounding Error Analysis, SIAM J. Sci.
/// Comput. 41 (2019), A2815: false with a probability of some 2 n exp(-lambda^2 / 2)); two such sums differ by at most
/// twice that. Layers that do not add, or in one order only, have libtorch's bits.
/// </remarks>
internal sealed class Lockstep : IDisposable
{
    private const double Lambda = 8, LossRoundings = 8;

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
            CompareLayer(at, input.detach(), at > 0 ? input.grad : null, step.Outputs[at].detach(), step.Outputs[at].grad, step.Labels, step.Loss.detach());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var network in built) network.Dispose();
    }

    private void CompareLayer(int at, Tensor input, Tensor? inputGradient, Tensor output, Tensor? outputGradient, Tensor labels, Tensor loss)
    {
        var (spec, features) = (plan.Layers[at].Spec, plan.Layers[at].Input);
        var their = theirs[at].Run(ours[at].Weights, input, outputGradient);
        // The same sums over magnitudes: |x| |w|.
        var (terms, gradientTerms) = spec.Terms(features) ?? (0, 0);
        LayerResults? magnitude = terms == 0 ? null : magnitudes[at].Run(ours[at].Weights.Select(weight => weight.abs()), input.abs(), outputGradient?.abs());
        // Every weight is used once for each output that a filter, or a fully connected output, leaves in the batch.
        double weightTerms = (double)output.numel() / plan.Layers[at].Output.C;

        double outputBound = Check("output", their.Output, output, magnitude?.Output, terms);
        if (inputGradient is not null) Check("gradient of input", their.InputGradient!, inputGradient, magnitude?.InputGradient, gradientTerms);
        for (int i = 0; i < ours[at].Weights.Count; i++)
            Check($"gradient of {ours[at].Names[i]}", their.WeightGradients[i], ours[at].Weights[i].grad!, magnitude?.WeightGradients[i], weightTerms);
        if (at < ours.Length - 1) return;

        // An image's loss moves by at most twice what its scores move by: softmax and label both sum to 1.
        double ourLoss = loss.item<float>(), theirLoss = F.cross_entropy(their.Output, labels).item<float>();
        double lossBound = 2 * outputBound + LossRoundings * TensorComparison.EpsilonOf(loss.dtype) * Math.Abs(ourLoss);
        if (Math.Abs(ourLoss - theirLoss) > lossBound || double.IsNaN(ourLoss) != double.IsNaN(theirLoss)) throw Outside($"step {Steps}, loss", ourLoss, theirLoss, lossBound);

        // Returns the most that was allowed.
        double Check(string what, Tensor expected, Tensor actual, Tensor? magnitude, double terms)
        {
            string place = $"step {Steps}, layer {at + 1} (\"{spec.Words}\"), {what}";
            if (!expected.shape.SequenceEqual(actual.shape) || expected.dtype != actual.dtype)
                throw new LockstepException($"{place}: ours is {actual.dtype} ({string.Join(", ", actual.shape)}), libtorch's {expected.dtype} ({string.Join(", ", expected.shape)})");
            ReadOnlySpan<float> theirs = Values(expected), mine = Values(actual), sizes = magnitude is null ? default : Values(magnitude);
            if (sizes.IsEmpty && theirs.SequenceEqual(mine)) return 0;
            float factor = (float)(Lambda * Math.Sqrt(terms) * TensorComparison.EpsilonOf(expected.dtype)), most = 0;
            float floor = (float)terms * float.Epsilon; // what numbers next to zero lose
            for (int i = 0; i < theirs.Length; i++)
            {
                float allowed = sizes.IsEmpty ? 0 : factor * sizes[i] + floor;
                most = MathF.Max(most, allowed);
                // Where a magnitude has overflowed, no difference is too large.
                if (theirs[i] == mine[i] || (float.IsNaN(theirs[i]) && float.IsNaN(mine[i])) || !(allowed < float.PositiveInfinity)) continue;
                float ratio = MathF.Abs(theirs[i] - mine[i]) / allowed;
                if (!(ratio <= 1)) throw Outside($"{place} [{string.Join(", ", IndexOf(i, actual.shape))}]", mine[i], theirs[i], allowed);
                if (ratio > WorstRatio) (WorstRatio, WorstAt) = (ratio, place);
            }
            return most;
        }
    }

    private static LockstepException Outside(string place, double ours, double theirs, double allowed) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{place}: {(float)ours} is ours, {(float)theirs} libtorch's, and they may differ by {(float)allowed}"));

    // In the order of the shape.
    private static ReadOnlySpan<float> Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.contiguous().bytes);

    private static long[] IndexOf(long flat, long[] shape)
    {
        var index = new long[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--) (flat, index[axis]) = Math.DivRem(flat, shape[axis]);
        return index;
    }

    /// <summary>One layer of a network, with its weights.</summary>
    private sealed record Layer(nn.Module<Tensor, Tensor> Module, IReadOnlyList<string> Names, IReadOnlyList<Parameter> Weights)
    {
        public static Layer[] Of(Sequential network) =>
        [
            .. network.named_children().Select(child => new Layer(
                (nn.Module<Tensor, Tensor>)child.module,
                [.. child.module.named_parameters().Select(parameter => parameter.name)], [.. child.module.named_parameters().Select(parameter => parameter.parameter)])),
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
