using System.Globalization;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Comparison;
using Cnn.Reference.Oracle;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>
/// What a kernel does beside its sums. It is called twice on the same small integers, with another call between, and with other
/// numbers in the memory that it may take: both calls must give the same, and the first result must stay as it was.
/// </summary>
internal sealed class ContractLevel : Level, IProblemLevel
{
    /// <summary>The level's name, and that of its part.</summary>
    public const string LevelName = "contract";

    private const int Repeats = 32; // of threads that race, some calls win

    /// <inheritdoc/>
    public override string Name => LevelName;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Parts { get; } = [LevelName];

    /// <inheritdoc/>
    public override bool NeedsLibtorch => false;

    /// <inheritdoc/>
    public Numbers NumbersOf(string part) => Numbers.Exact;

    /// <inheritdoc/>
    public override IEnumerable<Finding> Run(Case @case, IReadOnlyList<ILayer> layers, Limits limits)
    {
        using var problem = new Problem(@case, Numbers.Exact);
        return Run(problem, Name, layers, limits).ToList();
    }

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(Problem problem, string part, IReadOnlyList<ILayer> layers, Limits limits)
    {
        foreach (var layer in layers.Cast<KernelLayer>())
        {
            using var scope = NewDisposeScope();
            using var silent = no_grad();
            var @case = problem.Case;
            Tensor?[] operands = OperandsOf(layer.Kernel.Kind, problem);
            Step.Enter(layer.Name, LevelName, order: 0);
            Tensor?[] first = layer.Call(@case, operands, fill: 0), kept = Clones(first);
            CallBetween(layer, @case);
            foreach (var (name, result, before) in layer.Kernel.Kind.Results().Zip(first, kept))
                if (GuardedCall.FirstDifference(before, result) is { } changed)
                    throw layer.Accuse(KernelFault.At(
                        FaultKind.SharedResult, name, changed,
                        element => $"gives the same memory out again: a later call changed {element}"));
            Step.Enter(layer.Name, LevelName, order: 0);
            Tensor?[] second = layer.Call(@case, operands, fill: 1);
            for (int i = 0; i < first.Length; i++)
                if (first[i] is { } earlier && second[i] is { } newer && GuardedCall.Overlap(earlier, newer))
                    throw layer.Accuse(new(FaultKind.SharedResult, "gives the same memory out again: the results of two calls share it"));
            Tensor?[] third = layer.Call(@case, operands); // a call that follows another of its own
            for (int i = 0; i < kept.Length; i++)
            {
                string name = layer.Kernel.Kind.Results()[i];
                if (kept[i] is not { } one || second[i] is not { } other || third[i] is not { } last) continue;
                if (GuardedCall.FirstDifference(one, other) is { } index)
                    throw layer.Accuse(Explain(layer, problem, name, index, one, other));
                if (GuardedCall.FirstDifference(one, last) is { } later) throw layer.Accuse(NotRepeatable(name, later));
                yield return new(LevelName, layer.Name, TensorComparison.Exact(name, one, other));
            }
            Step.Leave();
        }
    }

    /// <summary>A kernel's operands, of a problem.</summary>
    public static Tensor?[] OperandsOf(KernelKind kind, Problem problem)
    {
        if (kind == KernelKind.Conv2d) return [problem.Input, problem.Weight, problem.Bias];
        if (kind != KernelKind.Conv2dGradients) return [problem.Input];
        return [problem.Direction("output", OutputOf(problem.Case)), problem.Input, problem.Weight];
    }

    /// <summary>A tensor in the shape of a case's output.</summary>
    public static Tensor OutputOf(Case @case)
    {
        long[] shape = KernelKinds.OutputShape(@case);
        return zeros(@case.Layout == Layout.Unbatched ? shape[1..] : shape, @case.DType);
    }

    // Other sizes, other numbers: what a kernel keeps from call to call is not the same afterwards.
    private static void CallBetween(KernelLayer layer, Case @case)
    {
        using var other = new Problem(@case with { H = @case.H + 1, W = @case.W + 2, Seed = @case.Seed + 1 }, Numbers.Exact);
        try
        {
            layer.Call(other.Case, OperandsOf(layer.Kernel.Kind, other), fill: 0); // where what is out of bounds ends no process
        }
        catch (KernelFault)
        {
            layer.Forget(); // another problem's fault
        }
    }

    private static KernelFault Explain(KernelLayer layer, Problem problem, string name, long[] index, Tensor one, Tensor other)
    {
        var kernel = layer.Kernel;
        Tensor?[] operands = OperandsOf(kernel.Kind, problem);
        int at = Array.IndexOf(kernel.Kind.Results(), name);
        var added = WhatIsAdded(layer, problem.Case, operands, at);
        if (added is var (sum, where) && sum != 0)
            return KernelFault.At(
                FaultKind.Accumulates, name, where,
                element => string.Create(
                    CultureInfo.InvariantCulture,
                    $"adds to what its result held before: {element} is {sum} + ({kernel.FillOf(1)}), and {sum} over zeros"));
        if (FirstThatWasWritten(kernel, one, other) is not { } written)
            return KernelFault.At(
                FaultKind.Unwritten, name, index,
                element => $"leaves {element} unwritten{(added is null ? "" : ", or adds 0 to it")}: it holds what memory held before");
        index = written;
        // The same memory again: if it still differs, memory is not the reason.
        var again = layer.Call(problem.Case, operands, fill: 0)[at]!;
        bool repeats = Enumerable.Range(0, Repeats).All(
            _ => GuardedCall.FirstDifference(again, layer.Call(problem.Case, operands, fill: 0)[at]!) is null);
        return repeats
            ? KernelFault.At(
                FaultKind.OldMemory, name, index,
                element => $"reads memory that it has not written: {element} depends on what that held, or on earlier calls")
            : NotRepeatable(name, index);
    }

    // Where every element of a result over other numbers is that over zeros and the number: the first that is not 0, and where.
    private static (double Sum, long[] Index)? WhatIsAdded(KernelLayer layer, Case @case, Tensor?[] operands, int at)
    {
        if (layer.Kernel.FillOf(1) is not { } held) return null;
        var sums = NumberArray.Of(layer.Call(@case, operands, Kernel.Cleared)[at]!);
        var sumsAndHeld = NumberArray.Of(layer.Call(@case, operands, fill: 1)[at]!);
        if (sums.Numbers.Zip(sumsAndHeld.Numbers).Any(pair => pair.First + held != pair.Second)) return null;
        int first = Math.Max(0, Array.FindIndex(sums.Numbers, sum => sum != 0));
        return (sums.Numbers[first], TensorComparison.IndexOf(first, sums.Shape));
    }

    private static KernelFault NotRepeatable(string name, long[] index) =>
        KernelFault.At(
            FaultKind.NotRepeatable, name, index,
            element => $"gives other numbers for the same operands: {element} differs from call to call");

    // The first element that differs, and is not in both what memory held before: it was computed from that.
    private static long[]? FirstThatWasWritten(Kernel kernel, Tensor one, Tensor other)
    {
        double[] first = NumberArray.Of(one).Numbers, second = NumberArray.Of(other).Numbers;
        for (int i = 0; i < first.Length; i++)
        {
            bool same = first[i].Equals(second[i]) || first[i] == second[i];
            if (!same && !(kernel.IsFill(first[i], one.dtype, 0) && kernel.IsFill(second[i], one.dtype, 1)))
                return TensorComparison.IndexOf(i, one.shape);
        }
        return null;
    }

    private static Tensor?[] Clones(Tensor?[] tensors) => [.. tensors.Select(tensor => tensor?.clone())];
}
