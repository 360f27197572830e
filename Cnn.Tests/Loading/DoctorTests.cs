using System.Diagnostics;
using System.Text.Json;
using Cnn.Tests.Build;
using Cnn.Tests.Commands;

namespace Cnn.Tests.Loading;

/// <summary>The verb doctor as a user runs it, in a copy of the program whose native files something has happened to.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class DoctorTests : IDisposable
{
    private const string Weak = "LibTorchSharp.so", Strict = "libLibTorchSharp.so", Torch = "libtorch.so", TorchCpu = "libtorch_cpu.so",
        C10 = "libc10.so";
    private const long Large = 16 << 20;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void APlaceWhereItWorksIsToldInLinesOf80Columns()
    {
        string report = folder["report.json"];
        var (code, output, error) = CommandLine.RunWith("COLUMNS", "", "doctor", "--json", report);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("WORKS: a tensor was made", output, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cpu 0", output, StringComparison.Ordinal);
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 80 || line.Contains('/', StringComparison.Ordinal), line));
        using var json = JsonDocument.Parse(File.ReadAllText(report));
        Assert.True(json.RootElement.GetProperty("works").GetBoolean());
        Assert.Empty(json.RootElement.GetProperty("faults").EnumerateArray());
        Assert.NotEmpty(json.RootElement.GetProperty("packages").EnumerateArray());
    }

    [LinuxFact]
    public void ACopyWorksToo()
    {
        Copy();
        var (code, output, _) = Doctor();
        Assert.True(code == 0, output);
        Assert.Contains($"Native files in {folder.Path}:", output, StringComparison.Ordinal);
        Assert.Contains("GLIBCXX", output, StringComparison.Ordinal);
    }

    /// <summary>Whether it loads depends on this system's libstdc++, which is asked in another way.</summary>
    [LinuxFact]
    public void TheFileAsItIsPublishedNeedsItsVersion()
    {
        Copy();
        File.Delete(folder[Weak]);
        File.Copy(RealNativeTests.InPackage, folder[Strict], overwrite: true);
        if (RealNativeTests.LoaderFindsVersion()) Assert.Equal(0, Doctor().Code);
        else AssertFault($"{folder[Strict]} asks for GLIBCXX_3.4.32 of libstdc++.so.6, and /", "CnnWeakenGlibcxxNeed=always");
    }

    [LinuxFact]
    public void NoNativeFileIsAMissingPackage()
    {
        Copy();
        foreach (string file in Directory.EnumerateFiles(folder.Path, "*.so*")) File.Delete(file);
        AssertFault($"No {Weak} or {Strict} is in {folder.Path}", "dotnet add package TorchSharp-cpu --version 0");
    }

    /// <summary>A project that refers to TorchSharp, and to no libtorch.</summary>
    [LinuxFact]
    public void NoPackageOfLibtorchIsToBeAdded()
    {
        Copy();
        foreach (string file in (string[])[Torch, TorchCpu, C10]) File.Delete(folder[file]);
        string dependencies = folder["Cnn.Reference.deps.json"];
        string without = File.ReadAllText(dependencies)
            .Replace("libtorch-cpu", "other-cpu", StringComparison.Ordinal).Replace(
                "TorchSharp-cpu", "Other-cpu", StringComparison.Ordinal);
        File.Delete(dependencies);
        File.WriteAllText(dependencies, without);
        string report = AssertFault("libtorch.so is missing: ", "dotnet add package TorchSharp-cpu --version 0");
        Assert.DoesNotContain("damaged", report, StringComparison.Ordinal);
    }

    [LinuxTheory]
    [InlineData(Torch, "LibTorchSharp.so")]
    [InlineData(TorchCpu, "LibTorchSharp.so")]
    [InlineData(C10, "LibTorchSharp.so")]
    [InlineData("libgomp-", TorchCpu)]
    public void AMissingFileIsNamedWithWhatNeedsIt(string missing, string by)
    {
        Copy();
        string path = Directory.EnumerateFiles(folder.Path, $"{missing}*")
            .Single(file => Path.GetFileName(file) == missing || missing.EndsWith('-'));
        File.Delete(path);
        AssertFault($"{Path.GetFileName(path)} is missing: ", by, "Build again");
    }

    [LinuxTheory]
    [InlineData(Torch, 0, "it is not an ELF file")]
    [InlineData(C10, 900_000, "it is cut short or damaged")]
    [InlineData(TorchCpu, 5_000_000, "it is cut short or damaged")]
    public void AFileCutShortIsNamed(string name, int length, string fault)
    {
        Copy();
        byte[] begin = new byte[length];
        using (var file = File.OpenRead(folder[name])) file.ReadExactly(begin);
        Replace(name, begin);
        AssertFault($"{folder[name]} does not load: {fault}", $"Delete {name} and build again");
    }

    [LinuxFact]
    public void AFileForAnotherProcessorIsNamed()
    {
        Copy();
        byte[] other = File.ReadAllBytes(folder[C10]);
        const int e_machine = 18, EM_X86_64 = 62, EM_AARCH64 = 183;
        string foreign = other[e_machine] == EM_X86_64 ? "arm64" : "x64";
        other[e_machine] = (byte)(other[e_machine] == EM_X86_64 ? EM_AARCH64 : EM_X86_64);
        Replace(C10, other);
        AssertFault($"{folder[C10]} is for {foreign}, and this process is ");
    }

    [LinuxFact]
    public void AFileForAnotherSystemIsNamed()
    {
        Copy();
        Replace(C10, File.ReadAllBytes(typeof(DoctorTests).Assembly.Location));
        AssertFault($"{folder[C10]} does not load: it is a library for Windows");
    }

    /// <summary>A version of the C library that no system has.</summary>
    [LinuxFact]
    public void ANeedOfANewerSystemIsNamed()
    {
        Copy();
        byte[] newer = File.ReadAllBytes(folder[C10]);
        int at = newer.AsSpan().IndexOf("GLIBC_2.29\0"u8);
        newer[at + "GLIBC_".Length] = (byte)'9';
        Replace(C10, newer);
        AssertFault($"{folder[C10]} asks for GLIBC_9.29 of ", "newer distribution");
    }

    /// <summary>A whole library of the right name that lacks what the others call.</summary>
    [LinuxFact]
    public void AnotherVersionOfLibtorchIsNamed()
    {
        Copy();
        Replace(C10, File.ReadAllBytes(folder[Torch]));
        AssertFault("of different versions", "undefined symbol", "made for libtorch 2.");
    }

    [LinuxFact]
    public void AnotherLibtorchThatComesFirstIsNamed()
    {
        Copy();
        string other = Directory.CreateDirectory(folder["other"]).FullName;
        File.Copy(folder[Torch], Path.Combine(other, C10));
        AssertFault(start => start.Environment["LD_LIBRARY_PATH"] = other, $"{other}/{C10} takes the place of {C10}", "LD_LIBRARY_PATH");
    }

    /// <summary>Zeros where its tables were, or where its code was; header and section headers as they were.</summary>
    [LinuxTheory]
    [InlineData(0.01, 0.5, "damaged")]
    [InlineData(0.25, 0.75, "The process that tried it, loading libtorch, died (signal ")]
    public void AFileThatIsWholeAndWrongIsTold(double from, double to, string reason)
    {
        Copy();
        byte[] hollow = File.ReadAllBytes(folder[C10]);
        hollow.AsSpan((int)(from * hollow.Length)..(int)(to * hollow.Length)).Clear();
        Replace(C10, hollow);
        AssertFault(reason, "build again");
    }

    /// <summary>Who asks something else is sent here.</summary>
    [LinuxFact]
    public void CheckWithoutLibtorchNamesTheDoctor()
    {
        Copy();
        File.Delete(folder[C10]);
        var (code, output, error) = Reference(_ => { }, "check", "conv n2 c2 h4 w5 o2 k2x3");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("; doctor says whether libtorch loads here", error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bench --filter notebook")]
    [InlineData("bench --model lenet5")]
    [InlineData("check --model lenet5")]
    [InlineData("train --epochs 1 --data {data} --output {run}")]
    public void EveryCommandWithoutLibtorchNamesTheDoctor(string arguments)
    {
        Copy();
        File.Delete(folder[C10]);
        string[] words = [.. arguments.Split(' ').Select(word => word
            .Replace("{data}", Path.Combine(AppContext.BaseDirectory, "Data", "fashion-mnist"), StringComparison.Ordinal)
            .Replace("{run}", folder["run"], StringComparison.Ordinal))];
        var (code, _, error) = Reference(_ => { }, words);
        Assert.Equal((2, "libtorch does not load here; doctor says why, and what helps."), (code, error.TrimEnd()));
    }

    [Fact]
    public void AReportThatCannotBeWrittenIsOneSentence()
    {
        var (code, output, error) = CommandLine.Run("doctor", "--json", Path.Combine(folder.Path, "no", "such", "folder.json"));
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("--json ", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private string AssertFault(params string[] texts) => AssertFault(_ => { }, texts);

    private string AssertFault(Action<ProcessStartInfo> change, params string[] texts)
    {
        string report = folder["report.json"];
        var (code, output, error) = Doctor(change, "--json", report);
        Assert.True(code == 1, $"{code}\n{output}\n{error}");
        Assert.Equal("", error);
        Assert.Contains("NO TENSOR can be made.", output, StringComparison.Ordinal);
        string joined = string.Join(
            ' ', output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)); // as if it were not folded
        Assert.All(texts, text => Assert.Contains(text, joined, StringComparison.Ordinal));
        using var json = JsonDocument.Parse(File.ReadAllText(report));
        Assert.False(json.RootElement.GetProperty("works").GetBoolean());
        Assert.NotEmpty(json.RootElement.GetProperty("faults").EnumerateArray());
        return joined;
    }

    private (int Code, string Output, string Error) Doctor() => Doctor(_ => { });

    private (int Code, string Output, string Error) Doctor(Action<ProcessStartInfo> change, params string[] arguments) =>
        Reference(change, ["doctor", .. arguments]);

    private (int Code, string Output, string Error) Reference(Action<ProcessStartInfo> change, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [folder["Cnn.Reference.dll"], .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        change(start);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    // The large ones are linked: a copy would take half a gigabyte. The loader looks for the neighbours of a link beside the link.
    private void Copy()
    {
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(typeof(Cnn.Reference.Cases.Case).Assembly.Location)!))
        {
            string copy = folder[Path.GetFileName(file)];
            if (new FileInfo(file).Length > Large) File.CreateSymbolicLink(copy, file);
            else File.Copy(file, copy);
        }
    }

    private void Replace(string name, byte[] content)
    {
        File.Delete(folder[name]); // never written through a link
        File.WriteAllBytes(folder[name], content);
    }
}
