using System.Runtime.Loader;
using Cnn.Layers;

namespace Cnn.Reference.Oracle;

/// <summary>Implementations by name, as they travel between processes.</summary>
internal static class LayerNames
{
    private const char Divider = ':'; // between an assembly's file and a type: the last one, for a drive has one as well

    /// <summary>The implementation called fast, literal or libtorch, or of the type that "file.dll:Namespace.Type" names.</summary>
    public static ILayer Create(string name)
    {
        if (name == LibtorchLayer.LayerName) return new LibtorchLayer();
        if (Enum.TryParse<Algorithm>(name, ignoreCase: true, out var algorithm)) return new CnnLayer(algorithm);
        int at = name.LastIndexOf(Divider);
        var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(name[..at]));
        return (ILayer)Activator.CreateInstance(assembly.GetType(name[(at + 1)..], throwOnError: true)!)!;
    }
}
