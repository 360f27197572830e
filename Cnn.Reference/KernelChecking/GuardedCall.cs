using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Comparison;
using Cnn.Reference.Oracle;
using Cnn.Reference.Processes;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>
/// One call of a kernel, and what must be so after any call: operands unchanged, results new, of the right shape and type.
/// </summary>
internal static class GuardedCall
{
    /// <summary>Calls the kernel.</summary>
    /// <exception cref="KernelFault">It did what it must not.</exception>
    /// <inheritdoc cref="Kernel.Run"/>
    public static Tensor?[] Run(Kernel kernel, Case @case, Tensor?[] operands, int? fill = null)
    {
        using var scope = NewDisposeScope();
        Tensor?[] before = [.. operands.Select(operand => operand?.clone())];
        var results = Call(kernel, @case, operands, fill);
        string[] names = kernel.Kind.Operands();
        for (int i = 0; i < operands.Length; i++)
            if (operands[i] is { IsInvalid: true })
                throw new KernelFault(FaultKind.ChangedOperand, $"disposes of its operands: {names[i]} is the caller's")
                {
                    Tensor = names[i],
                };
        for (int i = 0; i < operands.Length; i++)
            if (FirstDifference(before[i], operands[i]) is { } index) throw Changed(names[i], index);
        var shapes = kernel.Kind.ResultShapes(@case);
        for (int i = 0; i < results.Length; i++)
        {
            if (shapes[i] is not { } shape) results[i] = null;
            else CheckResult(kernel.Kind.Results()[i], results[i], shape, @case.DType, names, operands);
        }
        return [.. results.Select(result => result?.MoveToOuterDisposeScope())];
    }

    /// <summary>What is said of an operand that was changed.</summary>
    public static KernelFault Changed(string name, long[] index) =>
        KernelFault.At(
            FaultKind.ChangedOperand, name, index, element => $"changes its operands: {element} is another number after the call");

    /// <summary>The first element that differs, NaN being equal to NaN; null for none.</summary>
    public static long[]? FirstDifference(Tensor? one, Tensor? other)
    {
        if (one is null || other is null || one.numel() == 0) return null;
        double[] first = NumberArray.Of(one).Numbers, second = NumberArray.Of(other).Numbers;
        for (int i = 0; i < first.Length; i++)
            if (!first[i].Equals(second[i]) && first[i] != second[i]) return TensorComparison.IndexOf(i, one.shape);
        return null;
    }

    private static Tensor?[] Call(Kernel kernel, Case @case, Tensor?[] operands, int? fill)
    {
        try
        {
            return kernel.Run(@case, operands, fill);
        }
        catch (Exception exception) when (exception is not KernelFault && !Memory.IsLack(exception))
        {
            if (KernelDependency.Missing(exception, kernel.Yours.Method.Module.Assembly) is { } missing)
                throw new KernelFault(FaultKind.LacksAssembly, missing, exception);
            string message = exception.Message.Split('\n')[0].TrimEnd(), at = UserFrames.Of(exception.StackTrace ?? "");
            throw new KernelFault(FaultKind.Threw, $"threw {exception.GetType().Name}: {message}{at}", exception);
        }
    }

    private static void CheckResult(string name, Tensor? result, long[] shape, ScalarType type, string[] names, Tensor?[] operands)
    {
        if (result is null) throw Fault(FaultKind.NoResult, $"returned null for {name}");
        if (result.IsInvalid) throw Fault(FaultKind.NoResult, $"returned a tensor for {name} that has been disposed");
        if (!result.shape.SequenceEqual(shape))
            throw Fault(
                FaultKind.Shape, $"returned {name} of shape ({string.Join(", ", result.shape)}): ({string.Join(", ", shape)}) is wanted");
        if (result.dtype != type)
            throw Fault(FaultKind.Type, $"returned {name} in {CaseWords.NameOrSelf(result.dtype)}: {CaseWords.NameOf(type)} is wanted");
        for (int i = 0; i < operands.Length; i++)
            if (operands[i] is { } operand && Overlap(result, operand))
                throw Fault(
                    FaultKind.ViewOfOperand, $"returned its {names[i]}, or a view of it, as {name}: whoever changes one changes the other");

        KernelFault Fault(FaultKind kind, string sentence) => new(kind, sentence) { Tensor = name };
    }

    /// <summary>Whether two tensors share memory.</summary>
    public static bool Overlap(Tensor one, Tensor other)
    {
        if (one.numel() == 0 || other.numel() == 0) return false;
        var (first, end) = Extent(one);
        var (otherFirst, otherEnd) = Extent(other);
        return first < otherEnd && otherFirst < end;
    }

    private static unsafe (nuint First, nuint End) Extent(Tensor tensor)
    {
        using var plain = tensor.detach();
        using var one = plain.as_strided([1], [1], plain.storage_offset());
        nuint first = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(one.bytes));
        long last = 0;
        for (int axis = 0; axis < plain.dim(); axis++) last += (plain.size(axis) - 1) * plain.stride(axis);
        return (first, first + (nuint)((last + 1) * CaseWords.SizeOf(plain.dtype)));
    }
}
