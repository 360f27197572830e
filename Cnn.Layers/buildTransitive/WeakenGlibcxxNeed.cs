// Compiled by MSBuild's RoslynCodeTaskFactory, which takes one file and offers .NET Standard 2.0: hence no spans here.
#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Cnn.Build;

/// <summary>
/// The one need of TorchSharp's native file that is made weak. The loader refuses a file with a need that is not met, even if
/// no symbol comes with it, unless the need carries the flag VER_FLG_WEAK.
/// </summary>
internal static class GlibcxxNeed
{
    /// <summary>
    /// The one version to weaken. Others that a system may lack stay strict on purpose: their symbols are called, and
    /// a refusal to load says more than a crash later.
    /// </summary>
    public const string Version = "GLIBCXX_3.4.32";

    /// <summary>
    /// Makes the file's need of <see cref="Version"/> weak. False where there is nothing to do: no such need, or weak
    /// already.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is not a complete 64-bit little-endian ELF file.</exception>
    public static bool Weaken(string path)
    {
        VersionNeed? need;
        using (var file = File.OpenRead(path))
            need = new ElfFile(file).VersionNeeds().FirstOrDefault(each => each.Version == Version);
        if (need is null || need.IsWeak)
            return false;

        // The build may have hard-linked its copy to the package cache. A new file renamed over it breaks the link, and
        // no process ever sees half of it.
        string changed = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.Copy(path, changed);
            // Copying takes the time of last write along, from behind a symbolic link too. Kept, it spares the next
            // build copying the file and weakening it anew.
            DateTime lastWrite = File.GetLastWriteTimeUtc(changed);
            using (var stream = new FileStream(changed, FileMode.Open, FileAccess.Write))
            {
                stream.Position = need.FlagsAt;
                stream.WriteByte((byte)(need.Flags | VersionNeed.VER_FLG_WEAK));
            }
            File.SetLastWriteTimeUtc(changed, lastWrite);
            File.Replace(changed, path, destinationBackupFileName: null);
        }
        finally
        {
            File.Delete(changed);
        }
        return true;
    }
}

/// <summary>A version of a library's symbols that a file asks for.</summary>
internal sealed class VersionNeed
{
    /// <summary>The flag of a need that need not be met.</summary>
    public const ushort VER_FLG_WEAK = 0x2;

    public VersionNeed(string library, string version, ushort flags, long flagsAt) =>
        (Library, Version, Flags, FlagsAt) = (library, version, flags, flagsAt);

    /// <summary>The library, such as libstdc++.so.6.</summary>
    public string Library { get; }

    /// <summary>The version, such as GLIBCXX_3.4.32.</summary>
    public string Version { get; }

    /// <summary>Its vna_flags.</summary>
    public ushort Flags { get; }

    /// <summary>Where they lie in the file.</summary>
    public long FlagsAt { get; }

    /// <summary>Whether the loader forgives that it is not met.</summary>
    public bool IsWeak => (Flags & VER_FLG_WEAK) != 0;
}

/// <summary>What the loader reads of a 64-bit little-endian ELF file. Only what is asked for is read: some have half a gigabyte.</summary>
internal sealed partial class ElfFile
{
    // Names, values and offsets are those of <elf.h>, for 64-bit files.
    private const int EI_CLASS = 4, ELFCLASS64 = 2;
    private const int EI_DATA = 5, ELFDATA2LSB = 1;
    private const uint SHT_GNU_verneed = 0x6ffffffe;
    private static readonly byte[] ELFMAG = { 0x7f, (byte)'E', (byte)'L', (byte)'F' };

    private static class Ehdr { public const int e_shoff = 40, e_shentsize = 58, e_shnum = 60; }

    private static class Shdr { public const int sh_type = 4, sh_offset = 24, sh_size = 32, sh_link = 40, Size = 64; }

    private static class Verneed { public const int vn_file = 4, vn_aux = 8, vn_next = 12; }

    private static class Vernaux { public const int vna_flags = 4, vna_name = 8, vna_next = 12; }

    private readonly Range file, headers;

    /// <summary>Looks at the headers.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is not a complete 64-bit little-endian ELF file. Everything else may throw this as well.
    /// </exception>
    public ElfFile(Stream stream)
    {
        file = new Range(stream, 0, (ulong)stream.Length, "the file");
        if (file.Size < (ulong)ELFMAG.Length || ELFMAG.Where((value, at) => file.Number((ulong)at, 1) != value).Any())
            throw new InvalidDataException("it is not an ELF file");
        if (file.Number(EI_CLASS, 1) != ELFCLASS64 || file.Number(EI_DATA, 1) != ELFDATA2LSB)
            throw new InvalidDataException("it is not a 64-bit little-endian ELF file");

        ulong headerSize = file.Number(Ehdr.e_shentsize, 2), count = file.Number(Ehdr.e_shnum, 2);
        if (count > 0 && headerSize != Shdr.Size)
            throw new InvalidDataException($"its section headers have {headerSize} bytes instead of {Shdr.Size}");
        headers = file.Part(file.Number(Ehdr.e_shoff, 8), count * headerSize, "its section headers");
    }

    /// <summary>
    /// What the file needs of libraries' symbol versions stands in its section .gnu.version_r: a chain of Verneed, one for each
    /// library, each with a chain of Vernaux, one for each version.
    /// </summary>
    public IEnumerable<VersionNeed> VersionNeeds()
    {
        foreach (var (needs, names) in Sections(SHT_GNU_verneed))
        {
            // Every step is unsigned and not 0, so both walks go forward and end, at the latest at the section's end.
            ulong need = 0, toNext;
            do
            {
                string library = names.Text(needs.Number(need + Verneed.vn_file, 4));
                ulong version = need + needs.Number(need + Verneed.vn_aux, 4);
                do
                {
                    ulong flags = version + Vernaux.vna_flags;
                    yield return new VersionNeed(
                        library, names.Text(needs.Number(version + Vernaux.vna_name, 4)), (ushort)needs.Number(flags, 2),
                        needs.InFile(flags, 2));
                    toNext = needs.Number(version + Vernaux.vna_next, 4);
                    version += toNext;
                }
                while (toNext != 0);
                toNext = needs.Number(need + Verneed.vn_next, 4);
                need += toNext;
            }
            while (toNext != 0);
        }
    }

    /// <summary>The sections of a type, each with the section that it links to, which holds its names.</summary>
    private IEnumerable<(Range Section, Range Names)> Sections(uint type)
    {
        for (ulong header = 0; header < headers.Size; header += Shdr.Size)
            if (headers.Number(header + Shdr.sh_type, 4) == type)
                yield return (Section(header), Section(headers.Number(header + Shdr.sh_link, 4) * Shdr.Size));
    }

    private Range Section(ulong header) =>
        file.Part(headers.Number(header + Shdr.sh_offset, 8), headers.Number(header + Shdr.sh_size, 8), "a section");

    /// <summary>A part of the file. Nothing is read but through it, and it is left at neither end.</summary>
    private sealed class Range
    {
        private readonly Stream stream;
        private readonly ulong start;
        private readonly string name;

        public Range(Stream stream, ulong start, ulong size, string name) =>
            (this.stream, this.start, Size, this.name) = (stream, start, size, name);

        public ulong Size { get; }

        /// <summary>A part of this part.</summary>
        public Range Part(ulong offset, ulong size, string partName)
        {
            if (offset > Size || size > Size - offset)
                throw new InvalidDataException(
                    $"it is cut short or damaged: {partName} should end {size} bytes after byte {offset}, " +
                    $"but {name} has only {Size} bytes");
            return new Range(stream, start + offset, size, partName);
        }

        /// <summary>The position in the file of the <paramref name="bytes"/> at <paramref name="offset"/>.</summary>
        public long InFile(ulong offset, ulong bytes)
        {
            if (offset > Size || bytes > Size - offset)
                throw new InvalidDataException($"it is cut short or damaged: it points to byte {offset} of {name}, which has {Size} bytes");
            return (long)(start + offset);
        }

        public ulong Number(ulong offset, int bytes)
        {
            stream.Position = InFile(offset, (ulong)bytes);
            ulong number = 0;
            for (int i = 0; i < bytes; i++)
                number |= (ulong)stream.ReadByte() << 8 * i;
            return number;
        }

        /// <summary>The text at <paramref name="offset"/>, which a zero ends.</summary>
        public string Text(ulong offset)
        {
            var text = new List<byte>();
            for (ulong at = offset, value; (value = Number(at, 1)) != 0; at++)
                text.Add((byte)value);
            return Encoding.ASCII.GetString(text.ToArray());
        }
    }
}

#if !WITHOUT_MSBUILD // Cnn.Reference compiles the part above by itself
/// <summary>Weakens the need in each of the files, which must be copies: see <see cref="GlibcxxNeed.Weaken"/>.</summary>
public sealed class WeakenGlibcxxNeed : Microsoft.Build.Utilities.Task
{
    [Microsoft.Build.Framework.Required]
    public string[] Files { get; set; } = Array.Empty<string>();

    public override bool Execute()
    {
        foreach (string path in Files)
        {
            try
            {
                if (GlibcxxNeed.Weaken(path))
                    Log.LogMessage(
                        Microsoft.Build.Framework.MessageImportance.High,
                        "{0}: made its need of {1} weak, so that it loads where libstdc++.so.6 lacks that version " +
                            "(CnnWeakenGlibcxxNeed=never prevents this)",
                        path, GlibcxxNeed.Version);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                // Only a warning: the file may never be loaded.
                Log.LogWarning(
                    null, "CNN0001", null, path, 0, 0, 0, 0,
                    "Cannot make this file's need of {0} weak, so it may not load here: {1}", GlibcxxNeed.Version, e.Message);
            }
        }
        return true;
    }
}
#endif
