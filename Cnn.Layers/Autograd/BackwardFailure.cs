namespace Cnn.Layers;

/// <summary>What went wrong inside the last failed backward pass of one of these layers.</summary>
/// <remarks>
/// libtorch passes on only that a gradient was invalid; the exception behind it is kept here. That holds for
/// <c>backward()</c>: an error inside of <c>torch.autograd.grad</c> ends the process, in libtorch's own layers as in these,
/// because TorchSharp does not guard that call.
/// </remarks>
public static class BackwardFailure
{
    private static Exception? last;

    /// <summary>The exception of the last backward pass that failed, or null where none has.</summary>
    public static Exception? Last => Volatile.Read(ref last);

    internal static void Keep(Exception exception) => Volatile.Write(ref last, exception);
}
