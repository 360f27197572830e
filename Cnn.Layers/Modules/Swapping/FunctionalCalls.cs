using System.Collections.Concurrent;
using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>Which functions of this library's kind the code of a module calls in <c>torch.nn.functional</c>.</summary>
internal static class FunctionalCalls
{
    private const byte Call = 0x28; // the instruction; four bytes of the method's token follow

    private static readonly string[] Ours =
    [
        nameof(Functional.conv2d), nameof(Functional.max_pool2d), nameof(Functional.max_pool2d_with_indices), nameof(Functional.avg_pool2d),
        nameof(Functional.adaptive_avg_pool2d),
    ];

    private static readonly ConcurrentDictionary<Type, string[]> Known = new();

    /// <summary>The functions that methods and lambdas of the type call, and those of the classes it derives from, outside of
    /// TorchSharp.</summary>
    public static string[] Of(Type type) => Known.GetOrAdd(type, static type => [.. Find(type).Distinct().Order(StringComparer.Ordinal)]);

    private static IEnumerable<string> Find(Type type)
    {
        const BindingFlags all =
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var torchSharp = typeof(nn.Module).Assembly;
        for (var level = type; level is not null && level.Assembly != torchSharp && !HolderTypes.IsOfDotNet(level); level = level.BaseType)
            // lambdas live in nested classes
            foreach (var part in level.GetNestedTypes(all).Where(nested => nested.Name.StartsWith('<')).Append(level))
                foreach (var method in part.GetMethods(all))
                    foreach (string name in CalledBy(method)) yield return name;
    }

    private static IEnumerable<string> CalledBy(MethodInfo method)
    {
        if (Code(method) is not { } code) yield break;
        for (int i = 0; i + 4 < code.Length; i++)
        {
            if (code[i] != Call) continue;
            // A byte of data may look like the instruction: only a token of such a function counts.
            if (Resolve(method, BitConverter.ToInt32(code, i + 1)) is { } called
                && called.DeclaringType == typeof(nn.functional) && Ours.Contains(called.Name)) yield return called.Name;
        }
    }

    private static byte[]? Code(MethodInfo method)
    {
        try
        {
            return method.GetMethodBody()?.GetILAsByteArray();
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException or BadImageFormatException)
        {
            return null; // code that was made while running has no bytes to read
        }
    }

    private static MethodBase? Resolve(MethodInfo method, int token)
    {
        const int memberReference = 0x0A, methodSpecification = 0x2B;
        if (token >>> 24 is not (memberReference or methodSpecification)) return null;
        try
        {
            return method.Module.ResolveMethod(token);
        }
        catch (Exception exception) when (exception is ArgumentException or BadImageFormatException or FileNotFoundException
            or TypeLoadException)
        {
            return null;
        }
    }
}
