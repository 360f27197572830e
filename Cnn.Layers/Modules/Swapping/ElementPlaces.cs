using System.Collections;

namespace Cnn.Layers.Swapping;

/// <summary>An element of a collection.</summary>
/// <param name="collection">The collection.</param>
/// <param name="type">The type of its elements.</param>
/// <param name="holder">The place that holds the collection.</param>
internal abstract class ElementPlace(object collection, Type type, Place holder) : Place
{
    protected object Collection => collection;

    public override Type Type => type;

    public override string Where =>
        Container is { } outer ? outer.Where : $"the {TypeName.Of(collection.GetType())} in {holder.Where}";

    public override Place? Container => holder.Container;

    protected override string Remedy(string wanted) => $"declare it with {wanted}";
}

/// <summary>An element of an array of any rank.</summary>
internal sealed class ArrayPlace(Array array, int[] index, Place holder) : ElementPlace(array, array.GetType().GetElementType()!, holder)
{
    public override string Step => $"[{string.Join(", ", index)}]";

    public override object? Read() => array.GetValue(index);

    public override void Write(object? value) => array.SetValue(value, index);

    protected override string Remedy(string wanted) =>
        Container is null ? $"make it {wanted}[{new string(',', array.Rank - 1)}]" : base.Remedy(wanted);
}

/// <summary>An element of a list.</summary>
internal sealed class ListPlace(IList list, int index, Type type, Place holder) : ElementPlace(list, type, holder)
{
    public override string Step => $"[{index}]";

    public override object? Read() => list[index];

    public override void Write(object? value) => list[index] = value;
}

/// <summary>A value of a dictionary.</summary>
internal sealed class EntryPlace(IDictionary dictionary, object key, Type type, Place holder) : ElementPlace(dictionary, type, holder)
{
    public override string Step => $"[\"{key}\"]";

    public override object? Read() => dictionary[key];

    public override void Write(object? value) => dictionary[key] = value;
}

/// <summary>A key of a dictionary or a member of a set: found by its hash code, so nothing else can be put there.</summary>
internal sealed class HashedPlace(object collection, object? item, Place holder) : ElementPlace(collection, typeof(object), holder)
{
    public override string Step => "";

    public override string Where => Collection is IDictionary ? $"a key of {base.Where}" : base.Where;

    public override string Lock => $"{Where} is found by its hash code: use a list, or a dictionary keyed by name";

    public override object? Read() => item;

    public override void Write(object? value) => throw new InvalidOperationException(Lock);
}

/// <summary>What a weak reference refers to.</summary>
internal sealed class WeakPlace(object reference, Place holder) : Place
{
    private const string Get = nameof(WeakReference<object>.TryGetTarget), Set = nameof(WeakReference<object>.SetTarget);

    public override Type Type => reference.GetType() is { IsGenericType: true } type ? type.GetGenericArguments()[0] : typeof(object);

    public override string Where => $"the weak reference in {holder.Where}";

    public override string Step => "";

    public override object? Read()
    {
        if (reference is WeakReference any) return any.Target;
        object?[] target = [null];
        reference.GetType().GetMethod(Get)!.Invoke(reference, target);
        return target[0];
    }

    public override void Write(object? value)
    {
        if (reference is WeakReference any) any.Target = value;
        else reference.GetType().GetMethod(Set)!.Invoke(reference, [value]);
    }
}
