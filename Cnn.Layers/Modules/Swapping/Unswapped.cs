using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>
/// Modules that this library has no layer for, but whose convolutions or pools a reader of the report would look for.
/// </summary>
internal static class Unswapped
{
    /// <summary>Why the module stays as it is; null where nothing in it is a convolution or a pool.</summary>
    public static string? Reason(nn.Module module)
    {
        if (module is jit.ScriptModule) return "a ScriptModule runs inside libtorch: nothing in it can be replaced";
        var type = module.GetType();
        if (type.Assembly == typeof(Conv2D).Assembly) return null;
        if (type.Assembly == typeof(nn.Module).Assembly)
            return type.IsSubclassOf(typeof(Convolution)) || type.Name.Contains("Pool", StringComparison.Ordinal)
                ? $"this library has no layer for nn.{type.Name.Split('`')[0]}"
                : null;
        string[] calls = FunctionalCalls.Of(type);
        if (calls.Length > 0)
            return $"its code calls {string.Join(", ", calls.Select(name => $"nn.functional.{name}"))}: call Cnn.Layers.Functional there for this library's";
        return module is Convolution ? $"{TypeName.Of(type)} is a class of its own: it computes as its author wrote" : null;
    }
}
