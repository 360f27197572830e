using System.Reflection;
using System.Runtime.Loader;

namespace Cnn.Reference.KernelChecking;

/// <summary>Where another process finds a kernel: a static method of an assembly's file.</summary>
/// <param name="File">The assembly.</param>
/// <param name="Type">The type, with its namespace.</param>
/// <param name="Method">The method.</param>
/// <param name="Delegate">The delegate that it fits, one of <see cref="KernelDelegates"/>; null for the only one that it fits.</param>
/// <param name="Element">The element type of a delegate over spans; null for tensors.</param>
internal sealed record KernelName(string File, string Type, string Method, string? Delegate = null, string? Element = null)
{
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>The name of a delegate's method.</summary>
    /// <exception cref="ArgumentException">Another process cannot find it.</exception>
    public static KernelName Of(Delegate yours)
    {
        var method = yours.Method;
        string file = method.DeclaringType?.Assembly.Location ?? "";
        if (!method.IsStatic || yours.Target is not null || file.Length == 0 || method.DeclaringType!.IsGenericType)
            throw new ArgumentException(
                $"yours is {method.DeclaringType?.FullName}.{method.Name}: OwnProcess needs a static method of an assembly's file, " +
                "not a lambda or a method of an object, because another process must find it.", nameof(yours));
        var @delegate = yours.GetType();
        string? element = @delegate.IsGenericType ? @delegate.GetGenericArguments()[0].Name : null;
        return new(file, method.DeclaringType.FullName!, method.Name, KernelDelegates.NameOf(@delegate), element);
    }

    /// <summary>Finds the method, in this process.</summary>
    /// <exception cref="KernelNameException">There is no such thing; the sentence lists what there is.</exception>
    public Kernel Load()
    {
        var type = Find(LoadAssembly());
        MethodInfo[] methods = [.. type.GetMethods(Static).Where(method => method.Name == Method)];
        if (methods.Length == 0)
        {
            string[] kernels = [.. type.GetMethods(Static).Where(method => Fits(method).Any()).Select(method => method.Name).Distinct()];
            throw new KernelNameException($"--method {Type}.{Method}: {Type} has no such static method{Possible("; it has", kernels)}.");
        }
        foreach (var method in methods)
            if (Fits(method).FirstOrDefault() is { } fit) return KernelDelegates.Create(fit);
        throw new KernelNameException($"--method {Type}.{Method}: its parameters are those of no kernel; {Signatures.Nearest(methods)}.");
    }

    private IEnumerable<Delegate> Fits(MethodInfo method) =>
        from @delegate in KernelDelegates.All
        where Delegate is null
            || (KernelDelegates.NameOf(@delegate) == Delegate && (Element is null || @delegate.GetGenericArguments()[0].Name == Element))
        let bound = Bind(@delegate, method)
        where bound is not null
        select bound;

    private static Delegate? Bind(Type @delegate, MethodInfo method)
    {
        if (method.DeclaringType!.IsGenericTypeDefinition) return null; // of which T?
        if (method.IsGenericMethodDefinition)
        {
            if (!@delegate.IsGenericType || method.GetGenericArguments().Length != 1) return null;
            try
            {
                method = method.MakeGenericMethod(@delegate.GetGenericArguments());
            }
            catch (ArgumentException)
            {
                return null; // a constraint of its own
            }
        }
        return System.Delegate.CreateDelegate(@delegate, method, throwOnBindFailure: false);
    }

    private Assembly LoadAssembly()
    {
        string path = Path.GetFullPath(File);
        if (!System.IO.File.Exists(path)) throw new KernelNameException($"--kernel {File}: there is no such file.");
        try
        {
            return new KernelLoadContext(path).LoadFromAssemblyPath(path);
        }
        catch (Exception exception) when (exception is BadImageFormatException or FileLoadException)
        {
            throw new KernelNameException($"--kernel {File}: is no .NET assembly that can be loaded: {exception.Message}");
        }
    }

    private Type Find(Assembly assembly)
    {
        try
        {
            if (assembly.GetType(Type) is { } type) return type;
            string[] types =
            [
                .. from each in assembly.GetTypes()
                   where each.GetMethods(Static).Any(method => Fits(method).Any())
                   select each.FullName,
            ];
            throw new KernelNameException(
                $"--method {Type}.{Method}: {Path.GetFileName(File)} has no type {Type}{Possible("; kernels are in", types)}.");
        }
        catch (Exception exception) when (
            exception is FileNotFoundException or FileLoadException or TypeLoadException or ReflectionTypeLoadException)
        {
            var cause = exception is ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } ? first : exception;
            throw new KernelNameException($"--kernel {File}: cannot be loaded: {cause.Message.TrimEnd('.')}.");
        }
    }

    private static string Possible(string before, string[] names)
    {
        const int most = 8;
        string more = names.Length > most ? ", ..." : "";
        return names.Length == 0 ? ", and no kernel" : $"{before} {string.Join(", ", names.Take(most))}{more}";
    }

    /// <summary>What lies beside the kernel is the kernel's; what this program has loaded is shared, or no delegate would fit.</summary>
    private sealed class KernelLoadContext(string file) : AssemblyLoadContext(Path.GetFileName(file))
    {
        private static readonly string[] Shared = ["Cnn.Reference", "Cnn.Layers", "TorchSharp"];

        private readonly AssemblyDependencyResolver resolver = new(file);

        protected override Assembly? Load(AssemblyName name)
        {
            if (Shared.Contains(name.Name)) return null; // the default context's
            return resolver.ResolveAssemblyToPath(name) is { } path ? LoadFromAssemblyPath(path) : null;
        }

        protected override nint LoadUnmanagedDll(string name) =>
            resolver.ResolveUnmanagedDllToPath(name) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
    }
}

/// <summary>No such kernel, in a sentence.</summary>
internal sealed class KernelNameException(string sentence) : Exception(sentence);

/// <summary>The delegates that a kernel can be.</summary>
internal static class KernelDelegates
{
    private static readonly Type[] Spans =
        [typeof(Conv2dSpanFunction<>), typeof(Conv2dGradientsSpanFunction<>), typeof(MaxPool2dSpanFunction<>),
            typeof(AvgPool2dSpanFunction<>)];

    private static readonly Type[] Reals = [typeof(float), typeof(double), typeof(Half)];
    private static readonly Type[] Integers = [typeof(byte), typeof(sbyte), typeof(short), typeof(int), typeof(long)];

    /// <summary>Those over tensors, then those over spans, of float first.</summary>
    public static IReadOnlyList<Type> All { get; } =
    [
        typeof(Conv2dFunction), typeof(Conv2dGradientsFunction), typeof(MaxPool2dFunction), typeof(AvgPool2dFunction),
        .. Spans.SelectMany(span => Reals.Select(element => span.MakeGenericType(element))),
        .. Integers.Select(element => typeof(MaxPool2dSpanFunction<>).MakeGenericType(element)),
    ];

    /// <summary>The names of those over tensors.</summary>
    public static IEnumerable<string> Names => All.Where(each => !each.IsGenericType).Select(NameOf);

    /// <summary>A delegate's name, without its element type.</summary>
    public static string NameOf(Type type) => type.Name.Split('`')[0];

    /// <summary>The kernel of a delegate.</summary>
    public static Kernel Create(Delegate yours)
    {
        var type = yours.GetType();
        if (!type.IsGenericType) return new TensorKernel(yours);
        const BindingFlags constructor =
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.CreateInstance | BindingFlags.DoNotWrapExceptions;
        var kernel = typeof(SpanKernel<>).MakeGenericType(type.GetGenericArguments());
        return (Kernel)Activator.CreateInstance(kernel, constructor, binder: null, [yours], culture: null)!;
    }
}
