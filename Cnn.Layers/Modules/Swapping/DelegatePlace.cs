using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers.Swapping;

/// <summary>
/// The module that a delegate was bound to (<c>Func&lt;Tensor, Tensor&gt; f = conv.call</c>). A delegate does not change: one
/// bound to the other module takes its place.
/// </summary>
internal sealed class DelegatePlace(Place bound, int index) : Place
{
    // An extension's first parameter is what it was bound to.
    public override Type Type => Method.IsStatic ? Method.GetParameters()[0].ParameterType : Method.DeclaringType!;

    public override string Where => $"a delegate in {bound.Where}";

    public override string Step => bound.Step;

    public override string? Lock => bound.Lock;

    public override object? Read() => Calls[index].Target;

    public override void Write(object? value)
    {
        var calls = Calls;
        calls[index] = Method.CreateDelegate(calls[index].GetType(), value);
        bound.Write(Delegate.Combine(calls));
    }

    public override Action Put(nn.Module module)
    {
        object? before = bound.Read(), target = Read();
        Write(module);
        object? after = bound.Read();
        return () =>
        {
            if (ReferenceEquals(bound.Read(), after)) bound.Write(before);
            else Write(target);
        };
    }

    protected override string Remedy(string wanted) => $"bind it to a lambda that calls a variable of type {wanted}";

    private Delegate[] Calls => ((Delegate)bound.Read()!).GetInvocationList();

    // forward is bound as the old class's own: the method that it overrides is any module's.
    private MethodInfo Method => Calls[index].Method.GetBaseDefinition();
}
