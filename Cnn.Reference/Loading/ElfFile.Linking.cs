using System.Runtime.InteropServices;

namespace Cnn.Build;

/// <content>What the dynamic loader reads beside the versions that a file needs.</content>
internal sealed partial class ElfFile
{
    private const int EM_386 = 3, EM_ARM = 40, EM_X86_64 = 62, EM_AARCH64 = 183;
    private const int e_machine = 18;
    private const uint SHT_DYNAMIC = 6, SHT_GNU_verdef = 0x6ffffffd;
    private const ulong DT_NULL = 0, DT_NEEDED = 1;

    private static class Dyn { public const int d_tag = 0, d_val = 8, Size = 16; }

    private static class Verdef { public const int vd_aux = 12, vd_next = 16; }

    /// <summary>The processor that the file is for; null where it is none that .NET's programs have natives for.</summary>
    public Architecture? Machine => file.Number(e_machine, 2) switch
    {
        EM_X86_64 => Architecture.X64,
        EM_AARCH64 => Architecture.Arm64,
        EM_386 => Architecture.X86,
        EM_ARM => Architecture.Arm,
        _ => null,
    };

    /// <summary>The libraries that are loaded with this one, by name.</summary>
    public IEnumerable<string> Needed()
    {
        foreach (var (entries, names) in Sections(SHT_DYNAMIC))
            for (ulong entry = 0; entry < entries.Size; entry += Dyn.Size)
            {
                ulong tag = entries.Number(entry + Dyn.d_tag, 8);
                if (tag == DT_NULL) break;
                if (tag != DT_NEEDED) continue;
                string name = names.Text(entries.Number(entry + Dyn.d_val, 8));
                yield return name.Length > 0 ? name : throw new InvalidDataException("it is damaged: a library that it needs has no name");
            }
    }

    /// <summary>
    /// The symbol versions that the file defines, from its section .gnu.version_d: a chain of Verdef, each with its name first.
    /// </summary>
    public IEnumerable<string> VersionDefinitions()
    {
        foreach (var (definitions, names) in Sections(SHT_GNU_verdef))
        {
            ulong definition = 0, toNext;
            do
            {
                yield return names.Text(definitions.Number(definition + definitions.Number(definition + Verdef.vd_aux, 4), 4));
                toNext = definitions.Number(definition + Verdef.vd_next, 4);
                definition += toNext;
            }
            while (toNext != 0);
        }
    }
}
