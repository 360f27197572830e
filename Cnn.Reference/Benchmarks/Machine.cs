using System.Reflection;
using System.Runtime.InteropServices;
using Cnn.Layers;
using Cnn.Reference.Printing;
using TorchSharp;

namespace Cnn.Reference.Benchmarks;

/// <summary>What figures depend on beside the code: processor, runtime, packages.</summary>
internal static class Machine
{
    private const string ProcessorFile = "/proc/cpuinfo"; // Linux

    /// <summary>The name that the processor gives itself, or its architecture where there is none.</summary>
    public static string Processor
    {
        get
        {
            var lines = File.Exists(ProcessorFile) ? File.ReadLines(ProcessorFile) : [];
            string? line = lines.FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
            return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
        }
    }

    /// <summary>The runtime, such as ".NET 10.0.1".</summary>
    public static string DotNet => RuntimeInformation.FrameworkDescription;

    /// <summary>TorchSharp's version.</summary>
    public static string TorchSharp => VersionOf(typeof(torch).Assembly);

    /// <summary>A library's version, without the commit.</summary>
    public static string VersionOf(Assembly assembly)
    {
        string? version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return version?.Split('+')[0] ?? $"{assembly.GetName().Version}";
    }

    /// <summary>Everything in a line.</summary>
    public static string Describe(int threads, Algorithm algorithm) =>
        $"{Processor}, {Figures.Count(threads, "thread")}, {DotNet}, TorchSharp {TorchSharp}, {DateTime.Now:yyyy-MM-dd}; " +
        $"algorithm {algorithm.ToString().ToLowerInvariant()}.";

    /// <summary>Everything for a program.</summary>
    public static object Json(int threads, Sides sides) => new
    {
        date = DateTimeOffset.Now,
        processor = Processor,
        dotNet = DotNet,
        torchSharp = TorchSharp,
        threads,
        algorithm = sides.Algorithm.ToString().ToLowerInvariant(),
        kernels = sides.Json,
    };
}
