using Cnn.Layers;
using Cnn.Reference.Comparison;
using Cnn.Reference.Printing;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>Puts our layers into a model and takes them out again: nothing has changed, but the layers of libtorch are new ones.</summary>
internal static class SwapAndBack
{
    private const string Name = "swap and back";

    /// <summary>Swaps, swaps back, and compares.</summary>
    public static NetworkFinding Run(nn.Module<Tensor, Tensor> model, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        bool training = model.training;
        model.eval(); // no running statistic moves, no mask is drawn
        var before = State(model);
        var values = before.Select(entry => entry.Tensor.clone()).ToList();
        var generator = get_rng_state();
        var output = model.forward(images);

        int there = model.UseCnnLayers().Replaced.Count;
        var swapped = Problem(model, "the swap", before, values);
        int back = model.UseTorchLayers().Replaced.Count;
        string? problem = swapped ?? Problem(model, "the swap and back", before, values)
            ?? (there != back ? $"{there} layers were swapped and {back} swapped back" : null)
            ?? (there == 0 ? "no layer was swapped" : null)
            ?? (get_rng_state().Equals(generator) ? null : "torch's generator has drawn")
            ?? (TensorComparison.Exact("output", output, model.forward(images)) is { Passed: false } differs
                ? $"the output is another one, {differs.FirstMismatch}"
                : null);
        model.train(training);
        return problem is null
            ? new(
                Name, true, $"{there}",
                $"Swap and back: {Figures.Count(there, "layer")}; state_dict, parameter objects, generator and output stay.")
            : new(Name, false, "changed", $"Swap and back: {problem}.");
    }

    private static string? Problem(nn.Module model, string after, List<(string Name, Tensor Tensor)> before, List<Tensor> values)
    {
        var now = State(model);
        if (!now.Select(entry => entry.Name).SequenceEqual(before.Select(entry => entry.Name)))
            return $"after {after} the state_dict has other names";
        for (int i = 0; i < now.Count; i++)
        {
            if (!ReferenceEquals(now[i].Tensor, before[i].Tensor)) return $"after {after} {now[i].Name} is another object";
            if (!TensorComparison.Exact(now[i].Name, values[i], now[i].Tensor).Passed)
                return $"after {after} {now[i].Name} has other values";
        }
        return null;
    }

    private static List<(string Name, Tensor Tensor)> State(nn.Module model) =>
        [.. model.state_dict().Select(entry => (entry.Key, entry.Value))];
}
