namespace Cnn.Reference.Data;

/// <summary>
/// A dataset on disk is not what it should be. The message is one sentence that names the file (or folder) and the fault,
/// fit to be shown to a user as it is.
/// </summary>
public sealed class DatasetException : Exception
{
    /// <param name="path">The file or folder at fault.</param>
    /// <param name="fault">The rest of the sentence, without its full stop: "is empty".</param>
    public DatasetException(string path, string fault, Exception? innerException = null)
        : base($"'{path}' {fault}.", innerException) => Path = path;

    public string Path { get; }
}
