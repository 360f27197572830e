using Cnn.Layers;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Checking;

/// <summary>Layers that a worker loads from this assembly: ours, but for cases of more than one group.</summary>
public abstract class DyingLayer : ILayer
{
    private readonly CnnLayer inner = new(Algorithm.Literal);

    string ILayer.Name => "dying";

    /// <summary>The name by which a worker finds the type.</summary>
    internal static string NameOf<T>() where T : DyingLayer => $"{typeof(T).Assembly.Location}:{typeof(T).FullName}";

    (Tensor Output, Tensor? Indices) ILayer.Forward(Case @case, Tensor input, Tensor? weight, Tensor? bias)
    {
        if (@case.Groups > 1) Die();
        return inner.Forward(@case, input, weight, bias);
    }

    protected abstract void Die();
}

/// <summary>Ends the process.</summary>
public sealed class CrashingLayer : DyingLayer
{
    protected override void Die() => Environment.FailFast("planted");
}

/// <summary>Never returns.</summary>
public sealed class HangingLayer : DyingLayer
{
    protected override void Die() => Thread.Sleep(Timeout.Infinite);
}

/// <summary>Asks for memory that nobody has.</summary>
public sealed class GreedyLayer : DyingLayer
{
    protected override void Die() => zeros([1L << 45], ScalarType.Float32);
}

/// <summary>Prints to standard output, where a worker's messages go as well.</summary>
public sealed class TalkingLayer : DyingLayer
{
    protected override void Die() => Console.Out.Write("no message, and no end of a line");
}
