using System.Reflection;

namespace Cnn.Layers.Swapping;

/// <summary>A field of a value (a tuple, a struct) that is held in another place: written by copying the value.</summary>
internal sealed class MemberPlace(Place value, FieldInfo info) : Place
{
    public override Type Type => info.FieldType;

    public override string Where => value.Where;

    public override object? Read() => value.Read() is { } copy ? info.GetValue(copy) : null;

    public override void Write(object? module)
    {
        object copy = value.Read()!;
        info.SetValue(copy, module);
        value.Write(copy);
    }

    protected override string Remedy(string wanted) => $"declare its {TypeName.Of(Type)} as {wanted}";
}
