using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Cnn.Reference.Oracle;
using Cnn.Reference.Processes;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Benchmarks;

/// <summary>
/// Which instructions libtorch's parts use, as far as they say so; null for what is not known. TorchSharp does not tell: a process of this
/// program is asked, in which oneDNN and MKL say what they do.
/// </summary>
/// <param name="OneDnn">oneDNN, which computes most convolutions; in its words.</param>
/// <param name="Aten">ATen, which computes pools; in its words.</param>
/// <param name="Mkl">MKL, whose matrix products some convolutions are; in its words, which it has for processors of Intel's alone.</param>
internal sealed partial record LibtorchKernels(string? OneDnn, string? Aten, string? Mkl)
{
    /// <summary>The hidden option of the process that is asked.</summary>
    public const string Option = "--libtorch-kernels";

    private const string AtenWord = "aten ";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Asks a process that has the environment of this one; takes a second or two.</summary>
    public static LibtorchKernels Ask()
    {
        try
        {
            var start = OwnProgram.Start("bench", Option);
            (start.Environment["ONEDNN_VERBOSE"], start.Environment["MKL_VERBOSE"]) = ("1", "1");
            if (HiddenCaches.Remedy is not null) start.Environment[HiddenCaches.Variable] = HiddenCaches.Sse41;
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (!process.WaitForExit(Limit)) process.Kill(entireProcessTree: true);
            error.Wait();
            return Read(output.Result);
        }
        catch (Exception exception) when (exception is WorkerStartException or System.ComponentModel.Win32Exception)
        {
            return new(null, null, null);
        }
    }

    /// <summary>The part of the process that is asked: has each of libtorch's parts say what it uses.</summary>
    public static void Tell()
    {
        set_num_threads(1);
        HiddenCaches.QuietWarnings();
        using var images = rand([2, 16, 8, 8]); // two images are oneDNN's
        using var weight = rand([16, 16, 3, 3]);
        using var convolved = nn.functional.conv2d(images, weight);
        using var matrix = rand([32, 32]);
        using var product = matrix.mm(matrix);
        if (AtenCapability() is { } capability) Console.Out.WriteLine($"\n{AtenWord}{capability}");
    }

    /// <summary>Reads what was told.</summary>
    public static LibtorchKernels Read(string output)
    {
        string[] lines = [.. output.Split('\n').Select(line => line.TrimEnd('\r'))];
        return new(
            lines.Select(line => OneDnnLine().Match(line)).FirstOrDefault(match => match.Success)?.Groups[1].Value,
            lines.FirstOrDefault(line => line.StartsWith(AtenWord, StringComparison.Ordinal))?[AtenWord.Length..],
            lines.Select(line => MklLine().Match(line)).FirstOrDefault(match => match.Success)?.Groups[1].Value);
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        const string unknown = "not known";
        return $"oneDNN ({OneDnn ?? unknown}), ATen ({Aten ?? unknown}), MKL ({Mkl ?? unknown})";
    }

    // at::get_cpu_capability() gives a std::string of GNU's library, for which the caller has room.
    private static unsafe string? AtenCapability()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64) return null;
        if (!NativeLibrary.TryLoad("libtorch_cpu.so", out nint library)
            || !NativeLibrary.TryGetExport(library, "_ZN2at18get_cpu_capabilityB5cxx11Ev", out nint function)) return null;
        StandardString text;
        ((delegate* unmanaged<StandardString*, StandardString*>)function)(&text);
        return Marshal.PtrToStringUTF8(text.Characters, (int)text.Length);
    }

    [GeneratedRegex("^onednn_verbose,.*info,cpu,isa:(.+)$")]
    private static partial Regex OneDnnLine();

    [GeneratedRegex("^MKL_VERBOSE .* architecture (.+) enabled processors")]
    private static partial Regex MklLine();

    [StructLayout(LayoutKind.Sequential)]
    private struct StandardString
    {
        public nint Characters, Length;
        private readonly long first, second; // a short text lies here
    }
}
