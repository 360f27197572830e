using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Checking.Levels;

namespace Cnn.Reference.KernelChecking;

/// <summary>Carries trials out, in this process.</summary>
internal sealed class KernelBench(Kernel kernel)
{
    private readonly KernelLayer layer = new(kernel);

    /// <summary>Puts a problem to the levels, up to the first that fails.</summary>
    public TrialResult Run(Trial trial)
    {
        var results = new CheckResults();
        Finding? first = null;
        // What libtorch gave forward, beside gradients of the kernel's, is libtorch's.
        bool forward = kernel.Kind != KernelKind.Conv2dGradients;
        var checker = new Checker([], [layer], finding =>
        {
            if (!finding.Comparison.Passed) first ??= finding;
            return forward || finding.Comparison.Name != "output";
        });
        var @case = CaseWords.Parse(trial.Line);
        var limits = new Limits(forward ? 0 : 1);
        foreach (var level in KernelLevels.Create(trial.NonFinite, trial.Exact || kernel.Kind.Layer() != LayerKind.Conv))
        {
            layer.Forget();
            if (trial.Operands is null) results.Add(checker.Run(level, @case, limits));
            else if (level.Parts.Contains(trial.Part!))
            {
                using var scope = TorchSharp.torch.NewDisposeScope();
                using var problem = trial.Operands.ToProblem(@case);
                results.Add(checker.Run((IProblemLevel)level, level.Name, trial.Part!, problem, limits));
            }
            if (results.Failures.Count > 0) return new(results, Failure(results.Failures[0], first));
            if (results.NotCompared.Count > 0) break; // there will not be more memory at the next
        }
        return new(results, null);
    }

    private TrialFailure Failure(Failure failure, Finding? first)
    {
        NamedNumbers[] yours = [.. layer.Last.Select(each => new NamedNumbers(each.Name, each.Numbers))];
        var fault = first is null ? layer.Fault : null;
        return fault is null
            ? new(FaultKind.WrongNumber, failure.Part, failure.Sentence, first?.Comparison.Name, first?.Comparison.FirstIndex, yours)
            : new(fault.Kind, failure.Part, failure.Sentence, fault.Tensor, fault.Index, yours);
    }
}
