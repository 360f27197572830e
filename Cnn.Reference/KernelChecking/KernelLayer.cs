using Cnn.Layers.Autograd;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Comparison;
using Cnn.Reference.Oracle;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>
/// A kernel as a layer, so that the levels can be asked about it. One that computes gradients is paired with libtorch's forward
/// pass: autograd calls it.
/// </summary>
internal sealed class KernelLayer(Kernel kernel) : ILayer
{
    /// <summary>What the kernel is called in every report.</summary>
    public const string LayerName = "yours";

    private const int MostKept = 1 << 12; // numbers of one result

    private readonly List<(string Name, NumberArray Numbers)> last = [];

    /// <summary>The kernel.</summary>
    public Kernel Kernel => kernel;

    /// <inheritdoc/>
    public string Name => LayerName;

    /// <summary>What the last call gave, as far as it is small.</summary>
    public IReadOnlyList<(string Name, NumberArray Numbers)> Last => last;

    /// <summary>What was wrong with the last call that was wrong by itself, whatever its numbers; null for none.</summary>
    public KernelFault? Fault { get; private set; }

    /// <inheritdoc/>
    public (Tensor Output, Tensor? Indices) Forward(Case @case, Tensor input, Tensor? weight, Tensor? bias)
    {
        if (kernel.Kind == KernelKind.Conv2dGradients) return (new WithTheirGradients(this, @case).Apply(input, weight, bias), null);
        Tensor?[] operands = @case.Kind == LayerKind.Conv ? [input, weight, bias] : [input];
        return (Call(@case, operands)[0]!, null);
    }

    /// <summary>Calls the kernel, and keeps what came of it.</summary>
    /// <inheritdoc cref="GuardedCall.Run"/>
    public Tensor?[] Call(Case @case, Tensor?[] operands, int? fill = null)
    {
        last.Clear();
        try
        {
            var results = GuardedCall.Run(kernel, @case, operands, fill);
            foreach (var (name, result) in kernel.Kind.Results().Zip(results))
                if (result is not null && result.numel() <= MostKept) last.Add((name, NumberArray.Of(result)));
            return results;
        }
        catch (KernelFault fault)
        {
            Fault = fault;
            throw;
        }
    }

    /// <summary>Says that a call was wrong by itself.</summary>
    public KernelFault Accuse(KernelFault fault) => Fault = fault;

    /// <summary>Forgets the last call.</summary>
    public void Forget()
    {
        last.Clear();
        Fault = null;
    }

    /// <summary>libtorch's convolution, whose gradients are the kernel's.</summary>
    private sealed class WithTheirGradients(KernelLayer layer, Case @case) : Operation
    {
        private static readonly LibtorchLayer Libtorch = new(widensBFloat16: true);

        protected internal override Tensor Compute(Tensor?[] inputs) => Libtorch.Forward(@case, inputs[0]!, inputs[1], inputs[2]).Output;

        protected internal override Tensor Gradient(int index, Tensor gradOutput, Tensor?[] inputs) =>
            layer.Call(@case, [gradOutput, inputs[0], inputs[1]])[index]!;

        protected internal override void Gradients(bool[] wants, Tensor gradOutput, Tensor?[] inputs, Tensor?[] gradients)
        {
            Tensor?[] all = layer.Call(@case, [gradOutput, inputs[0], inputs[1]]);
            for (int i = 0; i < wants.Length; i++)
            {
                if (wants[i]) gradients[i] = all[i];
                else all[i]?.Dispose();
            }
        }

        protected internal override bool GradientReads(int index, int other) => other < 2; // input and weight, whatever is asked
    }
}
