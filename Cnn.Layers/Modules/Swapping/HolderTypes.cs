using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>Which objects may hold modules, and through which fields.</summary>
internal static class HolderTypes
{
    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Fields = new();
    private static readonly ConcurrentDictionary<Type, bool> Verdicts = new();
    private static readonly ConcurrentDictionary<Type, bool> ExactVerdicts = new();

    private static readonly Type[] Holders =
    [
        typeof(Lazy<>), typeof(StrongBox<>), typeof(Nullable<>), typeof(ArraySegment<>), typeof(Memory<>), typeof(ReadOnlyMemory<>),
        typeof(ThreadLocal<>), typeof(ValueTask<>), typeof(TaskCompletionSource<>),
    ];

    /// <summary>The fields of every class of the hierarchy that may lead to a module.</summary>
    public static FieldInfo[] FieldsOf(Type type) => Fields.GetOrAdd(type, static type => [.. AllFields(type)]);

    /// <summary>Whether this very object may be a module or lead to one: its own class is known, where <see cref="MayLead"/> allows
    /// for classes derived from a field's.</summary>
    public static bool LeadsOn([NotNullWhen(true)] object? value) => value is not null && ExactlyMayLead(value.GetType());

    /// <summary>Whether a value of this type may be a module or lead to one.</summary>
    public static bool MayLead(Type type)
    {
        if (Verdicts.TryGetValue(type, out bool known)) return known;
        Verdicts[type] = true; // while it is looked at: a struct may hold an array of its own kind
        bool verdict = type switch
        {
            { IsPrimitive: true } or { IsEnum: true } or { IsPointer: true } or { IsByRefLike: true } or { IsFunctionPointer: true } =>
                false,
            { IsArray: true } => MayLead(type.GetElementType()!),
            { IsValueType: true } => IsLookedInto(type) && FieldsOf(type).Length > 0,
            { IsSealed: true } => ExactlyMayLead(type),
            _ => IsLookedInto(type),
        };
        return Verdicts[type] = verdict;
    }

    private static bool ExactlyMayLead(Type type)
    {
        if (ExactVerdicts.TryGetValue(type, out bool known)) return known;
        ExactVerdicts[type] = true; // while it is looked at, as above
        bool verdict = type.IsValueType || type.IsArray ? MayLead(type)
            : IsLookedInto(type) && (IsSeenInAnotherWay(type) || FieldsOf(type).Length > 0);
        return ExactVerdicts[type] = verdict;
    }

    // Not by its fields, or not by them alone.
    private static bool IsSeenInAnotherWay(Type type) =>
        typeof(nn.Module).IsAssignableFrom(type) || typeof(Delegate).IsAssignableFrom(type) || IsCollectionOfDotNet(type)
        || IsWeakReference(type) || IsWeakTable(type);

    /// <summary>Whether it is one of .NET's weak references.</summary>
    public static bool IsWeakReference(Type type) =>
        type == typeof(WeakReference) || IsMadeOf(type, typeof(WeakReference<>));

    /// <summary>Whether it is the table that ties data to objects from the outside, found by the objects.</summary>
    public static bool IsWeakTable(Type type) => IsMadeOf(type, typeof(ConditionalWeakTable<,>));

    /// <summary>Whether the field holds the key by which a lookup finds a group.</summary>
    public static bool IsKeyOfGroup(FieldInfo field) =>
        field.Name == "_key" && field.DeclaringType is { Namespace: "System.Linq" } type
        && type.GetInterfaces().Any(face => IsMadeOf(face, typeof(IGrouping<,>)));

    private static bool IsMadeOf(Type type, Type open) => type.IsGenericType && type.GetGenericTypeDefinition() == open;

    /// <summary>Whether two objects of a class are equal, and have one hash code, where their fields are: records, for example.</summary>
    public static bool IsKnownByItsValues(Type type) =>
        type.GetMethod(nameof(GetHashCode), Type.EmptyTypes)!.DeclaringType != typeof(object);

    /// <summary>
    /// Whether an object's own fields are looked into: those of modules and of the user's classes, of collections, tuples and
    /// closures; not those of tensors and of the rest of .NET (threads, streams, reflection), where no layer is kept.
    /// </summary>
    public static bool IsLookedInto(Type type)
    {
        if (type == typeof(string) || type == typeof(IntPtr) || type == typeof(decimal)) return false;
        if (typeof(Tensor).IsAssignableFrom(type) || typeof(SafeHandle).IsAssignableFrom(type)) return false;
        if (typeof(MemberInfo).IsAssignableFrom(type) || typeof(jit.ScriptModule).IsAssignableFrom(type)) return false;
        if (type == typeof(object) || type.IsInterface || typeof(Delegate).IsAssignableFrom(type)) return true;
        return !IsOfDotNet(type) || IsContainer(type) || IsWeakReference(type) || IsWeakTable(type);
    }

    /// <summary>Whether the type comes with .NET.</summary>
    public static bool IsOfDotNet(Type type) =>
        type.Namespace is { } name && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal));

    /// <summary>Whether the type is a collection that comes with .NET, or derived from one.</summary>
    public static bool IsCollectionOfDotNet(Type type)
    {
        for (Type? level = type; level is not null; level = level.BaseType)
            if (level.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true) return true;
        return false;
    }

    private static bool IsContainer(Type type) =>
        type.IsArray
        || type.Namespace!.StartsWith("System.Collections", StringComparison.Ordinal)
        || type.Namespace is "System.Linq" or "System.Dynamic"
        || typeof(ITuple).IsAssignableFrom(type)
        || typeof(Task).IsAssignableFrom(type)
        || type.FullName == "System.Runtime.CompilerServices.Closure" // constants of a compiled expression
        || Holders.Any(holder => IsMadeOf(type, holder) || IsMadeOf(type.DeclaringType ?? type, holder)); // and what is nested in one

    private static IEnumerable<FieldInfo> AllFields(Type type)
    {
        const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
            foreach (var field in level.GetFields(own))
                if (!IsOfModuleItself(field) && !LeadsToOthers(field) && MayLead(field.FieldType)) yield return field;
    }

    // What waits for a task, and a thread's values of every ThreadLocal there is.
    private static bool LeadsToOthers(FieldInfo field) =>
        (field.DeclaringType == typeof(Task) && field.Name == "m_continuationObject")
        || (field.DeclaringType!.DeclaringType == typeof(ThreadLocal<>) && field.Name == "_slotArray");

    // What a module keeps about itself: its native side, which calls back to it, and its hooks. Hooks watch a layer, from the
    // outside; a replacement takes them over as they are.
    private static bool IsOfModuleItself(FieldInfo field)
    {
        var type = field.DeclaringType!;
        return (type == typeof(nn.Module) && field.Name is "_forwardNative" or "boxedModule" or "handle")
            || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(nn.HookableModule<,>));
    }
}
