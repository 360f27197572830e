using System.Collections;

namespace Cnn.Layers.Swapping;

/// <summary>An element of an array of any rank.</summary>
internal sealed class ArrayPlace(Array array, int[] index, string holder) : Place
{
    public override Type Type => array.GetType().GetElementType()!;

    public override string Where => holder;

    public override object? Read() => array.GetValue(index);

    public override void Write(object? value) => array.SetValue(value, index);

    protected override string Remedy(string wanted) => $"make it {wanted}[{new string(',', array.Rank - 1)}]";
}

/// <summary>An element of a list.</summary>
internal sealed class ListPlace(IList list, int index, Type type, string holder) : Place
{
    public override Type Type => type;

    public override string Where => holder;

    public override object? Read() => list[index];

    public override void Write(object? value) => list[index] = value;

    protected override string Remedy(string wanted) => $"declare it with {wanted}";
}

/// <summary>A value of a dictionary.</summary>
internal sealed class EntryPlace(IDictionary dictionary, object key, Type type, string holder) : Place
{
    public override Type Type => type;

    public override string Where => holder;

    public override object? Read() => dictionary[key];

    public override void Write(object? value) => dictionary[key] = value;

    protected override string Remedy(string wanted) => $"declare it with {wanted}";
}
