using Cnn.Reference.Files;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Workbook;

/// <summary>Files that are written for a student into a folder: all of them, or none where one is there already.</summary>
internal static class NewFiles
{
    /// <summary>Writes them.</summary>
    /// <param name="folder">The folder, which is made where it is missing.</param>
    /// <param name="files">Their names, and what writes each.</param>
    /// <param name="language">In which language a refusal is.</param>
    /// <exception cref="UsageException">One is there, or cannot be written.</exception>
    public static void Write(string folder, IReadOnlyList<(string Name, Action<string> Write)> files, Language language)
    {
        if (files.FirstOrDefault(file => Path.Exists(Path.Combine(folder, file.Name))).Name is { } there)
            throw new UsageException(new Bilingual(
                $"{Path.Combine(folder, there)} is there already, and is not overwritten: choose another folder, or move it away.",
                $"{Path.Combine(folder, there)} ya está, y no se pisa: elegí otra carpeta, o movelo a otro lugar.").In(language));
        foreach (var (name, write) in files)
        {
            string path = Path.Combine(folder, name);
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                write(path);
            }
            catch (Exception exception) when (FileFault.IsRefusal(exception))
            {
                string reason = FileFault.Reason(path, exception, writes: true);
                throw new UsageException(new Bilingual(
                    $"{path} cannot be written: {reason}.", $"No se puede escribir {path}: {reason}.").In(language));
            }
        }
    }
}
