using System.Text.RegularExpressions;

namespace Cnn.Tests.Build;

/// <summary>The target in real builds, of a small program that gets a native file written here as if from a package.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class BuildTargetTests : IDisposable
{
    private const string Native = "libLibTorchSharp.so", Wanted = "GLIBCXX_3.4.32";
    private static readonly DateTime LongAgo = new(2019, 3, 5, 7, 11, 13, DateTimeKind.Utc);

    private readonly TemporaryFolder folder = new();
    private readonly byte[] strict, weak;

    public BuildTargetTests()
    {
        ElfWriter elf = new ElfWriter().Need("libstdc++.so.6", "GLIBCXX_3.4", Wanted).Need("libc.so.6", "GLIBC_2.34");
        strict = elf.Write();
        weak = [.. strict];
        weak[elf.FlagsAt[Wanted]] |= 0x2; // VER_FLG_WEAK

        Directory.CreateDirectory(folder["package"]);
        Package(strict);
        File.WriteAllText(folder["has.so"], $"...\0GLIBCXX_3.4.31\0{Wanted}\0...");
        File.WriteAllText(folder["lacks.so"], "...\0GLIBCXX_3.4.30\0GLIBCXX_3.4.31\0...");

        // Both make hard links: the package's file and the copy are one file, until something breaks the link.
        File.WriteAllText(folder["Program.cs"], "return 0;");
        File.WriteAllText(folder["Program.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                <UseAppHost>false</UseAppHost>
                <OutDir>out/</OutDir>
                <PublishDir>published/</PublishDir>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                <CreateHardLinksForPublishFilesIfPossible>true</CreateHardLinksForPublishFilesIfPossible>
              </PropertyGroup>
              <ItemGroup>
                <ReferenceCopyLocalPaths Include="package/{Native}" DestinationSubDirectory="runtimes/linux-x64/native/" />
              </ItemGroup>
              <Import Project="{AppContext.BaseDirectory}buildTransitive/Cnn.Layers.targets" />
            </Project>
            """);
        File.WriteAllText(folder["CopyOnly.proj"], $"""
            <Project DefaultTargets="CopyFilesToOutputDirectory">
              <PropertyGroup>
                <OutDir>out/</OutDir>
              </PropertyGroup>
              <ItemGroup>
                <ReferenceCopyLocalPaths Include="package/{Native}" DestinationSubDirectory="runtimes/linux-x64/native/" />
              </ItemGroup>
              <Target Name="CopyFilesToOutputDirectory">
                <Copy SourceFiles="@(ReferenceCopyLocalPaths)" DestinationFolder="$(OutDir)%(DestinationSubDirectory)"
                      SkipUnchangedFiles="true" UseHardlinksIfPossible="true" />
              </Target>
              <Import Project="{AppContext.BaseDirectory}buildTransitive/Cnn.Layers.targets" />
            </Project>
            """);
    }

    public void Dispose() => folder.Dispose();

    private string InPackage => folder[$"package/{Native}"];

    private string InOutput => folder[$"out/runtimes/linux-x64/native/{Native}"];

    private string InPublish => folder[$"published/runtimes/linux-x64/native/{Native}"];

    private void Package(byte[] content)
    {
        File.WriteAllBytes(InPackage, content);
        File.SetLastWriteTimeUtc(InPackage, LongAgo);
    }

    /// <summary>Runs dotnet and gives its output; libstdcxx is the file to take for the system's libstdc++.</summary>
    private Task<string> Dotnet(string verb, string project, string libstdcxx, string when = "auto") =>
        Build.Dotnet.Run(folder.Path, verb, project, "-nologo", $"-p:CnnLibstdcxx={folder[libstdcxx]}", $"-p:CnnWeakenGlibcxxNeed={when}");

    private static int Messages(string output) => Regex.Count(output, Regex.Escape(Native) + ": made its need");

    [LinuxFact]
    public async Task PublishesTheFileWeakenedOnceAndLeavesThePackageAlone()
    {
        string output = await Dotnet("publish", "Program.csproj", "lacks.so");
        Assert.Equal(2, Messages(output));
        Assert.Contains(InOutput, output);
        Assert.Contains(InPublish, output);
        Assert.Equal(weak, File.ReadAllBytes(InOutput));
        Assert.Equal(weak, File.ReadAllBytes(InPublish));
        Assert.Equal(LongAgo, File.GetLastWriteTimeUtc(InOutput));
        Assert.Equal(LongAgo, File.GetLastWriteTimeUtc(InPublish));
        DateTime created = File.GetCreationTimeUtc(InOutput), createdInPublish = File.GetCreationTimeUtc(InPublish);

        output = await Dotnet("publish", "Program.csproj", "lacks.so");
        Assert.Equal(0, Messages(output));
        Assert.Equal(weak, File.ReadAllBytes(InOutput));
        Assert.Equal(weak, File.ReadAllBytes(InPublish));
        // Neither copied nor weakened anew: both would have made new files.
        Assert.Equal(created, File.GetCreationTimeUtc(InOutput));
        Assert.Equal(createdInPublish, File.GetCreationTimeUtc(InPublish));

        Assert.Equal(strict, File.ReadAllBytes(InPackage));
        Assert.Equal(LongAgo, File.GetLastWriteTimeUtc(InPackage));
    }

    [LinuxFact]
    public async Task WeakensWhereNeededOrToldAlsoACopyLeftStrictBefore()
    {
        Assert.Equal(0, Messages(await Dotnet("msbuild", "CopyOnly.proj", "lacks.so", when: "never")));
        Assert.Equal(strict, File.ReadAllBytes(InOutput));

        Assert.Equal(0, Messages(await Dotnet("msbuild", "CopyOnly.proj", "has.so")));
        Assert.Equal(strict, File.ReadAllBytes(InOutput));

        Assert.Equal(1, Messages(await Dotnet("msbuild", "CopyOnly.proj", "has.so", when: "always")));
        Assert.Equal(weak, File.ReadAllBytes(InOutput));
        Assert.Equal(strict, File.ReadAllBytes(InPackage));
    }

    [LinuxFact]
    public async Task WarnsOfADamagedFileByNameAndBuildsOn()
    {
        Package(strict[..^1]);

        string output = await Dotnet("msbuild", "CopyOnly.proj", "lacks.so");

        Assert.Contains($"{InOutput} : warning CNN0001: ", output);
        Assert.Contains("cut short or damaged", output);
        Assert.Equal(strict[..^1], File.ReadAllBytes(InOutput));
    }
}
