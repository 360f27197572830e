using System.Reflection;

namespace Cnn.Layers.Swapping;

/// <summary>A field of a value (a tuple, a struct) that is held in another place: written by copying the value. Also a field of an
/// object that its values identify, as a key: not written at all.</summary>
internal sealed class MemberPlace(Place value, FieldInfo info) : Place
{
    public override Type Type => info.FieldType;

    public override string Where => value.Where;

    public override string Step => value.Step;

    public override string? Lock => value.Lock;

    public override object? Read() => value.Read() is { } copy ? info.GetValue(copy) : null;

    public override void Write(object? module)
    {
        object copy = value.Read()!;
        info.SetValue(copy, module);
        value.Write(copy);
    }

    protected override string Remedy(string wanted) => $"declare its {TypeName.Of(Type)} as {wanted}";
}
