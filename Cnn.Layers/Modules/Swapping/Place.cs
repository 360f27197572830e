using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>One place of the object graph that holds a reference: a field, an element of an array or a list, an entry of a
/// dictionary.</summary>
internal abstract class Place
{
    /// <summary>The type that the place is declared with.</summary>
    public abstract Type Type { get; }

    /// <summary>Where it is, for a reader: <c>field conv of Net</c>.</summary>
    public abstract string Where { get; }

    /// <summary>What it adds to the path of its holder, as code: <c>.conv</c>, <c>[2]</c>; nothing inside .NET's own classes.</summary>
    public abstract string Step { get; }

    /// <summary>
    /// The outermost object of .NET that this is a part of, as its place: fields of a LinkedListNode mean nothing to a reader. Null
    /// elsewhere.
    /// </summary>
    public virtual Place? Container => null;

    /// <summary>Why nothing else may ever stand here; null for most places.</summary>
    public virtual string? Lock => null;

    /// <summary>What the place holds now.</summary>
    public abstract object? Read();

    /// <summary>Puts another value there.</summary>
    /// <param name="value">An object of the place's type.</param>
    public abstract void Write(object? value);

    /// <summary>Why <paramref name="module"/> cannot be put here, with the edit that helps; null if it can.</summary>
    public string? Refusal(nn.Module module) =>
        Lock ?? (Type.IsInstanceOfType(module)
            ? null
            : $"{Where} takes {TypeName.Of(Type)} only: {Remedy(TypeName.Of(TypeName.LayerBase(module)))}");

    /// <summary>Puts a module here.</summary>
    /// <returns>What brings back the object that was here.</returns>
    public virtual Action Put(nn.Module module)
    {
        object? before = Read();
        Write(module);
        return () => Write(before);
    }

    /// <summary>The edit of the model's code that makes room for a module of type <paramref name="wanted"/>.</summary>
    protected virtual string Remedy(string wanted) => $"declare it {wanted}";
}
