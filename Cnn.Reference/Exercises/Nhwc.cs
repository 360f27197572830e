using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>The exercise's order of axes, and that of the layers.</summary>
internal static class Nhwc
{
    /// <summary>(N, C, H, W) as (m, n_H, n_W, n_C).</summary>
    public static Tensor FromNchw(Tensor images) => images.permute(0, 2, 3, 1).contiguous();

    /// <summary>(m, n_H, n_W, n_C) as (N, C, H, W).</summary>
    public static Tensor ToNchw(Tensor images) => images.permute(0, 3, 1, 2).contiguous();

    /// <summary>Filters (O, C, kH, kW) as (f, f, n_C_prev, n_C).</summary>
    public static Tensor FromFilters(Tensor filters) => filters.permute(2, 3, 1, 0).contiguous();

    /// <summary>Filters (f, f, n_C_prev, n_C) as (O, C, kH, kW).</summary>
    public static Tensor ToFilters(Tensor filters) => filters.permute(3, 2, 0, 1).contiguous();
}
