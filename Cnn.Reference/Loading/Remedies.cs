using System.Runtime.InteropServices;

namespace Cnn.Reference.Loading;

/// <summary>What helps, in a sentence each.</summary>
internal static class Remedies
{
    private static readonly Dictionary<string, string> Debian = new()
    {
        ["libgomp.so.1"] = "libgomp1",
        ["libstdc++.so.6"] = "libstdc++6",
        ["libgcc_s.so.1"] = "libgcc-s1",
    };

    /// <summary>Where the one need that nothing calls is not met.</summary>
    public const string Weaken =
        "Build the program on this system, or with -p:CnnWeakenGlibcxxNeed=always: that makes the need, " +
        "which is of a symbol that nothing calls, optional.";

    /// <summary>Where a need is not met whose symbols are called.</summary>
    public const string NewerSystem = "Run it on a newer distribution, or in a container of one (Debian 12, Ubuntu 22.04 or later).";

    /// <summary>On musl.</summary>
    public const string Gnu =
        "Run it on a distribution with the GNU C library, or in an image of one: " +
        "mcr.microsoft.com/dotnet/runtime:10.0 in place of its -alpine form.";

    /// <summary>Where no libtorch is for this platform.</summary>
    public static readonly string OtherPlatform =
        $"Run it on one of these, or in an emulator of one: {string.Join(", ", Packages.Platforms)}.";

    /// <summary>Where no native file of TorchSharp is there.</summary>
    public static readonly string AddPackage = $"Add the package to the program's project, and build it again: {Packages.AddLine}.";

    /// <summary>Where a file of the packages is not as it was published.</summary>
    public static string Anew(string name) =>
        $"Delete {name} and build again; if that does not help, delete the folders torchsharp* and libtorch* " +
        "of ~/.nuget/packages as well, whose download was damaged.";

    /// <summary>Where a library is missing.</summary>
    public static string Missing(string name) =>
        IsOfPackages(name)
            ? Packages.HasNoLibtorch ? AddPackage
                : "Build again; if that does not help, delete the folders torchsharp* and libtorch* of ~/.nuget/packages first, " +
              "whose download was damaged."
            : $"Install the system's package that has {name}" +
              $"{(Debian.TryGetValue(name, out string? package) ? $" (on Debian and Ubuntu: {package})" : "")}.";

    /// <summary>Where natives do not belong together.</summary>
    public static string OneVersion =>
        $"Delete the folders bin and obj and build again, with no libtorch beside " +
        $"{Packages.TorchSharpCpu} {Benchmarks.Machine.TorchSharp} (TorchSharp is made for libtorch {Packages.WantedLibtorch}).";

    /// <summary>A processor, as a runtime identifier names it.</summary>
    public static string NameOf(Architecture architecture) => architecture.ToString().ToLowerInvariant();

    // The packages' own libgomp has a checksum in its name.
    private static bool IsOfPackages(string name) =>
        name.StartsWith("libtorch", StringComparison.Ordinal) || name.StartsWith("libc10", StringComparison.Ordinal)
        || name.StartsWith("libgomp-", StringComparison.Ordinal);
}
