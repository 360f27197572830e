// Compiled by MSBuild's RoslynCodeTaskFactory, which takes one file and offers .NET Standard 2.0: hence no spans here.
#nullable enable
using System;
using System.IO;
using System.Linq;
using System.Text;

namespace Cnn.Build;

/// <summary>
/// What an ELF file needs of a library's symbol versions stands in its section .gnu.version_r: a chain of Verneed, one
/// for each library, each with a chain of Vernaux, one for each version. The loader refuses a file with a need that is
/// not met, even if no symbol comes with it, unless the need carries the flag VER_FLG_WEAK.
/// </summary>
internal static class GlibcxxNeed
{
    /// <summary>
    /// The one version to weaken. Others that a system may lack stay strict on purpose: their symbols are called, and
    /// a refusal to load says more than a crash later.
    /// </summary>
    public const string Version = "GLIBCXX_3.4.32";

    // Names, values and offsets are those of <elf.h>, for 64-bit files.
    private const int EI_CLASS = 4, ELFCLASS64 = 2;
    private const int EI_DATA = 5, ELFDATA2LSB = 1;
    private const uint SHT_GNU_verneed = 0x6ffffffe;
    private const byte VER_FLG_WEAK = 0x2;
    private static readonly byte[] ELFMAG = { 0x7f, (byte)'E', (byte)'L', (byte)'F' };

    private static class Ehdr { public const int e_shoff = 40, e_shentsize = 58, e_shnum = 60; }

    private static class Shdr { public const int sh_type = 4, sh_offset = 24, sh_size = 32, sh_link = 40, Size = 64; }

    private static class Verneed { public const int vn_aux = 8, vn_next = 12; }

    private static class Vernaux { public const int vna_flags = 4, vna_name = 8, vna_next = 12; }

    /// <summary>
    /// Makes the file's need of <see cref="Version"/> weak. False where there is nothing to do: no such need, or weak
    /// already.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is not a complete 64-bit little-endian ELF file.</exception>
    public static bool Weaken(string path)
    {
        byte[] elf = File.ReadAllBytes(path);
        if (FindFlags(elf) is not int flags || (elf[flags] & VER_FLG_WEAK) != 0)
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
                stream.Position = flags;
                stream.WriteByte((byte)(elf[flags] | VER_FLG_WEAK));
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

    /// <summary>Where vna_flags of the need of <see cref="Version"/> lies in the file; null without such a need.</summary>
    private static int? FindFlags(byte[] elf)
    {
        if (!elf.Take(ELFMAG.Length).SequenceEqual(ELFMAG))
            throw new InvalidDataException("it is not an ELF file");
        var file = new Range(elf, 0, (ulong)elf.Length, "the file");
        if (file.Number(EI_CLASS, 1) != ELFCLASS64 || file.Number(EI_DATA, 1) != ELFDATA2LSB)
            throw new InvalidDataException("it is not a 64-bit little-endian ELF file");

        ulong headerSize = file.Number(Ehdr.e_shentsize, 2), count = file.Number(Ehdr.e_shnum, 2);
        if (count > 0 && headerSize != Shdr.Size)
            throw new InvalidDataException($"its section headers have {headerSize} bytes instead of {Shdr.Size}");
        var headers = new Range(elf, file.Number(Ehdr.e_shoff, 8), count * headerSize, "its section headers");

        for (ulong header = 0; header < headers.Size; header += Shdr.Size)
        {
            if (headers.Number(header + Shdr.sh_type, 4) != SHT_GNU_verneed)
                continue;
            Range needs = Section(elf, headers, header);
            Range names = Section(elf, headers, headers.Number(header + Shdr.sh_link, 4) * Shdr.Size);
            if (FindFlags(needs, names) is int flags)
                return flags;
        }
        return null;
    }

    private static Range Section(byte[] elf, Range headers, ulong header) =>
        new(elf, headers.Number(header + Shdr.sh_offset, 8), headers.Number(header + Shdr.sh_size, 8), "a section");

    private static int? FindFlags(Range needs, Range names)
    {
        // Every step is unsigned and not 0, so both walks go forward and end, at the latest at the section's end.
        ulong need = 0, toNext;
        do
        {
            ulong version = need + needs.Number(need + Verneed.vn_aux, 4);
            do
            {
                if (names.TextIs(needs.Number(version + Vernaux.vna_name, 4), Version))
                    return needs.InFile(version + Vernaux.vna_flags, 2);
                toNext = needs.Number(version + Vernaux.vna_next, 4);
                version += toNext;
            }
            while (toNext != 0);
            toNext = needs.Number(need + Verneed.vn_next, 4);
            need += toNext;
        }
        while (toNext != 0);
        return null;
    }

    /// <summary>A part of the file. Nothing is read but through it, and it is left at neither end.</summary>
    private readonly struct Range
    {
        private readonly byte[] file;
        private readonly ulong start;
        private readonly string name;

        public Range(byte[] file, ulong start, ulong size, string name)
        {
            ulong length = (ulong)file.Length;
            if (start > length || size > length - start)
                throw new InvalidDataException($"it is cut short or damaged: {name} should end {size} bytes after byte {start}, but the file has only {length} bytes");
            (this.file, this.start, Size, this.name) = (file, start, size, name);
        }

        public ulong Size { get; }

        /// <summary>The position in the file of the <paramref name="bytes"/> at <paramref name="offset"/>.</summary>
        public int InFile(ulong offset, ulong bytes)
        {
            if (offset > Size || bytes > Size - offset)
                throw new InvalidDataException($"it is cut short or damaged: it points to byte {offset} of {name}, which has {Size} bytes");
            return (int)(start + offset);
        }

        public ulong Number(ulong offset, int bytes)
        {
            int first = InFile(offset, (ulong)bytes);
            ulong number = 0;
            for (int i = bytes - 1; i >= 0; i--)
                number = number << 8 | file[first + i];
            return number;
        }

        public bool TextIs(ulong offset, string text)
        {
            int first = InFile(offset, 1), last = (int)(start + Size) - 1;
            return text.Length <= last - first
                && file[first + text.Length] == 0
                && Encoding.ASCII.GetString(file, first, text.Length) == text;
        }
    }
}

#if !WITHOUT_MSBUILD // the tests compile the part above by itself
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
                        "{0}: made its need of {1} weak, so that it loads where libstdc++.so.6 lacks that version (CnnWeakenGlibcxxNeed=never prevents this)",
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
