using System.Runtime.InteropServices;

namespace Cnn.Reference.Oracle;

/// <summary>The environment that native libraries read when they are loaded: .NET's own copy does not reach them.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable of this process; false where that is not possible.</summary>
    public static bool Set(string name, string value) => OperatingSystem.IsLinux() && setenv(name, value, overwrite: 1) == 0;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
