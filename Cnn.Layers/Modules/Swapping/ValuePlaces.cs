using System.Reflection;
using System.Runtime.CompilerServices;

namespace Cnn.Layers.Swapping;

/// <summary>A part of a value (a tuple, a struct) that is held in another place: written by copying the value. Also a part of an object
/// that its values identify, as a key: not written at all.</summary>
internal abstract class ValuePlace(Place value) : Place
{
    /// <summary>The parts of a value that may lead to a module.</summary>
    /// <param name="value">The value.</param>
    /// <param name="place">What holds it.</param>
    public static IEnumerable<Place> Of(object value, Place place)
    {
        var type = value.GetType();
        var fields = HolderTypes.FieldsOf(type);
        if (fields.Length == 0 || type.GetCustomAttribute<InlineArrayAttribute>() is not { Length: var length })
            return fields.Select(field => new MemberPlace(place, field));
        var element = typeof(InlineElementPlace<,>).MakeGenericType(type, fields[0].FieldType);
        return Enumerable.Range(0, length).Select(index => (Place)Activator.CreateInstance(element, place, index)!);
    }

    public override string Where => value.Where;

    public override string Step => value.Step;

    public override Place? Container => value.Container;

    public override string? Lock => value.Lock;

    public override object? Read() => value.Read() is { } copy ? ReadFrom(copy) : null;

    public override void Write(object? part)
    {
        object copy = value.Read()!;
        WriteTo(copy, part);
        value.Write(copy);
    }

    protected abstract object? ReadFrom(object copy);

    protected abstract void WriteTo(object copy, object? part);

    protected override string Remedy(string wanted) => $"declare its {TypeName.Of(Type)} as {wanted}";
}

/// <summary>A field of a value.</summary>
internal sealed class MemberPlace(Place value, FieldInfo info) : ValuePlace(value)
{
    public override Type Type => info.FieldType;

    protected override object? ReadFrom(object copy) => info.GetValue(copy);

    protected override void WriteTo(object copy, object? part) => info.SetValue(copy, part);
}

/// <summary>An element of an inline array: a struct that declares one field, and has so many of them.</summary>
internal sealed class InlineElementPlace<TArray, TElement>(Place value, int index) : ValuePlace(value) where TArray : struct
{
    public override Type Type => typeof(TElement);

    public override string Step => $"{base.Step}[{index}]";

    protected override object? ReadFrom(object copy) => Element(copy);

    protected override void WriteTo(object copy, object? part) => Element(copy) = (TElement)part!;

    private ref TElement Element(object copy) =>
        ref Unsafe.Add(ref Unsafe.As<TArray, TElement>(ref Unsafe.Unbox<TArray>(copy)), index);
}
