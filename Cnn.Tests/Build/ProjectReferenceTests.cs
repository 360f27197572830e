using System.Runtime.CompilerServices;

namespace Cnn.Tests.Build;

/// <summary>A program outside of the repository that refers to the library's project, built and run as a new user does.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class ProjectReferenceTests : IDisposable
{
    private const string Program = """
        using var convolution = new Cnn.Layers.Conv2D(2, 3, (3, 2), groups: 1, bias: false);
        TorchSharp.torch.nn.init.ones_(convolution.weight);
        using var images = TorchSharp.torch.ones(2, 2, 5, 7);
        using var output = convolution.forward(images);
        Console.WriteLine($"sum {output.sum().item<float>()} of [{string.Join(", ", output.shape)}]");
        """;
    private static readonly string Expected = $"sum {2 * 3 * 3 * 6 * (2 * 3 * 2)} of [2, 3, 3, 6]";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [LinuxFact]
    public async Task AConsoleProjectRunsAndPublishes()
    {
        File.WriteAllText(folder["Program.cs"], Program);
        File.WriteAllText(folder["App.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <RuntimeIdentifier Condition="'$(Configuration)' == 'Release'">linux-x64</RuntimeIdentifier>
                <SelfContained>false</SelfContained>
              </PropertyGroup>
              <ItemGroup>
                <ProjectReference Include="{Library}" />
                <PackageReference Include="TorchSharp-cpu" Version="{TorchSharpVersion}" />
              </ItemGroup>
            </Project>
            """);

        Assert.Equal(Expected, (await Run("run")).Trim()); // natives lie under runtimes/
        await Run("publish", "--configuration", "Release", "--output", "published"); // and here beside the program
        Assert.Equal(Expected, (await Run("published/App.dll")).Trim());
        Assert.Equal(File.ReadAllBytes(RealNativeTests.InPackage), File.ReadAllBytes(folder[$"published/{RealNativeTests.Native}"]));
    }

    [LinuxFact]
    public async Task AFileBasedProgramRuns()
    {
        File.WriteAllText(folder["app.cs"], $"""
            #:project {Library}
            #:package TorchSharp-cpu@{TorchSharpVersion}
            {Program}
            """);
        Assert.Equal(Expected, (await Run("run", "app.cs")).Trim());
    }

    private static string Library =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "Cnn.Layers", "Cnn.Layers.csproj"));

    private static string TorchSharpVersion => Path.GetFileName(RealNativeTests.Package);

    private Task<string> Run(params string[] arguments) => Dotnet.Run(folder.Path, arguments);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
