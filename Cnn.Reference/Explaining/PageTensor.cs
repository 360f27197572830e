using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Explaining;

/// <summary>A tensor as the page reads it.</summary>
/// <param name="Shape">Its sizes.</param>
/// <param name="Data">Its elements in row-major order, their bytes little-endian, as base64.</param>
/// <param name="Libtorch">What libtorch has in its place; null for what both were given.</param>
internal sealed record PageTensor(long[] Shape, string Data, string? Libtorch)
{
    /// <summary>A tensor, and libtorch's beside it.</summary>
    public static PageTensor Of(Tensor tensor, Tensor? libtorch = null) =>
        new(tensor.shape, Base64(tensor), libtorch is null ? null : Base64(libtorch));

    /// <summary>The bytes of a tensor; indices become 32 bits wide.</summary>
    public static string Base64(Tensor tensor)
    {
        using var narrow = tensor.dtype == ScalarType.Int64 ? tensor.to(ScalarType.Int32) : tensor.alias();
        using var rows = narrow.contiguous();
        return Convert.ToBase64String(rows.bytes);
    }
}
