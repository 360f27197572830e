using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Autograd;

/// <summary>
/// One operation on tensors: how it is computed, and what operations its gradients are. Because a gradient is made of
/// operations again, every order of derivative follows.
/// </summary>
internal abstract class Operation
{
    /// <summary>Computes the result by running a kernel; nothing is recorded here.</summary>
    /// <param name="inputs">The operation's tensors; null for an optional one that is absent.</param>
    protected internal abstract Tensor Compute(Tensor?[] inputs);

    /// <summary>The gradient of input <paramref name="index"/>, as operations on the upstream gradient and the inputs.</summary>
    /// <param name="index">Which input.</param>
    /// <param name="gradOutput">The upstream gradient.</param>
    /// <param name="inputs">The inputs that <see cref="GradientReads"/> names for any gradient wanted; null elsewhere.</param>
    protected internal abstract Tensor Gradient(int index, Tensor gradOutput, Tensor?[] inputs);

    /// <summary>The gradients that are wanted, one by one unless an operation can share work between them.</summary>
    /// <param name="wants">Which inputs' gradients.</param>
    /// <param name="gradOutput">The upstream gradient.</param>
    /// <param name="inputs">As in <see cref="Gradient"/>.</param>
    /// <param name="gradients">Written where wanted, one for each input.</param>
    protected internal virtual void Gradients(bool[] wants, Tensor gradOutput, Tensor?[] inputs, Tensor?[] gradients)
    {
        for (int i = 0; i < wants.Length; i++)
            if (wants[i]) gradients[i] = Gradient(i, gradOutput, inputs);
    }

    /// <summary>Whether the gradient of input <paramref name="index"/> reads input <paramref name="other"/>.</summary>
    protected internal virtual bool GradientReads(int index, int other) => false;

    /// <summary>
    /// Applies the operation: through libtorch's graph where a gradient is wanted, else the kernel alone.
    /// </summary>
    public Tensor Apply(params Tensor?[] inputs)
    {
        if (Array.Exists(inputs, input => input is not null && input.is_neg()))
        {
            using var scope = NewDisposeScope();
            return Apply(Array.ConvertAll(inputs, input => input?.resolve_neg())).MoveToOuterDisposeScope();
        }
        Tensor result;
        if (!is_grad_enabled()) result = Compute(inputs); // no_grad() takes time as well
        else using (no_grad()) result = Compute(inputs);
        GC.KeepAlive(inputs); // a kernel works on the tensors' memory, which their finalizers would free
        return Record(result, inputs);
    }

    /// <summary>Puts a result that has been computed into libtorch's graph, where a gradient is wanted.</summary>
    /// <returns>The result; the tensor passed in is the operation's from here on.</returns>
    public Tensor Record(Tensor result, params Tensor?[] inputs) =>
        is_grad_enabled() && Array.Exists(inputs, input => input is { requires_grad: true })
            ? OperationFunction.Record(this, inputs, result)
            : result;
}
