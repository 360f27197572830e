using static TorchSharp.torch;

namespace Cnn.Reference.Interchange;

/// <summary>The memory of a tensor, piece by piece: one span cannot hold more than 2 GiB.</summary>
internal static class TensorBytes
{
    private const long PieceBytes = 1 << 20;

    /// <summary>The tensor's own numbers in their order, on the CPU, without gaps.</summary>
    /// <remarks>A view that another tensor gives up for it is the caller's to dispose of, as this is.</remarks>
    public static Tensor InOrder(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().resolve_neg().contiguous().reshape(-1).MoveToOuterDisposeScope();
    }

    /// <summary>Writes the numbers of a tensor of any strides, as they lie in memory.</summary>
    public static void Write(Tensor tensor, Stream stream)
    {
        using var flat = InOrder(tensor);
        ForEach(flat, bytes => stream.Write(bytes));
    }

    /// <summary>Gives the bytes of a contiguous tensor of rank 1, to be read or written.</summary>
    public static void ForEach(Tensor flat, SpanAction action)
    {
        long step = PieceBytes / flat.element_size(), elements = flat.numel();
        for (long at = 0; at < elements; at += step)
        {
            using var piece = flat.narrow(0, at, Math.Min(step, elements - at));
            action(piece.bytes);
        }
    }

    /// <summary>Reads or writes some bytes.</summary>
    public delegate void SpanAction(Span<byte> bytes);
}
