namespace Cnn.Reference.Oracle;

/// <summary>What is being run at the moment: should it throw, hang or end the process, this tells whose it was.</summary>
/// <param name="Layer">Which implementation.</param>
/// <param name="What">What it computes.</param>
/// <param name="Order">0: a forward pass; 1: gradients; 2: second derivatives.</param>
internal sealed record Step(string Layer, string What, int Order)
{
    [ThreadStatic]
    private static Step? current;

    /// <summary>The step that this thread has entered last; null before the first.</summary>
    public static Step? Current => current;

    /// <summary>Is told of each step as it is entered, and of null as it is left.</summary>
    public static Action<Step?>? Changed { get; set; }

    /// <summary>From here on, <paramref name="layer"/> runs.</summary>
    public static void Enter(string layer, string what, int order)
    {
        current = new(layer, what, order);
        Changed?.Invoke(current);
    }

    /// <summary>No implementation runs.</summary>
    public static void Leave()
    {
        current = null;
        Changed?.Invoke(null);
    }
}
