using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>How a model is run.</summary>
internal sealed record ModelRunSettings
{
    /// <summary>Where the random numbers of the run come from, such as dropout's masks.</summary>
    public required int Seed { get; init; }

    /// <summary>The gradient that is sent back through the model, by the shape of its output; null where none is.</summary>
    public Func<Tensor, Tensor>? Direction { get; init; }

    /// <summary>Whether everything is computed in float64.</summary>
    public bool Wide { get; init; }

    /// <summary>
    /// The largest relative change that is made to every number that enters or leaves a layer, and to every gradient; 0 for none.
    /// </summary>
    public double Noise { get; init; }

    /// <summary>Where that change comes from.</summary>
    public int NoiseSeed { get; init; }

    /// <summary>
    /// A run whose outputs every layer is made to give, so that what follows works on the same numbers; the layer's own formula is
    /// still what gradients go through. Null for a run of its own.
    /// </summary>
    public Func<Recorder, int, Tensor?>? Held { get; init; }

    /// <summary>
    /// Whether it reads the parameters where they are, instead of copies: for a model that is known to change none of them itself.
    /// </summary>
    public bool SharesParameters { get; init; }
}
