namespace Cnn.Reference.Files;

/// <summary>Files that are there whole or not at all, whenever the process dies.</summary>
internal static class AtomicFile
{
    /// <summary>Ends the name of a file that is being written.</summary>
    public const string PartSuffix = ".part";

    /// <summary>Writes the file beside its place, has it reach the disk, and puts it there in one step.</summary>
    public static void Write(string path, Action<FileStream> write)
    {
        // A link stays one: what it leads to is written.
        if (new FileInfo(path) is { LinkTarget: not null } link) path = link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        string part = path + PartSuffix;
        try
        {
            using (var file = new FileStream(part, FileMode.Create, FileAccess.ReadWrite, FileShare.Read))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(part, path, overwrite: true);
        }
        catch
        {
            File.Delete(part); // a full disk needs the room
            throw;
        }
    }
}
