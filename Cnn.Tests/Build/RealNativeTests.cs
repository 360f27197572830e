using System.IO.Compression;
using System.Reflection;
using System.Runtime.InteropServices;
using Cnn.Build;

namespace Cnn.Tests.Build;

/// <summary>What this very build did to TorchSharp's file.</summary>
public class RealNativeTests
{
    internal const string Native = "libLibTorchSharp.so";

    private const string Weak = "LibTorchSharp.so", PathInPackage = "runtimes/linux-x64/native/" + Native;

    internal static readonly string Package =
        typeof(RealNativeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(data => data.Key == "TorchSharpPackage").Value!;

    internal static readonly string InPackage = Path.Combine(Package, PathInPackage);
    private static readonly string InOutput = Path.Combine(AppContext.BaseDirectory, Weak);

    [LinuxFact]
    public void ThePackageIsAsItWasPublished()
    {
        using ZipArchive archive = ZipFile.OpenRead(Directory.GetFiles(Package, "*.nupkg").Single());
        using var published = new MemoryStream();
        using (Stream entry = archive.GetEntry(PathInPackage)!.Open())
            entry.CopyTo(published);

        Assert.Equal(published.ToArray(), File.ReadAllBytes(InPackage));
    }

    [LinuxFact]
    public void TheOutputHasAWeakCopyWhereTheSystemLacksTheVersionAndOnlyThere()
    {
        if (LoaderFindsVersion())
        {
            Assert.False(File.Exists(InOutput));
            return;
        }
        using var folder = new TemporaryFolder();
        string expected = folder[Native];
        File.Copy(InPackage, expected);
        Assert.True(GlibcxxNeed.Weaken(expected));

        Assert.Equal(File.ReadAllBytes(expected), File.ReadAllBytes(InOutput));
        Assert.Equal(File.GetLastWriteTimeUtc(InPackage), File.GetLastWriteTimeUtc(InOutput));
    }

    /// <summary>Nothing else than its name makes .NET take it before the package's own.</summary>
    [LinuxFact]
    public void TheWeakCopyIsWhatIsLoaded()
    {
        TorchSharp.torch.get_num_threads();
        var mapped =
            File.ReadLines("/proc/self/maps").Where(line => line.Contains('/')).Select(line => line[line.IndexOf('/')..]).Distinct();
        string loaded = Assert.Single(mapped, path => path.EndsWith("LibTorchSharp.so", StringComparison.Ordinal));
        Assert.Equal(LoaderFindsVersion() ? Path.Combine(AppContext.BaseDirectory, Native) : InOutput, loaded);
    }

    [LinuxFact]
    public void WeakeningChangesOneBitOfIt()
    {
        using var folder = new TemporaryFolder();
        string copy = folder[Native];
        File.Copy(InPackage, copy);
        Assert.True(GlibcxxNeed.Weaken(copy));

        byte[] before = File.ReadAllBytes(InPackage), after = File.ReadAllBytes(copy);
        Assert.Equal(before.Length, after.Length);
        int changed = Assert.Single(Enumerable.Range(0, before.Length), i => before[i] != after[i]);
        Assert.Equal(0x2, before[changed] ^ after[changed]);
    }

    /// <summary>Asks the loader itself, by the one symbol that came with the version, so not as the build asks.</summary>
    internal static bool LoaderFindsVersion()
    {
        IntPtr library = NativeLibrary.Load("libstdc++.so.6");
        return dlvsym(library, "_ZSt21ios_base_library_initv", GlibcxxNeed.Version) != IntPtr.Zero;
    }

    [DllImport("libc")]
    private static extern IntPtr dlvsym(IntPtr library, string symbol, string version);
}
