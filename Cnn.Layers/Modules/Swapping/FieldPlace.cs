using System.Reflection;
using System.Runtime.CompilerServices;

namespace Cnn.Layers.Swapping;

/// <summary>A field of an object: private and readonly ones, those behind properties, and variables that a lambda captured.</summary>
internal sealed class FieldPlace : Place
{
    private readonly object owner;
    private readonly FieldInfo info;
    private readonly Place? holder;

    /// <summary>A field.</summary>
    /// <param name="owner">The object.</param>
    /// <param name="info">Its field.</param>
    /// <param name="holder">What holds the object; null for a module.</param>
    public FieldPlace(object owner, FieldInfo info, Place? holder)
    {
        (this.owner, this.info, this.holder) = (owner, info, holder);
        if (holder is not null && HolderTypes.IsOfDotNet(owner.GetType())) Container = holder.Container ?? this;
    }

    public override Type Type => info.FieldType;

    public override string Where =>
        Container is null ? Describe(info)
        : Container == this ? $"the {TypeName.Of(owner.GetType())} in {holder!.Where}"
        : Container.Where;

    public override string Step => HolderTypes.IsOfDotNet(owner.GetType()) ? "" : $".{NameOf(info)}";

    public override Place? Container { get; }

    public override object? Read() => info.GetValue(owner);

    public override void Write(object? value) => info.SetValue(owner, value);

    protected override string Remedy(string wanted) => Container is null ? base.Remedy(wanted) : $"declare it with {wanted}";

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
