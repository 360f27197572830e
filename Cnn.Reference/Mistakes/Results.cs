using Cnn.Reference.Comparison;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>What an operation gives: an output, or gradients. What it does not give is null.</summary>
internal sealed record Results
{
    /// <summary>Forwards.</summary>
    public Tensor? Output { get; init; }

    /// <summary>Max pool, forwards, where asked for: which cell of its plane each output is, row by row.</summary>
    public Tensor? Indices { get; init; }

    /// <summary>Backwards, of the input.</summary>
    public Tensor? GradInput { get; init; }

    /// <summary>Backwards, of the filters.</summary>
    public Tensor? GradWeight { get; init; }

    /// <summary>Backwards, of the bias.</summary>
    public Tensor? GradBias { get; init; }

    /// <summary>One of them.</summary>
    public Tensor? this[Part part] => part switch
    {
        Part.Output => Output,
        Part.Indices => Indices,
        Part.GradInput => GradInput,
        Part.GradWeight => GradWeight,
        Part.GradBias => GradBias,
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, null),
    };

    /// <summary>With one of them.</summary>
    public Results With(Part part, Tensor tensor) => part switch
    {
        Part.Output => this with { Output = tensor },
        Part.Indices => this with { Indices = tensor },
        Part.GradInput => this with { GradInput = tensor },
        Part.GradWeight => this with { GradWeight = tensor },
        Part.GradBias => this with { GradBias = tensor },
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, null),
    };

    /// <summary>With other outputs, and with each the index that belongs to it.</summary>
    public Results OnOutputs(Func<Tensor, Tensor> change) =>
        this with { Output = change(Output!), Indices = Indices is null ? null : change(Indices) };

    /// <summary>All of them as numbers, which outlive the tensors.</summary>
    public IReadOnlyDictionary<Part, NumberArray> ToNumbers() => Parts().ToDictionary(part => part, part => NumberArray.Of(this[part]!));

    /// <summary>Those that are there.</summary>
    public IEnumerable<Part> Parts() => Enum.GetValues<Part>().Where(part => this[part] is not null);
}

/// <summary>One tensor of <see cref="Results"/>.</summary>
internal enum Part
{
    /// <inheritdoc cref="Results.Output"/>
    Output,

    /// <inheritdoc cref="Results.Indices"/>
    Indices,

    /// <inheritdoc cref="Results.GradInput"/>
    GradInput,

    /// <inheritdoc cref="Results.GradWeight"/>
    GradWeight,

    /// <inheritdoc cref="Results.GradBias"/>
    GradBias,
}

/// <summary>What parts are called.</summary>
internal static class Parts
{
    /// <summary>The name that the loops give it.</summary>
    public static string Named(this Part part) => part switch
    {
        Part.Output => "output",
        Part.Indices => "indices",
        Part.GradInput => "gradInput",
        Part.GradWeight => "gradWeight",
        _ => "gradBias",
    };
}
