using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Reference.Training.Checkpoints;

/// <summary>A trainer's numbers under their names: weights, and what the optimizer remembers of each.</summary>
internal static class TrainerState
{
    /// <summary>The numbers, under names that begin with <paramref name="prefix"/>: not copies, but handles of the caller's.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Save(Trainer trainer, string prefix)
    {
        foreach (var (name, tensor, _) in Each(trainer, prefix)) yield return (name, tensor.detach());
    }

    /// <summary>Gives a trainer the numbers of another.</summary>
    public static void Load(Trainer trainer, string prefix, IReadOnlyDictionary<string, Tensor> saved)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        // Momentum comes into being with the first step.
        foreach (var ((name, parameter), state) in trainer.Network.named_parameters().Zip(trainer.Optimizer.state_dict().State))
            if (state is SGD.State sgd && saved.ContainsKey($"{prefix}.{name}.momentum_buffer")) sgd.momentum_buffer ??= zeros_like(parameter).DetachFromDisposeScope();
        foreach (var (name, tensor, set) in Each(trainer, prefix))
        {
            var value = saved[name];
            if (set is null) tensor.copy_(value);
            else set(value.item<long>());
        }
    }

    /// <summary>Gives a network the weights of another.</summary>
    public static void LoadWeights(Sequential network, string prefix, IReadOnlyDictionary<string, Tensor> saved)
    {
        using var noGradients = no_grad();
        foreach (var (name, parameter) in network.named_parameters()) parameter.copy_(saved[$"{prefix}.{name}"]);
    }

    private static IEnumerable<(string Name, Tensor Tensor, Action<long>? Set)> Each(Trainer trainer, string prefix)
    {
        foreach (var ((name, parameter), state) in trainer.Network.named_parameters().Zip(trainer.Optimizer.state_dict().State))
        {
            yield return ($"{prefix}.{name}", parameter, null);
            switch (state)
            {
                case Adam.State adam:
                    yield return ($"{prefix}.{name}.step", tensor(adam.step), step => adam.step = step);
                    yield return ($"{prefix}.{name}.exp_avg", adam.exp_avg, null);
                    yield return ($"{prefix}.{name}.exp_avg_sq", adam.exp_avg_sq, null);
                    break;
                case SGD.State { momentum_buffer: { } momentum }:
                    yield return ($"{prefix}.{name}.momentum_buffer", momentum, null);
                    break;
            }
        }
    }
}
