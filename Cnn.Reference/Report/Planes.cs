using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Report;

/// <summary>Tensors as planes.</summary>
internal static class Planes
{
    /// <summary>A tensor of rows and columns.</summary>
    public static Plane Of(Tensor plane) =>
        new((int)plane.shape[0], (int)plane.shape[1], plane.detach().to_type(ScalarType.Float32).contiguous().data<float>().ToArray());

    /// <summary>A row of numbers, folded where it is longer than this.</summary>
    public static Plane OfRow(Tensor row, int width)
    {
        float[] values = row.detach().to_type(ScalarType.Float32).contiguous().data<float>().ToArray();
        width = Math.Min(width, values.Length);
        return new((values.Length + width - 1) / width, width, values);
    }
}
