using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Cnn.Layers.Autograd;

/// <summary>The one custom Function: it puts any <see cref="Operation"/> into libtorch's graph, and guards its backward.</summary>
/// <remarks>
/// An exception that leaves a custom backward ends the process. So none does: backward catches it, keeps it in
/// <see cref="BackwardFailure"/>, and returns gradients without dimensions, which fit no input; libtorch refuses them with
/// an error that <c>Tensor.backward()</c> throws as an ordinary exception. TorchSharp's <c>autograd.grad</c> lets it through,
/// as any error of libtorch: there nothing helps.
/// </remarks>
internal sealed class OperationFunction : SingleTensorFunction<OperationFunction>
{
    private const string CallKey = nameof(Call);

    // Made beforehand: where memory has run out, none is left to say so.
    private static readonly Tensor Refused = empty(Array.Empty<long>()).DetachFromDisposeScope()!;

    // Gradients that backward has returned. libtorch takes its own references after the return; so the wrappers made
    // here can be disposed only later: at the next backward or recording on the same thread.
    [ThreadStatic] private static List<Tensor>? returned;

    /// <inheritdoc/>
    public override string Name => "Cnn.Layers.Operation";

    /// <summary>Records an operation whose result has been computed.</summary>
    public static Tensor Record(Operation operation, Tensor?[] inputs, Tensor result)
    {
        DisposeReturned();
        // TorchSharp makes an empty copy of each output and keeps it while the graph lives; it goes with this scope.
        using var scope = NewDisposeScope();
        var wants = Array.ConvertAll(inputs, input => input is { requires_grad: true });
        var views = Array.ConvertAll(inputs, AsView);
        using (result) // apply returns another wrapper of the same tensor
            return apply([new Call(operation, wants, result), .. views]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(AutogradContext ctx, params object[] vars)
    {
        var call = (Call)vars[0];
        ctx.save_data(CallKey, call);
        ctx.set_materialize_grads(false); // the empty copies above are what zeros would be made from
        ctx.save_for_backward([.. vars[1..].Select((input, i) => call.Reads(i) ? (Tensor)input : null!)]);
        return call.TakeResult();
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
    {
        Call? call = null;
        Tensor?[] gradients = [];
        List<Tensor> saved = [];
        try
        {
            DisposeReturned();
            call = (Call)ctx.get_data(CallKey);
            gradients = new Tensor?[call.Wants.Length];
            if (!grad_output.IsInvalid) // no upstream gradient: none to pass on
            {
                Operand.Check(grad_output, nameof(grad_output));
                saved = ctx.get_saved_variables();
                call.Operation.Gradients(call.Wants, grad_output, [.. saved], gradients);
            }
            foreach (var gradient in gradients)
                if (gradient is not null) (returned ??= []).Add(gradient.DetachFromDisposeScope()!);
        }
        catch (Exception exception)
        {
            BackwardFailure.Keep(exception);
            for (int i = 0; i < gradients.Length; i++)
            {
                gradients[i]?.Dispose();
                gradients[i] = call!.Wants[i] ? Refused : null;
            }
        }
        finally
        {
            grad_output.Dispose();
            foreach (var tensor in saved) tensor?.Dispose();
        }
        return [null!, .. gradients.Select(gradient => gradient!)];
    }

    // A leaf takes a gradient as its own only where nobody else holds the tensor, and copies it otherwise; the wrappers above
    // hold it. Backward, a view makes a new tensor of the gradient's memory, which only the leaf holds.
    private static Tensor? AsView(Tensor? input) => input is { requires_grad: true, is_leaf: true } ? input.view(input.shape) : input;

    private static void DisposeReturned()
    {
        if (returned is null) return;
        foreach (var gradient in returned) gradient.Dispose();
        returned.Clear();
    }

    /// <summary>One recording of an operation: what backward must know of it.</summary>
    private sealed class Call(Operation operation, bool[] wants, Tensor result)
    {
        private Tensor? result = result;

        public Operation Operation => operation;

        /// <summary>Which inputs asked for a gradient.</summary>
        public bool[] Wants => wants;

        /// <summary>Whether a gradient that is wanted reads input <paramref name="input"/>: only such inputs are kept alive.</summary>
        public bool Reads(int input)
        {
            for (int i = 0; i < wants.Length; i++)
                if (wants[i] && operation.GradientReads(i, input)) return true;
            return false;
        }

        /// <summary>The result, once: the graph must not hold on to it.</summary>
        public Tensor TakeResult()
        {
            var taken = result!;
            result = null;
            return taken;
        }
    }
}
