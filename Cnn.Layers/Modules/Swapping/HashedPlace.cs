using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>A key of a dictionary or a member of a set: found by its hash code, so nothing else can be put there.</summary>
internal sealed class HashedPlace(object module, string holder) : Place
{
    public override Type Type => module.GetType();

    public override string Where => holder;

    public override object? Read() => module;

    public override void Write(object? value) => throw new InvalidOperationException(Where);

    public override string Refusal(nn.Module module) => $"{Where} is found by its hash code: use a list, or a dictionary keyed by name";
}
