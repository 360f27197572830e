namespace Cnn.Reference.Loading;

/// <summary>TorchSharp's complaint that libtorch does not load, among other exceptions.</summary>
internal static class LoadFailure
{
    /// <summary>What a user is told: TorchSharp's own text is pages long, and names a package that may well be there.</summary>
    public const string Sentence = "libtorch does not load here; doctor says why, and what helps.";

    /// <summary>Whether an exception comes of libtorch that does not load.</summary>
    public static bool Is(Exception? exception) => exception switch
    {
        null => false,
        // TorchSharp throws the first where it finds no library, .NET the second where a library lacks a function.
        NotSupportedException or DllNotFoundException or EntryPointNotFoundException => exception.Source == nameof(TorchSharp),
        _ => Is(exception.InnerException),
    };
}
