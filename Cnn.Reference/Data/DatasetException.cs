using Cnn.Reference.Files;

namespace Cnn.Reference.Data;

/// <summary>
/// A dataset on disk is not what it should be. The message is one sentence that names the file (or folder) and the fault,
/// fit to be shown to a user as it is.
/// </summary>
public sealed class DatasetException : Exception
{
    /// <summary>One fault of one file or folder.</summary>
    /// <param name="path">The file or folder at fault.</param>
    /// <param name="fault">The rest of the sentence, without its full stop: "is empty".</param>
    /// <param name="innerException">What the file system said, where it was that.</param>
    public DatasetException(string path, string fault, Exception? innerException = null)
        : base($"'{path}' {fault}.", innerException) => (Path, Fault) = (path, fault);

    /// <summary>The file or folder at fault.</summary>
    public string Path { get; }

    /// <summary>The sentence without the path and the full stop: "is empty".</summary>
    public string Fault { get; }

    internal static DatasetException Refused(string path, Exception e) =>
        new(path, $"cannot be read ({FileFault.Reason(path, e, writes: false)})", e);
}
