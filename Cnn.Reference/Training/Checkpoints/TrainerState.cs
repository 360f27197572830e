using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Reference.Training.Checkpoints;

/// <summary>A trainer's numbers under their names: weights, and what the optimizer remembers of each.</summary>
internal static class TrainerState
{
    // As PyTorch names them.
    private const string Step = ".step", Mean = ".exp_avg", MeanOfSquares = ".exp_avg_sq", Momentum = ".momentum_buffer";
    private const long MostSteps = 1L << 53;

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
            if (state is SGD.State sgd && saved.ContainsKey($"{prefix}.{name}{Momentum}"))
                sgd.momentum_buffer ??= zeros_like(parameter).DetachFromDisposeScope();
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

    /// <summary>What <see cref="Save"/> leaves of a network: name, type and shape.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="optimizer">What moves its weights.</param>
    /// <param name="prefix">What the names begin with.</param>
    /// <param name="begun">Whether there has been a step.</param>
    public static IEnumerable<(string Name, ScalarType Type, long[] Shape)> Tensors(
        NetworkPlan plan, OptimizerKind optimizer, string prefix, bool begun)
    {
        foreach (var (name, shape) in plan.Parameters)
        {
            yield return ($"{prefix}.{name}", ScalarType.Float32, shape);
            if (optimizer == OptimizerKind.Adam)
            {
                yield return ($"{prefix}.{name}{Step}", ScalarType.Int64, []);
                yield return ($"{prefix}.{name}{Mean}", ScalarType.Float32, shape);
                yield return ($"{prefix}.{name}{MeanOfSquares}", ScalarType.Float32, shape);
            }
            else if (begun)
            {
                yield return ($"{prefix}.{name}{Momentum}", ScalarType.Float32, shape);
            }
        }
    }

    /// <summary>Refuses numbers of steps that nobody can have made.</summary>
    /// <exception cref="InvalidDataException">There is one.</exception>
    public static void RequireSteps(IReadOnlyDictionary<string, Tensor> saved)
    {
        foreach (var (name, tensor) in saved)
            if (name.EndsWith(Step, StringComparison.Ordinal) && tensor.item<long>() is var steps && steps is < 0 or > MostSteps)
                throw Safetensors.FaultOf(name, $"counts {steps} steps");
    }

    private static IEnumerable<(string Name, Tensor Tensor, Action<long>? Set)> Each(Trainer trainer, string prefix)
    {
        foreach (var ((name, parameter), state) in trainer.Network.named_parameters().Zip(trainer.Optimizer.state_dict().State))
        {
            yield return ($"{prefix}.{name}", parameter, null);
            switch (state)
            {
                case Adam.State adam:
                    yield return ($"{prefix}.{name}{Step}", tensor(adam.step), step => adam.step = step);
                    yield return ($"{prefix}.{name}{Mean}", adam.exp_avg, null);
                    yield return ($"{prefix}.{name}{MeanOfSquares}", adam.exp_avg_sq, null);
                    break;
                case SGD.State { momentum_buffer: { } momentum }:
                    yield return ($"{prefix}.{name}{Momentum}", momentum, null);
                    break;
            }
        }
    }
}
