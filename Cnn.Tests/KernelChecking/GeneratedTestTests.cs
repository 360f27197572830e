using System.Reflection;
using System.Text;
using Cnn.Reference;
using Cnn.Tests.Build;

namespace Cnn.Tests.KernelChecking;

/// <summary>The tests that a check prints compile as they are, fail with the wrong kernel, and pass with a right one.</summary>
[Trait("Category", "slow")]
public sealed class GeneratedTestTests : IDisposable
{
    private static readonly KernelCheckOptions Few = new() { Cases = 40 };

    // What fails, and the right kernel in the wrong one's place.
    private static readonly (string Name, Func<KernelReport> Check, string Wrong, string Right)[] Kernels =
    [
        ("Dilation", () => KernelCheck.Conv2d<float>(WrongKernels.IgnoresDilation, Few), "WrongKernels.IgnoresDilation", "RightKernels.Conv2d"),
        ("Tail", () => KernelCheck.Conv2d<float>(WrongKernels.ForgetsTheTail, Few), "WrongKernels.ForgetsTheTail", "RightKernels.Conv2d"),
        ("Accumulates", () => KernelCheck.Conv2d<float>(WrongKernels.Accumulates, Few), "WrongKernels.Accumulates", "RightKernels.Conv2d"),
        ("Behind", () => KernelCheck.Conv2d<float>(WrongKernels.WritesBehind, Few), "WrongKernels.WritesBehind", "RightKernels.Conv2d"),
        ("NaN", () => KernelCheck.Conv2d(WrongKernels.LosesNaN, Few), "WrongKernels.LosesNaN", "RightKernels.Libtorch"),
        ("Batch", () => KernelCheck.Conv2d(WrongKernels.OnlyTheFirstImage, Few), "WrongKernels.OnlyTheFirstImage", "RightKernels.Libtorch"),
        ("Changes", () => KernelCheck.Conv2d(WrongKernels.ChangesItsInput, Few), "WrongKernels.ChangesItsInput", "RightKernels.Libtorch"),
        ("Unbatched", () => KernelCheck.Conv2d(WrongKernels.NoBatchAxis, Few), "WrongKernels.NoBatchAxis", "RightKernels.Libtorch"),
        ("Strides", () => KernelCheck.Conv2d(WrongKernels.IgnoresStrides, Few), "WrongKernels.IgnoresStrides", "RightKernels.Libtorch"),
        ("Rounds", () => KernelCheck.Conv2d(WrongKernels.RoundsOnTheWay, Few), "WrongKernels.RoundsOnTheWay", "RightKernels.Libtorch"),
        ("View", () => KernelCheck.MaxPool2d(WrongKernels.AView, Few), "WrongKernels.AView", "RightKernels.LibtorchMax"),
        ("Again", () => KernelCheck.MaxPool2d(WrongKernels.TheSameTensorAgain, Few), "WrongKernels.TheSameTensorAgain", "RightKernels.LibtorchMax"),
        ("Gradient", () => KernelCheck.Conv2dGradients(WrongKernels.WrongForStrideTwo, Few), "WrongKernels.WrongForStrideTwo", "RightKernels.LibtorchGradients"),
        ("Divisor", () => KernelCheck.AvgPool2d(WrongKernels.CountsWhatOverhangs, Few), "WrongKernels.CountsWhatOverhangs", "RightKernels.WideAverage"),
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TheyCompileAndTellAWrongKernelFromARightOne()
    {
        var code = new StringBuilder();
        foreach (var (name, check, wrong, right) in Kernels)
        {
            string test = check().Smallest!.XunitTest;
            Assert.Contains(wrong, test, StringComparison.Ordinal);
            code.AppendLine($"public class {name}Wrong {{ {test} }}");
            code.AppendLine($"public class {name}Right {{ {test.Replace(wrong, right, StringComparison.Ordinal)} }}");
        }
        var built = await Build(code.ToString());
        foreach (var (name, _, _, _) in Kernels)
        {
            Assert.Null(Failure(built.GetType($"{name}Right")!));
            Assert.NotNull(Failure(built.GetType($"{name}Wrong")!));
        }
    }

    private async Task<Assembly> Build(string code)
    {
        string here = Path.GetDirectoryName(typeof(GeneratedTestTests).Assembly.Location)!;
        string[] references = ["Cnn.Tests", "Cnn.Reference", "Cnn.Layers", "TorchSharp", "xunit.core", "xunit.assert", "xunit.abstractions"];
        File.WriteAllText(folder["Printed.cs"], code);
        File.WriteAllText(folder["Printed.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(references.Select(each => $"<Reference Include=\"{Path.Combine(here, each + ".dll")}\" Private=\"false\" />"))}
              </ItemGroup>
            </Project>
            """);
        await Dotnet.Run(folder.Path, "build", "-c", "Release");
        return Assembly.LoadFrom(folder["bin/Release/net10.0/Printed.dll"]);
    }

    private static Exception? Failure(Type type)
    {
        var method = type.GetMethods().Single(each => each.GetCustomAttribute<FactAttribute>() is not null);
        return Record.Exception(() =>
        {
            try
            {
                method.Invoke(Activator.CreateInstance(type), null);
            }
            catch (TargetInvocationException exception)
            {
                throw exception.InnerException!;
            }
        });
    }
}
