using System.Reflection;
using System.Text;
using Cnn.Reference;
using Cnn.Tests.Build;

namespace Cnn.Tests.KernelChecking;

/// <summary>The tests that a check prints compile as they are, fail with the wrong kernel, and pass with a right one.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class GeneratedTestTests : IDisposable
{
    private static readonly KernelCheckOptions Few = new() { Cases = 40 };
    private static readonly KernelCheckOptions Own = new() { Cases = 10, OwnProcess = true, Timeout = TimeSpan.FromSeconds(5) };

    // What fails, and the right kernel in the wrong one's place.
    private static readonly (string Name, Func<KernelReport> Check, string Wrong, string Right)[] Kernels =
    [
        ("Dilation", () => KernelCheck.Conv2d<float>(WrongKernels.IgnoresDilation, Few), "WrongKernels.IgnoresDilation",
            "RightKernels.Conv2d"),
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
        ("Again", () => KernelCheck.MaxPool2d(WrongKernels.TheSameTensorAgain, Few), "WrongKernels.TheSameTensorAgain",
            "RightKernels.LibtorchMax"),
        ("Gradient", () => KernelCheck.Conv2dGradients(WrongKernels.WrongForStrideTwo, Few), "WrongKernels.WrongForStrideTwo",
            "RightKernels.LibtorchGradients"),
        ("Adds", () => KernelCheck.Conv2dGradients<float>(SpecialKernels.AddsToGradients, Few), "SpecialKernels.AddsToGradients",
            "RightKernels.Gradients"),
        ("Far", () => KernelCheck.Conv2d<float>(SpecialKernels.WritesFarBehind, Few), "SpecialKernels.WritesFarBehind",
            "RightKernels.Conv2d"),
        ("Buffer", () => KernelCheck.Conv2d<float>(WrongKernels.DirtyBuffer, Few), "WrongKernels.DirtyBuffer", "RightKernels.Conv2d"),
        ("Races", () => KernelCheck.Conv2d<float>(SpecialKernels.Races, Few), "SpecialKernels.Races", "RightKernels.Conv2d"),
        ("Row", () => KernelCheck.Conv2d(WrongKernels.LeavesARow, Few), "WrongKernels.LeavesARow", "RightKernels.Libtorch"),
        ("Sometimes", () => KernelCheck.MaxPool2d(WrongKernels.SometimesAnother, Few), "WrongKernels.SometimesAnother",
            "RightKernels.LibtorchMax"),
        ("Keeps", () => KernelCheck.Conv2d<float>(StatefulKernels.KeepsFilters, Few), "StatefulKernels.KeepsFilters",
            "RightKernels.Conv2d"),
        ("Seventh", () => KernelCheck.Conv2d<float>(StatefulKernels.EverySeventhCall, Few), "StatefulKernels.EverySeventhCall",
            "RightKernels.Conv2d"),
        ("Divisor", () => KernelCheck.AvgPool2d(WrongKernels.CountsWhatOverhangs, Few), "WrongKernels.CountsWhatOverhangs",
            "RightKernels.WideAverage"),
    ];

    // A plain call would end the test's process, or block it, or show nothing most of the time.
    private static readonly (string Name, Func<KernelReport> Check, string Wrong, string Right)[] OwnProcessKernels =
    [
        ("Reads", () => KernelCheck.Conv2d<float>(WrongKernels.ReadsBehind, Own), "WrongKernels.ReadsBehind", "RightKernels.Conv2d"),
        ("Dies", () => KernelCheck.Conv2d<float>(WrongKernels.EndsTheProcess, Own), "WrongKernels.EndsTheProcess", "RightKernels.Conv2d"),
        ("Hangs", () => KernelCheck.Conv2d<float>(WrongKernels.NeverReturns, Own), "WrongKernels.NeverReturns", "RightKernels.Conv2d"),
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TheyCompileAndTellAWrongKernelFromARightOne()
    {
        var code = new StringBuilder();
        (string Name, Func<KernelReport> Check, string Wrong, string Right)[] kernels =
            [.. Kernels, .. OperatingSystem.IsLinux() ? OwnProcessKernels : []];
        foreach (var (name, check, wrong, right) in kernels)
        {
            string test = check().Smallest!.XunitTest;
            Assert.Contains(wrong, test, StringComparison.Ordinal);
            Assert.All(test.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 80));
            code.AppendLine($"public class {name}Wrong {{ {test} }}");
            code.AppendLine($"public class {name}Right {{ {test.Replace(wrong, right, StringComparison.Ordinal)} }}");
        }
        code.AppendLine($"public class Lambda {{ {OfALambda()} }}");
        var built = await Build(code.ToString());
        foreach (var (name, _, _, _) in kernels)
        {
            Assert.True(Failure(built.GetType($"{name}Right")!) is null, $"{name}: a right kernel fails");
            Assert.True(Failure(built.GetType($"{name}Wrong")!) is not null, $"{name}: the wrong kernel passes");
        }
        Assert.Contains("Fill in your kernel", Assert.IsType<NotImplementedException>(Failure(built.GetType("Lambda")!)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>A lambda has no name: the test says so before anything else, and cannot pass.</summary>
    private static string OfALambda()
    {
        string test = KernelCheck.Conv2d<float>(
            (input, weight, bias, output, sizes) =>
                WrongKernels.IgnoresDilation(input, weight, bias, output, sizes), Few).Smallest!.XunitTest;
        Assert.Contains("// FILL IN: in the place of the stub below belongs your kernel", test, StringComparison.Ordinal);
        Assert.All(test.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 80));
        return test;
    }

    private async Task<Assembly> Build(string code)
    {
        string here = Path.GetDirectoryName(typeof(GeneratedTestTests).Assembly.Location)!;
        string[] references =
            ["Cnn.Tests", "Cnn.Reference", "Cnn.Layers", "TorchSharp", "xunit.core", "xunit.assert", "xunit.abstractions"];
        File.WriteAllText(folder["Printed.cs"], code);
        File.WriteAllText(folder["Printed.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(
                    references.Select(each => $"<Reference Include=\"{Path.Combine(here, each + ".dll")}\" Private=\"false\" />"))}
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
