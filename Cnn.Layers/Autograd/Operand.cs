using System.Runtime.InteropServices;
using Cnn.Layers.Geometry;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Autograd;

/// <summary>A tensor that is handed over: whether the loops can take it, and how it stays alive while they work on its memory.</summary>
internal static class Operand
{
    /// <summary>
    /// A reference of our own to the same tensor, to be disposed after the call: the caller's may be disposed meanwhile, by
    /// another thread as well, and the memory would go with it.
    /// </summary>
    /// <remarks>It costs 0.1 us. What no reference helps against is told in the remarks of <see cref="Functional"/>.</remarks>
    /// <param name="tensor">The caller's.</param>
    /// <param name="argument">Its name.</param>
    /// <exception cref="ArgumentException">The tensor is disposed, sparse, or not on the CPU.</exception>
    public static Tensor Hold(Tensor tensor, string argument)
    {
        ArgumentNullException.ThrowIfNull(tensor, argument);
        var held = Alias(tensor, argument);
        try
        {
            Check(held, argument);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Refuses what no layer takes.</summary>
    /// <inheritdoc cref="Hold" path="/param|/exception"/>
    public static void Check(Tensor tensor, string argument)
    {
        CheckAlive(tensor, argument);
        var device = tensor.device_type;
        string advice = device == DeviceType.META ? "it has no numbers there to move: make it on the CPU" : "move it there with .cpu()";
        Rule.Require(device == DeviceType.CPU, argument, $"{argument} is on {device}: these loops run on the CPU; {advice}.");
        Rule.Require(!tensor.is_sparse, argument, $"{argument} is sparse: must be dense; .to_dense() makes it so.");
    }

    /// <summary>Refuses a tensor that has been disposed of.</summary>
    /// <inheritdoc cref="Hold" path="/param|/exception"/>
    public static void CheckAlive(Tensor tensor, string argument)
    {
        if (tensor.IsInvalid) throw Rule.Refusal(argument, Disposed(argument));
    }

    /// <summary>Whether memory has run out: for libtorch's allocator, for scratch, or for a table.</summary>
    public static bool IsOutOfMemory(Exception exception) => exception is OutOfMemoryException
        || (exception is ExternalException && (
            exception.Message.Contains("allocate memory", StringComparison.Ordinal)
            || exception.Message.Contains("not enough memory", StringComparison.Ordinal)));

    private static string Disposed(string argument) => $"{argument} is a disposed tensor: must be alive.";

    private static Tensor Alias(Tensor tensor, string argument)
    {
        try
        {
            return tensor.alias();
        }
        catch (InvalidOperationException)
        {
            throw Rule.Refusal(argument, Disposed(argument));
        }
    }
}
