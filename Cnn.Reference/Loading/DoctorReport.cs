using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Cnn.Reference.Benchmarks;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Spectre.Console;

namespace Cnn.Reference.Loading;

/// <summary>What <c>doctor</c> has found, for a person and for a program.</summary>
/// <param name="Outcome">What a try to use libtorch has come to.</param>
/// <param name="Files">The native files.</param>
/// <param name="System">The system's own libraries.</param>
/// <param name="Faults">Why libtorch cannot be used, the cause first; none where it can.</param>
internal sealed record DoctorReport(
    LoadOutcome Outcome, IReadOnlyList<NativeFile> Files, SystemLibraries System, IReadOnlyList<LoadFault> Faults)
{
    private static readonly string[] Settings =
        [
            "LD_LIBRARY_PATH", "LD_PRELOAD", "ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY", "OMP_NUM_THREADS", "MKL_NUM_THREADS",
            "OMP_WAIT_POLICY", "GOMP_SPINCOUNT"];

    /// <summary>Success: a tensor can be made, and a convolution is the same on both sides.</summary>
    public int ExitCode => Outcome.Works ? ExitCodes.Success : ExitCodes.Mismatch;

    private static string CLibrary => SystemLibraries.IsMusl ? "musl" : "GNU";

    private static int Bits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    private static IEnumerable<(string Name, string Value)> Set =>
        from name in Settings
        let value = Environment.GetEnvironmentVariable(name)
        where value is not null
        select (name, value);

    /// <summary>Prints it.</summary>
    public void Print(IAnsiConsole console)
    {
        string cLibrary = OperatingSystem.IsLinux() ? $", {CLibrary} C library" : "";
        Line("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}{cLibrary}");
        Line("processor", $"{Machine.Processor}, {Figures.Count(Environment.ProcessorCount, "thread")}");
        Line("program", $"{Machine.DotNet}, TorchSharp {Machine.TorchSharp}, made for libtorch " +
            $"{Packages.WantedLibtorch ?? "(it does not say)"}");
        Line("packages", Packages.Named() is { Count: > 0 } named
            ? string.Join(", ", named.Select(package => $"{package.Name} {package.Version}")) : "none are named");
        Line("registers", Bits > 0 ? $"our kernels use {Bits} bits" : "none wider than a number: our kernels work number by number");
        Line("threads", $"ours {Outcome.Threads ?? Environment.ProcessorCount}, libtorch's {Outcome.Threads?.ToString() ?? "unknown"}");
        Line("caches", HiddenCaches.AreHidden() ? Caches : "not hidden");
        if (Set.Any()) Line("settings", string.Join(", ", Set.Select(setting => $"{setting.Name}={setting.Value}")));
        foreach (var folder in Files.GroupBy(file => Path.GetDirectoryName(file.Path)))
        {
            console.Profile.Out.Writer.WriteLine();
            console.Say($"Native files in {folder.Key}:");
            PrintFiles(console, [.. folder]);
        }
        if (OperatingSystem.IsLinux() && Files.Count > 0)
            console.Say("GLIBC, GLIBCXX, CXXABI: the highest symbol version asked for (in brackets: one more, " +
                "which need not be there), and the highest there.");
        console.Profile.Out.Writer.WriteLine();
        if (Outcome.Works) console.Say("WORKS: a tensor was made, and a small convolution and its gradients are the same on both sides.");
        else if (!Outcome.Tensor) console.Say("NO TENSOR can be made.");
        else console.Say("A TENSOR can be made, but libtorch cannot be relied on.");
        foreach (var fault in Faults)
        {
            console.Say($"reason: {fault.Reason}", indent: 2);
            console.Say($"remedy: {fault.Remedy}", indent: 2);
        }

        void Line(string name, string value) => console.Say($"{name,-12}{value}", indent: 12);
    }

    /// <summary>The same for <c>--json</c>.</summary>
    public object Json => new
    {
        works = Outcome.Works,
        tensor = Outcome.Tensor,
        equal = Outcome.Equal,
        faults = Faults,
        said = Outcome.Words,
        died = Outcome.Death?.ToString(),
        system = RuntimeInformation.OSDescription,
        architecture = Remedies.NameOf(RuntimeInformation.ProcessArchitecture),
        runtimeIdentifier = RuntimeInformation.RuntimeIdentifier,
        cLibrary = OperatingSystem.IsLinux() ? CLibrary : null,
        processor = Machine.Processor,
        dotNet = Machine.DotNet,
        torchSharp = Machine.TorchSharp,
        wantedLibtorch = Packages.WantedLibtorch,
        packages = Packages.Named().Select(package => new { package.Name, package.Version }),
        registerBits = Bits,
        processors = Environment.ProcessorCount,
        threads = Outcome.Threads,
        hiddenCaches = HiddenCaches.AreHidden(),
        settings = Set.ToDictionary(setting => setting.Name, setting => setting.Value),
        searched = NativeSearch.Folders(),
        loaded = Outcome.Files,
        files = Files.Select(file => new
        {
            file.Path,
            file.Bytes,
            file.Fault,
            architecture = file.Architecture is { } machine ? Remedies.NameOf(machine) : null,
            file.Needed,
            asksFor = file.VersionNeeds.Select(need => new { need.Library, need.Version, weak = need.IsWeak }),
        }),
        there = OperatingSystem.IsLinux() ? SymbolVersion.Kinds.Select(kind => There(kind)?.ToString()) : null,
    };

    private string Caches =>
        $"hidden by this virtual machine: some of libtorch's wider kernels were seen to be wrong there" +
            $"{(Outcome.Caches is null ? "" : "; check and doctor hold it to the right ones")}. " +
        $"In programs of your own: {HiddenCaches.Setting} in the environment.";

    private void PrintFiles(IAnsiConsole console, IReadOnlyList<NativeFile> files)
    {
        bool linux = OperatingSystem.IsLinux();
        var table = new TextTable(["file", "size", "for", .. linux ? SymbolVersion.Kinds : []]) { Expendable = ["for", "size"] };
        foreach (var file in files)
            table.Add([
                file.Name, Figures.Bytes(file.Bytes), ForWhat(file),
                .. linux ? SymbolVersion.Kinds.Select(kind => Asked(file, kind)) : []]);
        if (linux)
            table.Add([
                "this system", "", Remedies.NameOf(RuntimeInformation.ProcessArchitecture),
                .. SymbolVersion.Kinds.Select(kind => There(kind)?.Number.ToString() ?? "none")]);
        table.Print(console, markdown: false);

        static string ForWhat(NativeFile file) =>
            file.Fault is not null ? "damaged" : file.Architecture is { } machine ? Remedies.NameOf(machine) : "unknown";
    }

    private static string Asked(NativeFile file, string kind)
    {
        if (SymbolVersion.Highest(file.VersionNeeds.Select(need => need.Version), kind) is not { } highest) return "";
        var strict = SymbolVersion.Highest(file.VersionNeeds.Where(need => !need.IsWeak).Select(need => need.Version), kind);
        return strict == highest ? $"{highest.Number}" : $"{strict?.Number} ({highest.Number})";
    }

    private SymbolVersion? There(string kind) =>
        SymbolVersion.Highest(System.Find(kind == "GLIBC" ? SystemLibraries.C : SystemLibraries.Cxx)?.VersionDefinitions ?? [], kind);
}
