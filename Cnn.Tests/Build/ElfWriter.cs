using System.Text;

namespace Cnn.Tests.Build;

/// <summary>
/// Writes the smallest ELF file that has what the loader reads of version needs: header, .dynstr, .gnu.version_r, and at
/// the very end the section headers, so that no byte can be cut off unnoticed. Written from the ELF specification, and
/// from none of the code under test.
/// </summary>
internal sealed class ElfWriter
{
    private const int HeaderSize = 64, SectionHeaderSize = 64, EntrySize = 16;

    private readonly List<(string Library, string[] Versions)> needs = [];

    /// <summary>Where the 16-bit vna_flags of each version lie in the file last written.</summary>
    public Dictionary<string, int> FlagsAt { get; } = [];

    /// <summary>vna_flags of a version, where they are not 0.</summary>
    public Dictionary<string, ushort> Flags { get; } = [];

    public ElfWriter Need(string library, params string[] versions)
    {
        needs.Add((library, versions));
        return this;
    }

    public byte[] Write()
    {
        var names = new MemoryStream();
        uint Name(string text)
        {
            uint at = (uint)names.Length;
            names.Write(Encoding.ASCII.GetBytes(text + '\0'));
            return at;
        }
        Name("");

        int namesSize = needs.Sum(need => need.Library.Length + 1 + need.Versions.Sum(version => version.Length + 1)) + 1;
        int needsAt = HeaderSize + namesSize;
        var verneed = new MemoryStream();
        using var entry = new BinaryWriter(verneed);
        foreach (var (need, (library, versions)) in needs.Index())
        {
            bool last = need == needs.Count - 1;
            entry.Write((ushort)1);                                                     // vn_version
            entry.Write((ushort)versions.Length);                                       // vn_cnt
            entry.Write(Name(library));                                                 // vn_file
            entry.Write((uint)EntrySize);                                               // vn_aux
            entry.Write(last ? 0u : (uint)(EntrySize * (1 + versions.Length)));         // vn_next
            foreach (var (i, version) in versions.Index())
            {
                entry.Write(0x0a1b2c3du);                                               // vna_hash
                FlagsAt[version] = needsAt + (int)verneed.Position;
                entry.Write(Flags.GetValueOrDefault(version));                          // vna_flags
                entry.Write((ushort)(2 + i));                                           // vna_other
                entry.Write(Name(version));                                             // vna_name
                entry.Write(i == versions.Length - 1 ? 0u : EntrySize);                 // vna_next
            }
        }
        int headersAt = needsAt + (int)verneed.Length;

        var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]); // e_ident: 64-bit, little-endian
        writer.Write((ushort)3);                                                        // e_type: ET_DYN
        writer.Write((ushort)62);                                                       // e_machine: EM_X86_64
        writer.Write(1u);                                                               // e_version
        writer.Write(0ul);                                                              // e_entry
        writer.Write(0ul);                                                              // e_phoff
        writer.Write((ulong)headersAt);                                                 // e_shoff
        writer.Write(0u);                                                               // e_flags
        writer.Write((ushort)HeaderSize);                                               // e_ehsize
        writer.Write((ushort)0);                                                        // e_phentsize
        writer.Write((ushort)0);                                                        // e_phnum
        writer.Write((ushort)SectionHeaderSize);                                        // e_shentsize
        writer.Write((ushort)3);                                                        // e_shnum
        writer.Write((ushort)0);                                                        // e_shstrndx
        writer.Write(names.ToArray());
        writer.Write(verneed.ToArray());

        void SectionHeader(uint type, int offset, int size, uint link)
        {
            writer.Write(0u);                                                           // sh_name
            writer.Write(type);                                                         // sh_type
            writer.Write(0ul);                                                          // sh_flags
            writer.Write(0ul);                                                          // sh_addr
            writer.Write((ulong)offset);                                                // sh_offset
            writer.Write((ulong)size);                                                  // sh_size
            writer.Write(link);                                                         // sh_link
            writer.Write(0u);                                                           // sh_info
            writer.Write(0ul);                                                          // sh_addralign
            writer.Write(0ul);                                                          // sh_entsize
        }
        SectionHeader(0, 0, 0, 0);                                                      // SHT_NULL
        SectionHeader(0x6ffffffe, needsAt, (int)verneed.Length, 2);                     // SHT_GNU_verneed, names in section 2
        SectionHeader(3, HeaderSize, namesSize, 0);                                     // SHT_STRTAB
        return file.ToArray();
    }
}
