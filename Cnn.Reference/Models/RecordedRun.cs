using Cnn.Reference.Comparison;
using Cnn.Reference.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>
/// One run of a model, forward and back: every call of every recorded layer, and the model's own results. The model is left as it
/// was: it works on copies of its parameters and buffers.
/// </summary>
internal sealed class RecordedRun : IDisposable
{
    private readonly ModelRunSettings settings;
    private readonly Dictionary<Recorder, int> counts = [];
    private readonly List<RecordedCall> calls = [];
    private readonly Dictionary<Parameter, Tensor> gradients = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Tensor> buffers = new(ReferenceEqualityComparer.Instance);

    private readonly Generator? noise;

    private RecordedRun(ModelRunSettings settings)
    {
        this.settings = settings;
        noise = settings.Noise == 0 ? null : new Generator((ulong)settings.NoiseSeed);
    }

    /// <summary>The calls, in the order in which they ended.</summary>
    public IReadOnlyList<RecordedCall> Calls => calls;

    /// <summary>What the model gave; null where it threw.</summary>
    public Tensor? Output { get; private set; }

    /// <summary>The gradient of the model's input; null for none.</summary>
    public Tensor? InputGradient { get; private set; }

    /// <summary>The gradient of each parameter that got one.</summary>
    public IReadOnlyDictionary<Parameter, Tensor> Gradients => gradients;

    /// <summary>What the run has made of each buffer.</summary>
    public IReadOnlyDictionary<Tensor, Tensor> Buffers => buffers;

    /// <summary>What the model threw; null for nothing.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Runs a model.</summary>
    public static RecordedRun Of(RecordedModel model, Tensor input, ModelRunSettings settings)
    {
        var run = new RecordedRun(settings);
        foreach (var recorder in model.Recorders) recorder.Run = run;
        try
        {
            run.Execute(model, input);
        }
        catch
        {
            run.Dispose();
            throw;
        }
        finally
        {
            foreach (var recorder in model.Recorders) recorder.Run = null;
        }
        return run;
    }

    /// <summary>Runs the layer that <paramref name="recorder"/> stands for.</summary>
    public Tensor Record(Recorder recorder, Tensor input)
    {
        int number = counts[recorder] = counts.GetValueOrDefault(recorder, -1) + 1;
        // A copy has the gradient of this call alone, where several layers read one tensor; and a copy of that is what a layer that
        // works in place may change.
        var entered = input.clone();
        Retain(entered);
        var disturbed = Disturbed(entered);
        var fed = disturbed.clone();
        var output = recorder.Layer.forward(fed);
        Retain(output);
        calls.Add(new(recorder, number, Kept(entered), Kept(output)));

        var given = Disturbed(output).clone();
        if (settings.Held?.Invoke(recorder, number) is { } held && held.shape.SequenceEqual(given.shape))
            using (no_grad()) given.copy_(held);
        if (Same(disturbed, fed)) return given;
        // The layer has worked in place, and the model may count on that.
        bool isInput = Same(output, fed);
        input.copy_(isInput ? given : fed);
        return isInput ? input.alias() : given;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var call in calls) call.Dispose();
        foreach (var tensor in gradients.Values.Concat(buffers.Values)) tensor.Dispose();
        Output?.Dispose();
        InputGradient?.Dispose();
        noise?.Dispose();
    }

    private void Execute(RecordedModel model, Tensor input)
    {
        using var scope = NewDisposeScope();
        using var generator = new SeededGenerator(settings.Seed);
        using var substitution = settings.Wide
            ? TensorSubstitution.Wide(model.Modules)
            : TensorSubstitution.Copies(model.Modules, settings.SharesParameters);
        bool back = settings.Direction is not null;
        using var grad = set_grad_enabled(back);
        var leaf = settings.Wide && input.is_floating_point() ? input.detach().to(ScalarType.Float64) : input.detach().clone();
        if (back && leaf.is_floating_point()) leaf.requires_grad_();
        try
        {
            var output = model.Root.forward(leaf.clone()); // a copy, that a first layer may change in place
            if (back && output.requires_grad) autograd.backward([output], [settings.Direction!(output).to(output.dtype)]);
            Output = Kept(output.detach());
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Failure = exception;
        }
        for (int i = 0; i < calls.Count; i++) calls[i] = calls[i].Finish();
        foreach (var buffer in model.Modules.SelectMany(module => module.buffers()))
            if (!buffers.ContainsKey(buffer)) buffers.Add(buffer, Kept(buffer.detach()));
        if (!back) return;
        if (leaf.grad is { } inputGradient) InputGradient = Kept(inputGradient.detach());
        foreach (var parameter in model.Modules.SelectMany(module => module.parameters()))
            if (!gradients.ContainsKey(parameter) && parameter.grad is { } gradient) gradients.Add(parameter, Kept(gradient.detach()));
    }

    // The change of a number changes its gradient alike. Drawn apart: torch's generator draws dropout's masks.
    private Tensor Disturbed(Tensor tensor) =>
        noise is null || !tensor.is_floating_point() ? tensor : tensor * Noise.Factors(tensor, settings.Noise, noise);

    private static bool Same(Tensor one, Tensor other)
    {
        if (!one.shape.SequenceEqual(other.shape) || one.dtype != other.dtype) return false;
        if (one.Equals(other)) return true;
        if (!one.is_floating_point()) return false;
        using Tensor first = one.detach().nan_to_num(), second = other.detach().nan_to_num(); // NaN equals nothing, not itself either
        return first.Equals(second);
    }

    private static void Retain(Tensor tensor)
    {
        if (tensor.requires_grad) tensor.retain_grad();
    }

    // A handle of its own: a Sequential disposes what passes through it, and a scope what is in it.
    private static Tensor Kept(Tensor tensor) => tensor.alias().DetachFromDisposeScope()!;
}
