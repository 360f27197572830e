using System.Reflection;
using System.Runtime.CompilerServices;

namespace Cnn.Layers.Swapping;

/// <summary>A field of an object: private and readonly ones, those behind properties, and variables that a lambda captured.</summary>
internal sealed class FieldPlace(object owner, FieldInfo info) : Place
{
    public override Type Type => info.FieldType;

    public override string Where => Describe(info);

    public override string Step => References.IsOfDotNet(owner.GetType()) ? "" : $".{NameOf(info)}";

    public override object? Read() => info.GetValue(owner);

    public override void Write(object? value) => info.SetValue(owner, value);

    /// <summary>A field as its author wrote it.</summary>
    public static string Describe(FieldInfo field)
    {
        var type = field.DeclaringType!;
        if (type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)) return $"variable {NameOf(field)} that a lambda captured";
        string kind = field.Name.EndsWith(">k__BackingField", StringComparison.Ordinal) ? "property"
            : field.Name.EndsWith(">P", StringComparison.Ordinal) ? "constructor parameter"
            : "field";
        return $"{kind} {NameOf(field)} of {TypeName.Of(type)}";
    }

    /// <summary>The name in the code: the compiler calls the field behind a property <c>&lt;Name&gt;k__BackingField</c>.</summary>
    public static string NameOf(FieldInfo field) =>
        field.Name.StartsWith('<') && field.Name.IndexOf('>') is > 1 and var end ? field.Name[1..end] : field.Name;
}
