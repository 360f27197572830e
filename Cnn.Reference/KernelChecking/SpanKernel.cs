using System.Runtime.InteropServices;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Comparison;
using Cnn.Reference.Oracle;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>A kernel over spans: its operands are row-major copies between guards, its results are filled before it is called.</summary>
internal sealed class SpanKernel<T>(Delegate yours) : Kernel(yours) where T : unmanaged
{
    // The other fill is NaN, or all ones in an integer: what is read instead of written spoils every sum.
    private const double Filled = -1234;

    /// <inheritdoc/>
    public override KernelKind Kind { get; } = yours switch
    {
        Conv2dSpanFunction<T> => KernelKind.Conv2d,
        Conv2dGradientsSpanFunction<T> => KernelKind.Conv2dGradients,
        MaxPool2dSpanFunction<T> => KernelKind.MaxPool2d,
        _ => KernelKind.AvgPool2d,
    };

    /// <inheritdoc/>
    public override ScalarType? OnlyType { get; } = ElementTypes.Of<T>();

    /// <inheritdoc/>
    public override Tensor?[] Run(Case @case, Tensor?[] operands, int? fill)
    {
        // Guards that tell who wrote where come first; then those that end the process, for reads as well.
        bool pages = KernelProcess.IsOwn && fill != 0 && Pages.Exist;
        var shapes = Kind.ResultShapes(@case);
        GuardedMemory<T>[] taken = [.. operands.Select(operand => Copy(operand, pages))];
        GuardedMemory<T>[] given = [.. shapes.Select(shape => Filling(shape, fill ?? 0, pages))];
        try
        {
            Call(@case, taken, given);
            foreach (var (name, memory) in Kind.Operands().Zip(taken).Concat(Kind.Results().Zip(given))) CheckGuards(name, memory);
            for (int i = 0; i < taken.Length; i++) CheckUnchanged(Kind.Operands()[i], operands[i], taken[i]);
            return [.. given.Select((memory, i) => shapes[i] is { } shape ? ToTensor(memory, shape) : null)];
        }
        finally
        {
            foreach (var memory in (IEnumerable<GuardedMemory<T>>)[.. taken, .. given]) memory.Dispose();
        }
    }

    /// <inheritdoc/>
    public override bool IsFill(double number, ScalarType type, int fill) =>
        FillOf(fill) is { } filled && (number == filled || (double.IsNaN(number) && double.IsNaN(filled)));

    private void Call(Case @case, GuardedMemory<T>[] taken, GuardedMemory<T>[] given)
    {
        switch (Yours)
        {
            case Conv2dSpanFunction<T> conv2d:
                conv2d(taken[0].Span, taken[1].Span, taken[2].Span, given[0].Span, Sizes(@case));
                break;
            case Conv2dGradientsSpanFunction<T> gradients:
                gradients(taken[0].Span, taken[1].Span, taken[2].Span, given[0].Span, given[1].Span, given[2].Span, Sizes(@case));
                break;
            case MaxPool2dSpanFunction<T> max:
                max(taken[0].Span, given[0].Span, MaxSizes(@case));
                break;
            case AvgPool2dSpanFunction<T> average:
                average(taken[0].Span, given[0].Span, AvgSizes(@case));
                break;
        }
    }

    private static Conv2dSizes Sizes(Case @case)
    {
        long[] output = KernelKinds.OutputShape(@case);
        return new(
            (int)@case.N, (int)@case.C, (int)@case.H, (int)@case.W, (int)@case.O, (int)output[2], (int)output[3],
            (int)@case.Kernel.H, (int)@case.Kernel.W, (int)@case.Stride.H, (int)@case.Stride.W, (int)@case.Padding.H, (int)@case.Padding.W,
            (int)@case.Dilation.H, (int)@case.Dilation.W, (int)@case.Groups);
    }

    private static MaxPool2dSizes MaxSizes(Case @case)
    {
        long[] output = KernelKinds.OutputShape(@case);
        return new(
            (int)@case.N, (int)@case.C, (int)@case.H, (int)@case.W, (int)output[2], (int)output[3],
            (int)@case.Kernel.H, (int)@case.Kernel.W, (int)@case.Stride.H, (int)@case.Stride.W, (int)@case.Padding.H, (int)@case.Padding.W,
            (int)@case.Dilation.H, (int)@case.Dilation.W);
    }

    private static AvgPool2dSizes AvgSizes(Case @case)
    {
        long[] output = KernelKinds.OutputShape(@case);
        return new(
            (int)@case.N, (int)@case.C, (int)@case.H, (int)@case.W, (int)output[2], (int)output[3],
            (int)@case.Kernel.H, (int)@case.Kernel.W, (int)@case.Stride.H, (int)@case.Stride.W, (int)@case.Padding.H, (int)@case.Padding.W,
            @case.CountIncludePad, (int?)@case.DivisorOverride);
    }

    private static GuardedMemory<T> Copy(Tensor? operand, bool pages)
    {
        if (operand is null) return new(0, pages);
        using var rows = operand.contiguous();
        var memory = new GuardedMemory<T>(checked((int)rows.numel()), pages);
        if (rows.numel() > 0) MemoryMarshal.Cast<byte, T>(rows.bytes).CopyTo(memory.Span);
        return memory;
    }

    private GuardedMemory<T> Filling(long[]? shape, int fill, bool pages)
    {
        var memory = new GuardedMemory<T>(checked((int)(shape?.Aggregate(1L, (product, size) => product * size) ?? 0)), pages);
        using var one = tensor(FillOf(fill)!.Value).to(OnlyType!.Value);
        memory.Span.Fill(MemoryMarshal.Cast<byte, T>(one.bytes)[0]);
        return memory;
    }

    /// <inheritdoc/>
    public override double? FillOf(int fill) => (fill, OnlyType) switch
    {
        (Cleared, _) => 0,
        (_, ScalarType.Byte or ScalarType.Int8) => fill == 0 ? 127 : 126, // the numbers of a case end before
        (_, ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64) => fill == 0 ? 12345 : Filled,
        _ => fill == 0 ? double.NaN : Filled,
    };

    private static void CheckGuards(string name, GuardedMemory<T> memory)
    {
        if (memory.FirstChange() is not { } at) return;
        string where = at > 0 ? $"at element {memory.Span.Length + at - 1}, and it has {memory.Span.Length}"
            : $"{-at} before its first element";
        throw new KernelFault(FaultKind.OutOfBounds, $"wrote out of the bounds of {name}: {where}") { Tensor = name };
    }

    private static void CheckUnchanged(string name, Tensor? operand, GuardedMemory<T> memory)
    {
        if (operand is null) return;
        using var rows = operand.contiguous();
        if (rows.numel() == 0) return;
        ReadOnlySpan<byte> before = rows.bytes, after = MemoryMarshal.AsBytes(memory.Span);
        int same = before.CommonPrefixLength(after);
        if (same == before.Length) return;
        long[] index = TensorComparison.IndexOf(same / (before.Length / memory.Span.Length), rows.shape);
        throw GuardedCall.Changed(name, index);
    }

    private Tensor ToTensor(GuardedMemory<T> memory, long[] shape)
    {
        var result = zeros(shape, OnlyType!.Value);
        if (memory.Span.Length > 0) memory.Span.CopyTo(MemoryMarshal.Cast<byte, T>(result.bytes));
        return result;
    }
}

/// <summary>Which element types spans may have.</summary>
internal static class ElementTypes
{
    /// <summary>What libtorch calls an element type.</summary>
    /// <exception cref="ArgumentException">It has no such type.</exception>
    public static ScalarType Of<T>() where T : unmanaged
    {
        if (typeof(T) == typeof(Half)) return ScalarType.Float16;
        try
        {
            return LibtorchMemory.TypeOf<T>();
        }
        catch (NotSupportedException)
        {
            throw new ArgumentException(
                $"yours takes spans of {typeof(T).Name}: must be of float, double or Half, or of integers that a max pool takes.",
                OptionRules.Yours);
        }
    }
}
