using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>Types as one writes them in C#.</summary>
internal static class TypeName
{
    /// <summary><c>ModuleList&lt;Conv2d&gt;</c>, <c>nn.Module&lt;Tensor, Tensor&gt;[]</c>.</summary>
    public static string Of(Type type)
    {
        if (type.IsArray) return $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        string name = type.Name.Split('`')[0];
        if (type.DeclaringType == typeof(nn)) name = $"nn.{name}";
        if (!type.IsGenericType) return name;
        string arguments = string.Join(", ", type.GetGenericArguments().Select(Of));
        return type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal) ? $"({arguments})" : $"{name}<{arguments}>";
    }

    /// <summary>The type to declare a place with that any layer of the module's kind can stand in: nn.Module&lt;Tensor, Tensor&gt;.</summary>
    public static Type LayerBase(nn.Module module)
    {
        for (var type = module.GetType(); type is not null; type = type.BaseType)
            if (type.IsGenericType && type.GetGenericTypeDefinition().Name.StartsWith("Module`", StringComparison.Ordinal)) return type;
        return typeof(nn.Module);
    }
}
