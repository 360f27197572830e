using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Cnn.Reference.Loading;

/// <summary>Looks at this system and at the files of libtorch, has libtorch tried, and says why it does not load.</summary>
internal static partial class Doctor
{
    /// <summary>Examines everything; nothing of libtorch is loaded into this process.</summary>
    public static DoctorReport Examine()
    {
        var outcome = LoadProbe.Run();
        var system = new SystemLibraries();
        // TorchSharp looks into the package cache as well: what was loaded is told, wherever it lies.
        var loaded = outcome.Files?.Where(path => NativeSearch.Names.Contains(Path.GetFileName(path))) ?? [];
        var candidates = NativeSearch.Candidates() is { Count: > 0 } found ? found : loaded;
        Linking[] linkings = OperatingSystem.IsLinux() ? [.. candidates.Select(path => new Linking(path, system))] : [];
        IReadOnlyList<NativeFile> files = OperatingSystem.IsLinux()
            ? [.. linkings.SelectMany(linking => linking.Files).DistinctBy(file => file.Path)]
            : [.. NativeSearch.Folders().SelectMany(Directory.EnumerateFiles).Where(IsOfLibtorch).Select(NativeFile.Read)];
        return new(outcome, files, system, outcome.Works ? [] : [.. Faults(outcome, linkings, files)]);
    }

    // The first is the cause; the others are told too, where there are any.
    private static IEnumerable<LoadFault> Faults(LoadOutcome outcome, Linking[] linkings, IReadOnlyList<NativeFile> files)
    {
        if (SystemLibraries.IsMusl)
        {
            yield return new("This system's C library is musl, and libtorch is built for GNU's.", Remedies.Gnu);
            yield break;
        }
        if (outcome.Tensor)
        {
            string how = outcome.Death is { } death ? death.ToString() : $"went wrong: {outcome.Words}";
            yield return new(
                $"libtorch loads, and {outcome.Step} {how}.",
                "Run check, which names the layers and the sizes that differ; on a virtual machine, another type of processor may help.");
            yield break;
        }
        if (NativeSearch.Candidates().Count == 0)
        {
            string platform = RuntimeInformation.RuntimeIdentifier;
            yield return Packages.Platforms.Contains(platform)
                ? new($"No {string.Join(" or ", NativeSearch.Names)} is in {string.Join(" or ", NativeSearch.Folders())}.",
                    Remedies.AddPackage)
                : new($"TorchSharp has no native files for {platform}.", Remedies.OtherPlatform);
            yield break;
        }
        if (Packages.OtherLibtorch is { } other)
            yield return new(
                $"{other}, and TorchSharp {Benchmarks.Machine.TorchSharp} is made for libtorch {Packages.WantedLibtorch}.",
                Remedies.OneVersion);
        // Where the first file does not load, .NET tries the next, whose faults are nobody's concern: it is there for systems that can do
        // without the first.
        List<LoadFault> told = [.. OperatingSystem.IsLinux() ? linkings[0].Faults : OfFiles(files)];
        foreach (var fault in told) yield return fault;
        if (told.Count == 0) yield return OfWords(outcome);
    }

    // Windows and macOS: what can be seen without their loaders.
    private static IEnumerable<LoadFault> OfFiles(IEnumerable<NativeFile> files)
    {
        foreach (var file in files)
        {
            if (file.Fault is { } fault) yield return new($"{file.Path} does not load: {fault}.", Remedies.Anew(file.Name));
            else if (file.Architecture is { } machine && machine != RuntimeInformation.ProcessArchitecture)
                yield return new(
                    $"{file.Path} is for {Remedies.NameOf(machine)}, and this process is " +
                        $"{Remedies.NameOf(RuntimeInformation.ProcessArchitecture)}.",
                    Remedies.Anew(file.Name));
        }
    }

    // Every file is there and whole, as far as can be seen: what the loader has said is all there is.
    private static LoadFault OfWords(LoadOutcome outcome)
    {
        string words = outcome.Words?.ReplaceLineEndings(" ").Trim().TrimEnd('.') ?? "nothing was said";
        if (UndefinedSymbol().Match(words) is { Success: true } match)
            return new($"The native files are of different versions: {match.Value}.", Remedies.OneVersion);
        if (outcome.Death is { } death)
            return new(
                $"The process that tried it, {outcome.Step}, {death}{(outcome.Words is null ? "" : $": {words}")}.",
                Remedies.OneVersion);
        return new(
            $"The loader says: {words}.",
            OperatingSystem.IsWindows()
                ? "Install the Microsoft Visual C++ Redistributable (x64), which libtorch needs; if it is there, " +
                    "delete bin and obj and build again."
                : Remedies.OneVersion);
    }

    private static bool IsOfLibtorch(string path) =>
        Path.GetFileNameWithoutExtension(path) is var name && Path.GetExtension(path) is ".dll" or ".dylib"
        && (name.Contains("LibTorchSharp", StringComparison.Ordinal)
            || ((string[])["torch", "torch_cpu", "c10", "omp", "iomp5md", "libiomp5md"]).Any(part => name == part || name == $"lib{part}"));

    [GeneratedRegex(@"\S+: undefined symbol: \S+")]
    private static partial Regex UndefinedSymbol();
}
