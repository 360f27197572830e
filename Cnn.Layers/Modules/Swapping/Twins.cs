using System.Reflection;
using Cnn.Layers.Autograd;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>The layer of the other library that computes what a layer computes.</summary>
internal static class Twins
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // The four dictionaries of HookableModule.
    private static readonly FieldInfo[] Hooks = typeof(nn.Module<Tensor, Tensor>).BaseType!.GetFields(Own);

    /// <summary>The twin of a layer of TorchSharp; null where this library has no such layer.</summary>
    /// <exception cref="ArgumentException">It has such a layer, but not with these options.</exception>
    public static nn.Module? OfTorch(nn.Module layer, Algorithm algorithm)
    {
        nn.Module? twin = layer switch
        {
            Conv2d conv => Conv2D.From(conv),
            MaxPool2d pool => Pool2D.From(pool),
            AvgPool2d pool => Pool2D.From(pool),
            AdaptiveAvgPool2d pool => AdaptiveAvgPool2D.From(pool),
            _ => null,
        };
        Run(twin, algorithm);
        return twin;
    }

    /// <summary>Has a layer of this library run the loops of <paramref name="algorithm"/>; any other module stays as it is.</summary>
    /// <returns>Whether it ran other ones before.</returns>
    public static bool Run(nn.Module? layer, Algorithm algorithm)
    {
        var before = algorithm;
        if (layer is Conv2D conv) (before, conv.algorithm) = (conv.algorithm, algorithm);
        else if (layer is Pool2D pool) (before, pool.algorithm) = (pool.algorithm, algorithm);
        else if (layer is AdaptiveAvgPool2D average) (before, average.algorithm) = (average.algorithm, algorithm);
        return before != algorithm;
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

    /// <summary>Whether a module is a layer of this library.</summary>
    public static bool IsOfCnn(nn.Module module) => module is Conv2D or Pool2D or AdaptiveAvgPool2D;

    /// <summary>Whether a module is a layer of TorchSharp that this library has a twin for.</summary>
    public static bool IsOfTorch(nn.Module module) => module is Conv2d or MaxPool2d or AvgPool2d or AdaptiveAvgPool2d;

    /// <summary>Why a convolution has no twin here; null if it has one.</summary>
    public static string? Refusal(Conv2d conv)
    {
        string? alien = Alien(conv.weight, "weight") ?? (conv.bias is null ? null : Alien(conv.bias, "bias"));
        if (alien is not null) return alien;
        string? besides = conv.named_parameters(recurse: false).Select(entry => entry.name)
                .FirstOrDefault(name => name is not ("weight" or "bias"))
            ?? conv.named_buffers(recurse: false).Select(entry => entry.name).FirstOrDefault()
            ?? conv.named_children().Select(entry => entry.name).FirstOrDefault();
        if (besides is not null) return $"{besides} is registered in it besides weight and bias, and would leave the state_dict";
        try
        {
            var options = Conv2DOptions.Of(conv).Checked();
            if (options.IsPaddedWrongByTorch)
                return $"{Conv2DOptions.WrongPadding}: Cnn.Layers.Conv2D pads rightly, and gives another size";
            if (conv.padding is [_] && conv.padding_mode != PaddingModes.Zeros)
                return "nn.Conv2d pads the width only where padding has one value and is not zeros: give it two";
            if (conv.weight.dim() != 4 || TensorMemory.ShapeOf(conv.weight) != options.WeightShape)
            {
                string shape = string.Join(", ", conv.weight.shape);
                return $"weight has shape ({shape}) where its options say {options.WeightShape}: make an nn.Conv2d of that size";
            }
            if (conv.bias is not null && (conv.bias.dim() != 1 || conv.bias.shape[0] != conv.out_channels))
                return $"bias has shape ({string.Join(", ", conv.bias.shape)}) where its options say ({conv.out_channels})";
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
        if (exception is ArgumentException { ParamName: { } name })
            text = text.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal);
        return text.TrimEnd('.');
    }

    private static string? Alien(Tensor parameter, string name)
    {
        if (parameter.IsInvalid) return $"its {name} is disposed";
        if (parameter.device_type != DeviceType.CPU)
            return $"its {name} is on {parameter.device}: this library computes on the CPU, so move the model there first (model.cpu())";
        if (!Functional.IsReal(parameter.dtype))
            return $"its {name} is {parameter.dtype}: this library computes in Float32, Float64, Float16 and BFloat16";
        return null;
    }
}
