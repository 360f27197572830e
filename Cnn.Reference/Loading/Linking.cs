using System.Runtime.InteropServices;
using Cnn.Build;

namespace Cnn.Reference.Loading;

/// <summary>
/// What the loader of Linux does with TorchSharp's native file, followed on paper: every library that comes with it, and every
/// need of each that is not met. What loads is not asked here; what does not is told with its reason.
/// </summary>
internal sealed class Linking
{
    private const string SearchPath = "LD_LIBRARY_PATH";

    private readonly string folder;
    private readonly SystemLibraries system;
    private readonly Dictionary<string, NativeFile> files = [];
    private readonly List<LoadFault> faults = [];

    /// <summary>Follows a file, and all that it needs.</summary>
    public Linking(string path, SystemLibraries system)
    {
        (folder, this.system) = (Path.GetDirectoryName(path)!, system);
        Follow(Path.GetFileName(path), path);
        foreach (var file in Files.Where(file => file.Fault is null)) RequireVersions(file);
    }

    /// <summary>The file and those that it needs, as far as they are not the system's own.</summary>
    public IReadOnlyList<NativeFile> Files => [.. files.Values];

    /// <summary>What is not met, the cause before what follows from it.</summary>
    public IReadOnlyList<LoadFault> Faults => faults;

    private void Follow(string name, string path)
    {
        var file = files[name] = NativeFile.Read(path);
        if (file.Fault is { } fault)
        {
            faults.Add(new($"{path} does not load: {fault}.", Remedies.Anew(name)));
            return;
        }
        if (file.Architecture is { } machine && machine != RuntimeInformation.ProcessArchitecture)
        {
            faults.Add(new(
                $"{path} is for {Remedies.NameOf(machine)}, and this process is {Remedies.NameOf(RuntimeInformation.ProcessArchitecture)}.",
                Remedies.Anew(name)));
            return;
        }
        foreach (string needed in file.Needed.Where(needed => !files.ContainsKey(needed)))
        {
            if (Elsewhere(needed) is { } stranger)
            {
                faults.Add(new(
                    $"{stranger} takes the place of {needed} beside {name}: {SearchPath} comes first.",
                    $"Start the program without that folder in {SearchPath}."));
                Follow(needed, stranger);
            }
            else if (Path.Combine(folder, needed) is var beside && File.Exists(beside)) Follow(needed, beside);
            else if (system.Find(needed) is null)
                faults.Add(new(
                    $"{needed} is missing: {name} needs it, and it is neither in {folder} nor among the system's libraries.",
                    Remedies.Missing(needed)));
        }
    }

    private static string? Elsewhere(string name)
    {
        if (!name.StartsWith("libtorch", StringComparison.Ordinal) && !name.StartsWith("libc10", StringComparison.Ordinal)) return null;
        string[] folders = Environment.GetEnvironmentVariable(SearchPath)?.Split(':', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    // Of each library, the highest version says it all.
    private void RequireVersions(NativeFile file)
    {
        var strict = file.VersionNeeds.Where(need => !need.IsWeak);
        foreach (var ofLibrary in strict.GroupBy(need => need.Library))
        {
            var providing = files.GetValueOrDefault(ofLibrary.Key) ?? system.Find(ofLibrary.Key);
            if (providing is not { Fault: null } library) continue; // told already
            var missing = ofLibrary.Where(need => !library.VersionDefinitions.Contains(need.Version)).ToList();
            if (missing.MaxBy(need => SymbolVersion.Parse(need.Version)?.Number) is not { } need) continue;
            string kind = need.Version.Split('_')[0];
            string there = SymbolVersion.Highest(library.VersionDefinitions, kind) is { } highest ? $"ends at {highest}" : $"has no {kind}";
            faults.Add(new(
                $"{file.Path} asks for {need.Version} of {need.Library}, and {library.Path} {there}.",
                need.Version == GlibcxxNeed.Version && missing.Count == 1 ? Remedies.Weaken : Remedies.NewerSystem));
        }
    }
}
