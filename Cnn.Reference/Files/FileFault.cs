namespace Cnn.Reference.Files;

/// <summary>How the file system says no, without the path: the sentence around it names that as the user has typed it.</summary>
internal static class FileFault
{
    /// <summary>Whether this is how the file system says no: the file is held, forbidden, gone, or on a bad disk.</summary>
    public static bool IsRefusal(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Why not, without a full stop.</summary>
    /// <param name="path">The file that was asked for.</param>
    /// <param name="exception">What <see cref="IsRefusal"/> knows.</param>
    /// <param name="writes">Whether it was to be written.</param>
    public static string Reason(string path, Exception exception, bool writes) => exception switch
    {
        FileNotFoundException => writes ? "no file can be made there" : "there is no such file",
        DirectoryNotFoundException => "there is no such folder",
        UnauthorizedAccessException => Directory.Exists(path) ? "it is a folder" : "access is denied",
        _ => exception.Message.Split(" : '")[0].TrimEnd('.'), // the system's words, before the path that was opened
    };

    /// <summary>The same as the exception of a public method: of the kind that it was, with the path that the caller knows.</summary>
    public static IOException Exception(string path, Exception exception, bool writes)
    {
        string sentence = $"'{path}' cannot be {(writes ? "written" : "read")}: {Reason(path, exception, writes)}.";
        return exception switch
        {
            FileNotFoundException => new FileNotFoundException(sentence, path, exception),
            DirectoryNotFoundException => new DirectoryNotFoundException(sentence, exception),
            _ => new IOException(sentence, exception),
        };
    }
}
