using Cnn.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>A layer of ours for one of libtorch's, with the same parameters.</summary>
/// <param name="Layer">Ours; null where there is none.</param>
/// <param name="Reason">Why there is none, for a layer of a kind that is swapped otherwise; null where nothing is to be said.</param>
internal sealed record Twin(nn.Module<Tensor, Tensor>? Layer, string? Reason);

/// <summary>The layers that <c>UseCnnLayers</c> puts in libtorch's places.</summary>
internal static class Twins
{
    /// <summary>Ours for a layer.</summary>
    public static Twin Of(string path, nn.Module<Tensor, Tensor> layer)
    {
        switch (layer)
        {
            case Conv2d conv when conv.padding is not null:
                var p = conv.padding; var k = conv.kernel_size; var s = conv.stride; var d = conv.dilation;
                var mine = new Conv2D(conv.in_channels, conv.out_channels, (k[0], k[1]), (s[0], s[1]), (p![0], p[^1]), (d[0], d[1]), conv.padding_mode, conv.groups, conv.bias is not null, dtype: conv.weight!.dtype);
                mine.weight = conv.weight; mine.bias = conv.bias;
                return new(mine, null);
            default: return new(null, null);
        }
    }
}
