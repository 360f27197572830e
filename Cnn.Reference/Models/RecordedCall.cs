using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>One call of one layer: what went in, what came out, and the gradients of both.</summary>
/// <param name="Recorder">The layer.</param>
/// <param name="Number">Its how many-eth call in the run, from 0.</param>
/// <param name="Input">What went in, as it was before a layer that works in place changed it.</param>
/// <param name="Output">What came out.</param>
internal sealed record RecordedCall(Recorder Recorder, int Number, Tensor Input, Tensor Output) : IDisposable
{
    /// <summary>The gradient of the input, by way of this call alone; null where none came back.</summary>
    public Tensor? InputGradient { get; private set; }

    /// <summary>The gradient of the output, whatever became of it afterwards; null where none came back.</summary>
    public Tensor? OutputGradient { get; private set; }

    /// <summary>After the backward pass: takes the gradients, and lets go of the graph.</summary>
    public RecordedCall Finish()
    {
        using (Input)
        using (Output)
        {
            return new(Recorder, Number, Alone(Input), Alone(Output))
            {
                InputGradient = Input.grad is { } ofInput ? Alone(ofInput) : null,
                OutputGradient = Output.grad is { } ofOutput ? Alone(ofOutput) : null,
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in new[] { Input, Output, InputGradient, OutputGradient }) tensor?.Dispose();
    }

    private static Tensor Alone(Tensor tensor) => tensor.detach().DetachFromDisposeScope()!;
}
