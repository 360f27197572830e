using System.Runtime.CompilerServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>
/// Has modules work on other tensors than their own for a while, whoever holds them: a parameter or buffer stays the object that
/// it is, and the memory behind it is another's. So a model can be run in float64, or trained for a step, and nothing of it changes:
/// no value, no gradient, no running statistic.
/// </summary>
/// <remarks>
/// <c>module.to(dtype)</c> would make other Parameter objects, and invalidate the old ones, which optimizers hold. TorchSharp's
/// tensors are a handle each; two handles change places here, and back.
/// </remarks>
internal sealed class TensorSubstitution : IDisposable
{
    private readonly List<(Tensor Own, Tensor Substitute)> pairs = [];

    /// <summary>Gives every parameter and buffer of <paramref name="modules"/> a substitute.</summary>
    /// <param name="modules">Whose tensors; one that several hold gets one substitute.</param>
    /// <param name="convert">Makes a tensor's substitute; it must have memory of its own.</param>
    /// <param name="sharesParameters">Whether a parameter's substitute shares its memory, and differs in its gradient alone.</param>
    public TensorSubstitution(IEnumerable<nn.Module> modules, Func<Tensor, Tensor> convert, bool sharesParameters = false)
    {
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        try
        {
            foreach (var own in modules.SelectMany(module => module.parameters().Concat(module.buffers())).ToList())
            {
                if (own.IsInvalid || !seen.Add(own)) continue;
                using (no_grad())
                {
                    using var alive = own.detach();
                    var substitute = (sharesParameters && own is Parameter ? alive : convert(alive)).detach().DetachFromDisposeScope()!;
                    if (own is Parameter && substitute.is_floating_point()) substitute.requires_grad_(own.requires_grad);
                    pairs.Add((own, substitute));
                }
            }
        }
        catch
        {
            foreach (var (_, substitute) in pairs) substitute.Dispose();
            throw;
        }
        Exchange();
    }

    /// <summary>A substitute of its own for each tensor, with the same values.</summary>
    public static TensorSubstitution Copies(IEnumerable<nn.Module> modules, bool sharesParameters = false) =>
        new(modules, tensor => tensor.clone(), sharesParameters);

    /// <summary>The same values in float64. Whole numbers, such as counters, stay what they are.</summary>
    public static TensorSubstitution Wide(IEnumerable<nn.Module> modules, Func<Tensor, Tensor>? then = null) => new(
        modules,
        tensor =>
        {
            if (!tensor.is_floating_point()) return tensor.clone();
            using var wide = tensor.to(ScalarType.Float64, copy: true);
            return then is null ? wide.alias() : then(wide);
        });

    /// <inheritdoc/>
    public void Dispose()
    {
        Exchange();
        foreach (var (_, substitute) in pairs) substitute.Dispose();
    }

    private void Exchange()
    {
        foreach (var (own, substitute) in pairs) (Handle(own), Handle(substitute)) = (Handle(substitute), Handle(own));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "handle")]
    private static extern ref nint Handle(Tensor tensor);
}
