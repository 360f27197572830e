using System.Reflection;

namespace Cnn.Reference.KernelChecking;

/// <summary>What a method lacks to be a kernel.</summary>
internal static class Signatures
{
    private static readonly Dictionary<Type, string> Words = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
    };

    /// <summary>The nearest delegate and the first place that differs, in a clause.</summary>
    /// <param name="methods">Those of the name; one at least.</param>
    public static string Nearest(IReadOnlyList<MethodInfo> methods)
    {
        if (methods[0].DeclaringType!.IsGenericTypeDefinition)
            return $"{NameOf(methods[0].DeclaringType!)} is a generic type, of which nobody says the element type: " +
                "a kernel is a method of a type that is not";
        var (method, @delegate, _) = (
            from each in methods
            from candidate in KernelDelegates.All
            select (each, candidate, Distance(each, candidate))).MinBy(each => each.Item3);
        var invoke = @delegate.GetMethod("Invoke")!;
        string name = @delegate.IsGenericType
            ? $"{KernelDelegates.NameOf(@delegate)}<{NameOf(@delegate.GetGenericArguments()[0])}>" : @delegate.Name;
        string wanted = $"{NameOf(invoke.ReturnType)} ({string.Join(", ", invoke.GetParameters().Select(NameOf))})";
        return $"the nearest is {name}, {wanted}: {Difference(method, invoke)}";
    }

    private static int Distance(MethodInfo method, Type @delegate)
    {
        var invoke = @delegate.GetMethod("Invoke")!;
        ParameterInfo[] yours = method.GetParameters(), theirs = invoke.GetParameters();
        int different = Math.Abs(yours.Length - theirs.Length)
            + yours.Zip(theirs).Count(pair => pair.First.ParameterType != pair.Second.ParameterType)
            + yours.Zip(theirs).Count(pair => Word(pair.First) != Word(pair.Second)); // spans of another type are nearer than no spans
        return 2 * different + (method.ReturnType == invoke.ReturnType ? 0 : 1);

        static string Word(ParameterInfo parameter) => NameOf(parameter.ParameterType).Split('<')[0];
    }

    private static string Difference(MethodInfo method, MethodInfo invoke)
    {
        ParameterInfo[] yours = method.GetParameters(), theirs = invoke.GetParameters();
        for (int i = 0; i < Math.Min(yours.Length, theirs.Length); i++)
            if (yours[i].ParameterType != theirs[i].ParameterType)
                return $"parameter {i + 1} of yours is {NameOf(yours[i])}, not {NameOf(theirs[i])}";
        if (yours.Length < theirs.Length) return $"yours has no parameter {yours.Length + 1}, {NameOf(theirs[yours.Length])}";
        if (yours.Length > theirs.Length) return $"parameter {theirs.Length + 1} of yours, {NameOf(yours[theirs.Length])}, is one too many";
        return method.ReturnType != invoke.ReturnType
            ? $"yours returns {NameOf(method.ReturnType)}, not {NameOf(invoke.ReturnType)}" : "a constraint of yours refuses its type";
    }

    private static string NameOf(ParameterInfo parameter) => $"{NameOf(parameter.ParameterType)} {parameter.Name}";

    private static string NameOf(Type type)
    {
        if (Words.TryGetValue(type, out string? word)) return word;
        if (type.IsByRef) return $"ref {NameOf(type.GetElementType()!)}";
        if (type.IsArray) return $"{NameOf(type.GetElementType()!)}[]";
        if (Nullable.GetUnderlyingType(type) is { } value) return $"{NameOf(value)}?";
        string name = type.Name.Split('`')[0];
        if (!type.IsGenericType) return name;
        string arguments = string.Join(", ", type.GetGenericArguments().Select(NameOf));
        return name == nameof(ValueTuple) ? $"({arguments})" : $"{name}<{arguments}>";
    }
}
