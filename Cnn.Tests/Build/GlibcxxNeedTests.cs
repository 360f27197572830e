using System.Runtime.Versioning;
using Cnn.Build;

namespace Cnn.Tests.Build;

/// <summary>The change to one file, on files written here.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class GlibcxxNeedTests : IDisposable
{
    private const string Wanted = "GLIBCXX_3.4.32";
    private const byte VER_FLG_WEAK = 0x2;
    private static readonly DateTime LongAgo = new(2019, 3, 5, 7, 11, 13, DateTimeKind.Utc);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Save(byte[] content, string name = "lib.so")
    {
        File.WriteAllBytes(folder[name], content);
        File.SetLastWriteTimeUtc(folder[name], LongAgo);
        return folder[name];
    }

    /// <summary>The need among others of its library, and its library among others, at every place.</summary>
    public static TheoryData<int, int> Places()
    {
        var places = new TheoryData<int, int>();
        for (int need = 0; need < 3; need++)
            for (int version = 0; version < 4; version++)
                places.Add(need, version);
        return places;
    }

    private static ElfWriter Typical(int need = 1, int version = 2)
    {
        var elf = new ElfWriter();
        List<string> versions = ["CXXABI_1.3", "GLIBCXX_3.4.3", "GLIBCXX_3.4.320"];
        versions.Insert(version, Wanted);
        List<(string, string[])> needs = [("libm.so.6", ["GLIBC_2.2.5"]), ("libc.so.6", ["GLIBC_2.14", "GLIBC_2.34"])];
        needs.Insert(need, ("libstdc++.so.6", [.. versions]));
        foreach (var (library, names) in needs)
            elf.Need(library, names);
        return elf;
    }

    [Theory, MemberData(nameof(Places))]
    public void SetsTheFlagOfTheOneNeedAndNoOtherBit(int need, int version)
    {
        ElfWriter elf = Typical(need, version);
        byte[] expected = elf.Write();
        string path = Save(expected);
        expected[elf.FlagsAt[Wanted]] |= VER_FLG_WEAK;

        Assert.True(GlibcxxNeed.Weaken(path));

        Assert.Equal(expected, File.ReadAllBytes(path));
    }

    [Fact]
    public void KeepsTheOtherFlagsOfTheNeed()
    {
        ElfWriter elf = Typical();
        elf.Flags[Wanted] = 0x8401;
        byte[] expected = elf.Write();
        string path = Save(expected);
        expected[elf.FlagsAt[Wanted]] = 0x01 | VER_FLG_WEAK;

        Assert.True(GlibcxxNeed.Weaken(path));

        Assert.Equal(expected, File.ReadAllBytes(path));
    }

    [Fact]
    public void KeepsTheTimeOfLastWriteAndLeavesNothingBehind()
    {
        string path = Save(Typical().Write());

        Assert.True(GlibcxxNeed.Weaken(path));

        Assert.Equal(LongAgo, File.GetLastWriteTimeUtc(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [LinuxFact, UnsupportedOSPlatform("windows")]
    public void KeepsThePermissions()
    {
        string path = Save(Typical().Write());
        UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead;
        File.SetUnixFileMode(path, mode);

        Assert.True(GlibcxxNeed.Weaken(path));

        Assert.Equal(mode, File.GetUnixFileMode(path));
    }

    [LinuxFact]
    public void ReplacesASymbolicLinkInsteadOfWritingThroughIt()
    {
        byte[] original = Typical().Write();
        string package = Save(original, "package.so"), copy = folder["copy.so"];
        File.CreateSymbolicLink(copy, package);

        Assert.True(GlibcxxNeed.Weaken(copy));

        Assert.Equal(original, File.ReadAllBytes(package));
        Assert.NotEqual(original, File.ReadAllBytes(copy));
        Assert.Null(new FileInfo(copy).LinkTarget);
        Assert.Equal(LongAgo, File.GetLastWriteTimeUtc(copy));
    }

    [Fact]
    public void DoesNothingTheSecondTime()
    {
        string path = Save(Typical().Write());
        Assert.True(GlibcxxNeed.Weaken(path));
        AssertLeftAlone(path);
    }

    [Fact]
    public void DoesNothingToANeedThatCameWeak()
    {
        ElfWriter elf = Typical();
        elf.Flags[Wanted] = VER_FLG_WEAK;
        AssertLeftAlone(Save(elf.Write()));
    }

    [Fact]
    public void DoesNothingWithoutTheNeed() =>
        AssertLeftAlone(Save(new ElfWriter()
            .Need("libm.so.6", "GLIBC_2.2.5")
            .Need("libstdc++.so.6", "GLIBCXX_3.4.3", "GLIBCXX_3.4.320", "XGLIBCXX_3.4.32")
            .Write()));

    [Fact]
    public void DoesNothingWithoutASectionOfNeeds()
    {
        byte[] elf = Typical().Write();
        const int e_shnum = 60;
        elf[e_shnum] = 1; // only the SHT_NULL section
        AssertLeftAlone(Save(elf));
    }

    private static void AssertLeftAlone(string path)
    {
        byte[] before = File.ReadAllBytes(path);
        DateTime created = File.GetCreationTimeUtc(path); // a new file in its place would have another
        Assert.False(GlibcxxNeed.Weaken(path));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(LongAgo, File.GetLastWriteTimeUtc(path));
        Assert.Equal(created, File.GetCreationTimeUtc(path));
    }

    [Fact]
    public void RefusesAFileCutShortAnywhere()
    {
        byte[] whole = Typical().Write();
        for (int length = 0; length < whole.Length; length++)
            AssertRefused(whole[..length], length < 4 ? "not an ELF file" : "cut short or damaged");
    }

    [Fact]
    public void RefusesWhatIsNoElfFile() => AssertRefused("MZ, or some text in its place"u8.ToArray(), "not an ELF file");

    [Theory]
    [InlineData(4, 1)] // EI_CLASS, ELFCLASS32
    [InlineData(5, 2)] // EI_DATA, ELFDATA2MSB
    public void RefusesElfFilesOfOtherKinds(int ident, byte value)
    {
        byte[] elf = Typical().Write();
        elf[ident] = value;
        AssertRefused(elf, "not a 64-bit little-endian ELF file");
    }

    [Fact]
    public void RefusesSectionHeadersOfAnotherSize()
    {
        byte[] elf = Typical().Write();
        const int e_shentsize = 58;
        elf[e_shentsize] = 40;
        AssertRefused(elf, "40 bytes instead of 64");
    }

    private void AssertRefused(byte[] content, string reason)
    {
        string path = Save(content);
        var e = Assert.Throws<InvalidDataException>(() => GlibcxxNeed.Weaken(path));
        Assert.Contains(reason, e.Message);
        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Equal(LongAgo, File.GetLastWriteTimeUtc(path));
    }

    /// <summary>Whatever number a damaged file holds, in a field of 1, 2, 4 or 8 bytes, it is no other exception and no endless
    /// walk.</summary>
    [Theory]
    [InlineData(0xff), InlineData(0x80), InlineData(0x01), InlineData(0x00)]
    public async Task SurvivesDamageEverywhere(byte value)
    {
        byte[] whole = Typical().Write();
        await Task.Run(() =>
        {
            foreach (int width in (int[])[1, 2, 4, 8])
            {
                for (int at = 0; at + width <= whole.Length; at += width)
                {
                    byte[] damaged = [.. whole];
                    damaged.AsSpan(at, width).Fill(value);
                    string path = Save(damaged);
                    try
                    {
                        GlibcxxNeed.Weaken(path);
                    }
                    catch (InvalidDataException)
                    {
                    }
                }
            }
        }).WaitAsync(TimeSpan.FromMinutes(1));
    }
}
