using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Cnn.Layers.Autograd;

/// <summary>The one custom Function: it puts any <see cref="Operation"/> into libtorch's graph, and guards its backward.</summary>
/// <remarks>
/// An exception that leaves a custom backward ends the process. So none does: backward catches it, keeps it in
/// <see cref="BackwardFailure"/>, and returns gradients without dimensions, which fit no input; libtorch refuses them with
/// an error that <c>Tensor.backward()</c> throws as an ordinary exception.
/// </remarks>
internal sealed class OperationFunction : SingleTensorFunction<OperationFunction>
{
    private const string CallKey = nameof(Call);

    // Gradients that backward has returned. libtorch takes its own references after the return; so the wrappers made
    // here can be disposed only later: at the next backward or recording on the same thread.
    [ThreadStatic] private static List<Tensor>? returned;

    /// <inheritdoc/>
    public override string Name => "Cnn.Layers.Operation";

    /// <summary>Applies an operation and records it in the graph.</summary>
    public static Tensor Record(Operation operation, Tensor?[] inputs)
    {
        DisposeReturned();
        var call = new Call(operation, Array.ConvertAll(inputs, input => input is { requires_grad: true }));
        try
        {
            return apply([call, .. inputs]);
        }
        finally
        {
            call.Result?.Dispose(); // apply has returned another wrapper of the same tensor
        }
    }

    /// <inheritdoc/>
    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var call = (Call)vars[0];
        Tensor?[] inputs = Array.ConvertAll(vars[1..], input => (Tensor?)input);
        ctx.save_data(CallKey, call);
        ctx.save_for_backward([.. inputs.Select((input, i) => call.Reads(i) ? input! : null!)]);
        return call.Result = call.Operation.Compute(inputs);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        DisposeReturned();
        var call = (Call)ctx.get_data(CallKey);
        var gradients = new Tensor?[call.Wants.Length];
        List<Tensor> saved = [];
        try
        {
            saved = ctx.get_saved_variables();
            for (int i = 0; i < gradients.Length; i++)
                if (call.Wants[i])
                    gradients[i] = call.Operation.Gradient(i, grad_output, [.. saved]);
        }
        catch (Exception exception)
        {
            BackwardFailure.Keep(exception);
            for (int i = 0; i < gradients.Length; i++)
            {
                gradients[i]?.Dispose();
                gradients[i] = call.Wants[i] ? Refused() : null;
            }
        }
        finally
        {
            grad_output.Dispose();
            foreach (var tensor in saved) tensor?.Dispose();
        }
        foreach (var gradient in gradients)
            if (gradient is not null) (returned ??= []).Add(gradient.DetachFromDisposeScope()!);
        return [null!, .. gradients.Select(gradient => gradient!)];
    }

    private static Tensor Refused() => empty(Array.Empty<long>());

    private static void DisposeReturned()
    {
        if (returned is null) return;
        foreach (var gradient in returned) gradient.Dispose();
        returned.Clear();
    }

    /// <summary>One recording of an operation: what backward must know of it.</summary>
    private sealed class Call(Operation operation, bool[] wants)
    {
        public Operation Operation => operation;

        /// <summary>Which inputs asked for a gradient.</summary>
        public bool[] Wants => wants;

        /// <summary>The wrapper that forward made.</summary>
        public Tensor? Result { get; set; }

        /// <summary>Whether a gradient that is wanted reads input <paramref name="input"/>: only such inputs are kept alive.</summary>
        public bool Reads(int input)
        {
            for (int i = 0; i < wants.Length; i++)
                if (wants[i] && operation.GradientReads(i, input)) return true;
            return false;
        }
    }
}
