using System.Reflection;

namespace Cnn.Reference.KernelChecking;

/// <summary>A kernel cannot be run, because something that it needs is not there; in a sentence.</summary>
internal sealed class KernelDependencyException(string sentence) : Exception(sentence);

/// <summary>What a kernel needs beside its own assembly.</summary>
internal static class KernelDependency
{
    /// <summary>What is missing, in a sentence; null where an exception is about something else.</summary>
    /// <param name="exception">What came out of a call.</param>
    /// <param name="kernel">The kernel's assembly.</param>
    public static string? Missing(Exception exception, Assembly kernel)
    {
        // A static constructor's failure is inside another exception.
        for (var cause = exception; cause is not null; cause = cause.InnerException!)
        {
            string? file = cause switch
            {
                FileNotFoundException notFound => notFound.FileName,
                FileLoadException notLoaded => notLoaded.FileName,
                _ => null,
            };
            string yours = Path.GetFileName(kernel.Location);
            // A file that the kernel itself opens is another matter.
            if (file?.Contains(", Version=", StringComparison.Ordinal) == true)
                return $"{yours} needs the assembly {file.Split(',')[0]}, which cannot be loaded: it does not lie beside it, or not in " +
                    "that version. A class library's build copies its packages only with <CopyLocalLockFileAssemblies>true" +
                    "</CopyLocalLockFileAssemblies> in its project; dotnet publish copies them, too.";
            if (cause is DllNotFoundException)
                return $"{yours} needs a native library that cannot be loaded: {cause.Message.Split('\n')[0].TrimEnd('.')}.";
        }
        return null;
    }
}
