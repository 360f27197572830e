using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Cnn.Tests.Build;

/// <summary>What the repository's settings make of a trailing blank, and of a variable that nobody uses.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class StyleTests : IDisposable
{
    private static readonly string[] Settings = ["Directory.Build.props", ".editorconfig"];
    private static readonly string[] Warnings = ["CS0219", "IDE0055"];

    private readonly TemporaryFolder folder = new();

    public StyleTests()
    {
        string repository = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));
        foreach (string file in Settings) File.Copy(Path.Combine(repository, file), folder[file]);
        File.WriteAllText(folder["Try.csproj"], """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <IsPackable>true</IsPackable>
              </PropertyGroup>
            </Project>
            """);
        File.WriteAllText(folder["Try.cs"], """
            public static class Try
            {
                public static int Once()
                {
                    int unused = 1;
                    return 2; 
                }
            }

            """);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TheyAreWarningsToAnybodyWhoBuilds()
    {
        string output = await Dotnet.Run(folder.Path, "build", "-c", "Release");
        Assert.Equal(Warnings, Named(output, "warning"));
        Assert.True(File.Exists(folder["bin/Release/net10.0/Try.dll"]));
    }

    [Theory]
    [InlineData("build", "-p:CI=true")]
    [InlineData("pack")]
    public async Task TheyAreErrorsInCiAndInAPackage(params string[] arguments)
    {
        var (code, output) = await Dotnet.Try(folder.Path, arguments);
        Assert.Equal(1, code);
        Assert.Equal(Warnings, Named(output, "error"));
    }

    private static IEnumerable<string> Named(string output, string what) =>
        Regex.Matches(output, $@": {what} (\w+):").Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
