namespace Cnn.Tests.Build;

/// <summary>What a project is told that refers to TorchSharp, as whoever uses Cnn.Layers does, and to this or that package of
/// libtorch.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class LibtorchWarningTests : IDisposable
{
    private const string Older =
        """<NativeCopyLocalItems Include="libtorch.so" NuGetPackageId="libtorch-cpu-linux-x64" NuGetPackageVersion="2.7.1" />""";

    private static readonly string Version = Path.GetFileName(RealNativeTests.Package);
    private static readonly string Cpu = $"""<PackageReference Include="TorchSharp-cpu" Version="{Version}" />""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("<OutputType>Exe</OutputType>")]
    [InlineData("<OutputType>Exe</OutputType><RuntimeIdentifier>linux-x64</RuntimeIdentifier>")]
    [InlineData("<IsTestProject>true</IsTestProject>")]
    public async Task AProgramWithoutLibtorchIsToldWhatToAdd(string properties)
    {
        string output = await Look(properties, "");
        Assert.Contains("warning CNN0002", output, StringComparison.Ordinal);
        Assert.Contains($"dotnet add package TorchSharp-cpu --version {Version} ", output, StringComparison.Ordinal);
        Assert.Contains("<CnnLookForLibtorch>false</CnnLookForLibtorch>", output, StringComparison.Ordinal);
        Assert.DoesNotContain("CNN0003", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProgramForAnotherProcessorIsToldForWhichLibtorchIs()
    {
        string output = await Look("<OutputType>Exe</OutputType><RuntimeIdentifier>linux-arm64</RuntimeIdentifier>", Cpu);
        Assert.Contains("warning CNN0002: libtorch is referenced (", output, StringComparison.Ordinal);
        Assert.Contains("libtorch-cpu-linux-x64", output, StringComparison.Ordinal);
        Assert.Contains("no native files for linux-arm64", output, StringComparison.Ordinal);
        Assert.DoesNotContain("dotnet add package", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProgramWithAnotherVersionIsToldBoth()
    {
        string output = await Look("<OutputType>Exe</OutputType>", Older);
        Assert.Contains("warning CNN0003: libtorch 2.7.1 is referenced", output, StringComparison.Ordinal);
        Assert.Matches($@"TorchSharp {Version} was made for libtorch \d+\.\d+\.\d", output);
        Assert.DoesNotContain("CNN0002", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<OutputType>Exe</OutputType>", true)]
    [InlineData("<OutputType>Exe</OutputType><RuntimeIdentifier>linux-x64</RuntimeIdentifier>", true)]
    [InlineData("<OutputType>Library</OutputType>", false)]
    [InlineData("<OutputType>Exe</OutputType><CnnLookForLibtorch>false</CnnLookForLibtorch>", false)]
    public async Task NothingIsSaidWhereNothingIsWrong(string properties, bool cpu) =>
        Assert.DoesNotContain("CNN000", await Look(properties, cpu ? Cpu : ""), StringComparison.Ordinal);

    [Fact]
    public async Task AnotherVersionCanBeMeant() =>
        Assert.DoesNotContain("CNN000", await Look("<OutputType>Exe</OutputType><CnnLookForLibtorch>false</CnnLookForLibtorch>", Older),
            StringComparison.Ordinal);

    // Resolving references is enough: to copy libtorch takes longer than all the rest.
    private async Task<string> Look(string properties, string items)
    {
        File.WriteAllText(folder["Program.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TorchSharp" Version="{Version}" />
                {items}
              </ItemGroup>
              <Import Project="{AppContext.BaseDirectory}buildTransitive/Cnn.Layers.targets" />
            </Project>
            """);
        return await Dotnet.Run(folder.Path, "build", "Program.csproj", "-nologo", "-t:ResolveReferences");
    }
}
