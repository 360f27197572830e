namespace Cnn.Reference.Checking;

/// <summary>What kind of thing is wrong with a kernel.</summary>
internal enum FaultKind
{
    /// <summary>A number differs from libtorch's by more than rounding.</summary>
    WrongNumber,

    /// <summary>It threw an exception.</summary>
    Threw,

    /// <summary>It gave no tensor.</summary>
    NoResult,

    /// <summary>Its result has another shape.</summary>
    Shape,

    /// <summary>Its result has another type.</summary>
    Type,

    /// <summary>It changed its operands.</summary>
    ChangedOperand,

    /// <summary>Its result is an operand, or a view of one.</summary>
    ViewOfOperand,

    /// <summary>It gave the same memory out twice.</summary>
    SharedResult,

    /// <summary>It left elements of its result as they were.</summary>
    Unwritten,

    /// <summary>It added to what its result held before.</summary>
    Accumulates,

    /// <summary>What it gives depends on what memory held before.</summary>
    OldMemory,

    /// <summary>The same call twice gives different numbers.</summary>
    NotRepeatable,

    /// <summary>It wrote before or behind the memory that it was given.</summary>
    OutOfBounds,

    /// <summary>It ended its process.</summary>
    Died,

    /// <summary>It did not return.</summary>
    Hung,

    /// <summary>An assembly that it needs is not there: nothing was run.</summary>
    LacksAssembly,
}

/// <summary>Something that a kernel must not do, in a sentence that begins behind "yours ...".</summary>
internal sealed class KernelFault(FaultKind kind, string sentence, Exception? cause = null) : Exception(sentence, cause)
{
    /// <summary>What kind of thing.</summary>
    public FaultKind Kind => kind;

    /// <summary>A fault that one element of a tensor shows.</summary>
    /// <param name="kind">What kind of thing.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="index">The element.</param>
    /// <param name="sentence">Is given the element's name.</param>
    public static KernelFault At(FaultKind kind, string tensor, long[] index, Func<string, string> sentence) =>
        new(kind, sentence($"{tensor}[{string.Join(", ", index)}]")) { Tensor = tensor, Index = index };

    /// <summary>A kind of fault in words that stand behind "it".</summary>
    public static string WordsOf(FaultKind kind) => kind switch
    {
        FaultKind.WrongNumber => "gives wrong numbers",
        FaultKind.Threw => "throws",
        FaultKind.NoResult => "returns no tensor",
        FaultKind.Shape => "returns another shape",
        FaultKind.Type => "returns another type",
        FaultKind.ChangedOperand => "changes its operands",
        FaultKind.ViewOfOperand => "returns an operand or a view of one",
        FaultKind.SharedResult => "gives the same memory out twice",
        FaultKind.Unwritten => "leaves elements unwritten",
        FaultKind.Accumulates => "adds to what its result held",
        FaultKind.OldMemory => "depends on what memory held, or on earlier calls",
        FaultKind.NotRepeatable => "differs from call to call",
        FaultKind.OutOfBounds => "writes out of bounds",
        FaultKind.Died => "ends its process",
        FaultKind.Hung => "does not return",
        _ => "lacks an assembly",
    };

    /// <summary>The tensor that it is about; null where it is about none.</summary>
    public string? Tensor { get; init; }

    /// <summary>The first element that shows it; null where none does.</summary>
    public long[]? Index { get; init; }
}
