using System.Reflection;
using Cnn.Layers.Autograd;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>The layer of the other library that computes what a layer computes.</summary>
internal static class Twins
{
    private static readonly FieldInfo[] Hooks =
    [
        .. typeof(nn.Module<Tensor, Tensor>).BaseType!.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly),
    ];

    /// <summary>The twin of a layer of TorchSharp; null where this library has no such layer.</summary>
    /// <exception cref="ArgumentException">It has such a layer, but not with these options.</exception>
    public static nn.Module? OfTorch(nn.Module layer, Algorithm algorithm)
    {
        switch (layer)
        {
            case Conv2d conv:
                var convolution = Conv2D.From(conv);
                convolution.algorithm = algorithm;
                return convolution;
            case MaxPool2d or AvgPool2d:
                var pool = layer is MaxPool2d max ? Pool2D.From(max) : Pool2D.From((AvgPool2d)layer);
                pool.algorithm = algorithm;
                return pool;
            case AdaptiveAvgPool2d adaptive:
                var average = AdaptiveAvgPool2D.From(adaptive);
                average.algorithm = algorithm;
                return average;
            default:
                return null;
        }
    }

    /// <summary>The twin of a layer of this library; null for any other module.</summary>
    /// <exception cref="InvalidOperationException">TorchSharp's layer goes wrong with these options.</exception>
    public static nn.Module? OfCnn(nn.Module layer) => layer switch
    {
        Conv2D conv => conv.ToTorch(),
        Pool2D pool => pool.ToTorch(),
        AdaptiveAvgPool2D pool => pool.ToTorch(),
        _ => null,
    };

    /// <summary>Why a convolution has no twin here; null if it has one.</summary>
    public static string? Refusal(Conv2d conv)
    {
        if (conv.weight.IsInvalid) return "its weight is disposed";
        string? alien = Alien(conv.weight, "weight") ?? (conv.bias is null ? null : Alien(conv.bias, "bias"));
        if (alien is not null) return alien;
        string? besides = conv.named_parameters(recurse: false).Select(entry => entry.name).FirstOrDefault(name => name is not ("weight" or "bias"))
            ?? conv.named_buffers(recurse: false).Select(entry => entry.name).FirstOrDefault()
            ?? conv.named_children().Select(entry => entry.name).FirstOrDefault();
        if (besides is not null) return $"{besides} is registered in it besides weight and bias, and would leave the state_dict";
        try
        {
            var options = Conv2DOptions.Of(conv).Checked();
            if (options.IsPaddedWrongByTorch) return $"{Conv2DOptions.WrongPadding}: Cnn.Layers.Conv2D pads rightly, and gives another size";
            if (conv.padding is [_] && conv.padding_mode != PaddingModes.Zeros) return "nn.Conv2d pads the width only where padding has one value and is not zeros: give it two";
            if (conv.weight.dim() != 4 || TensorMemory.ShapeOf(conv.weight) != options.WeightShape)
                return $"weight has shape ({string.Join(", ", conv.weight.shape)}) where its options say {options.WeightShape}: make an nn.Conv2d of that size";
            return null;
        }
        catch (ArgumentException exception)
        {
            return Sentence(exception);
        }
    }

    /// <summary>Gives a twin what its layer has besides parameters and options: the training flag, and the same hooks.</summary>
    public static T Follow<T>(nn.Module<Tensor, Tensor> layer, T twin) where T : nn.Module<Tensor, Tensor>
    {
        twin.train(layer.training);
        // The dictionaries themselves: whoever added a hook to the layer removes it from both.
        foreach (var hooks in Hooks) hooks.SetValue(twin, hooks.GetValue(layer));
        return twin;
    }

    /// <summary>A refusal as a part of a sentence: without .NET's note of the parameter, and without its full stop.</summary>
    public static string Sentence(Exception exception)
    {
        string text = exception.Message;
        if (exception is ArgumentException { ParamName: { } name }) text = text.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal);
        return text.TrimEnd('.');
    }

    private static string? Alien(Tensor parameter, string name)
    {
        if (parameter.device_type != DeviceType.CPU)
            return $"its {name} is on {parameter.device}: this library computes on the CPU, so move the model there first (model.cpu())";
        if (!Functional.IsReal(parameter.dtype))
            return $"its {name} is {parameter.dtype}: this library computes in Float32, Float64, Float16 and BFloat16";
        return null;
    }
}
