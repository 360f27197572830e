using System.Buffers.Binary;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using Cnn.Build;

namespace Cnn.Reference.Loading;

/// <summary>A native library as it lies on the disk; nothing of it is loaded.</summary>
/// <param name="Path">Where.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Fault">What is wrong with the file itself, after "it is" or "it"; null where nothing was seen.</param>
/// <param name="Architecture">The processor that it is for; null where that is not known.</param>
/// <param name="Needed">The libraries that are loaded with it (Linux).</param>
/// <param name="VersionNeeds">The symbol versions that it asks for (Linux).</param>
/// <param name="VersionDefinitions">The symbol versions that it defines (Linux).</param>
internal sealed record NativeFile(
    string Path, long Bytes, string? Fault, Architecture? Architecture, IReadOnlyList<string> Needed,
    IReadOnlyList<VersionNeed> VersionNeeds, IReadOnlyList<string> VersionDefinitions)
{
    private const ushort WindowsMagic = 0x5a4d; // "MZ"
    private const uint AppleMagic = 0xfeedfacf, AppleX64 = 0x01000007, AppleArm64 = 0x0100000c; // <mach-o/loader.h>, <mach/machine.h>

    /// <summary>Its name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Reads what the loader would.</summary>
    public static NativeFile Read(string path)
    {
        long bytes = 0;
        try
        {
            using var file = File.OpenRead(path);
            bytes = file.Length;
            Span<byte> head = stackalloc byte[8];
            int read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            file.Position = 0;
            if (read == head.Length && BinaryPrimitives.ReadUInt16LittleEndian(head) == WindowsMagic)
                return Other(WindowsMachine(file), "Windows");
            if (read == head.Length && BinaryPrimitives.ReadUInt32LittleEndian(head) == AppleMagic)
                return Other(AppleMachine(BinaryPrimitives.ReadUInt32LittleEndian(head[4..])), "macOS");
            if (!OperatingSystem.IsLinux()) return Empty("it is no library of this system");
            var elf = new ElfFile(file);
            return new(path, bytes, null, elf.Machine, [.. elf.Needed()], [.. elf.VersionNeeds()], [.. elf.VersionDefinitions()]);
        }
        catch (Exception exception) when (exception is InvalidDataException or BadImageFormatException)
        {
            return Empty(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Empty($"it cannot be read: {exception.Message}");
        }

        NativeFile Empty(string fault) => new(path, bytes, fault, null, [], [], []);

        NativeFile Other(Architecture? machine, string system)
        {
            bool here = system == "Windows" ? OperatingSystem.IsWindows() : OperatingSystem.IsMacOS();
            return new(path, bytes, here ? null : $"it is a library for {system}", machine, [], [], []);
        }
    }

    private static Architecture? WindowsMachine(FileStream file)
    {
        using var image = new PEReader(file, PEStreamOptions.LeaveOpen);
        return image.PEHeaders.CoffHeader.Machine switch
        {
            Machine.Amd64 => System.Runtime.InteropServices.Architecture.X64,
            Machine.Arm64 => System.Runtime.InteropServices.Architecture.Arm64,
            Machine.I386 => System.Runtime.InteropServices.Architecture.X86,
            _ => null,
        };
    }

    private static Architecture? AppleMachine(uint type) => type switch
    {
        AppleX64 => System.Runtime.InteropServices.Architecture.X64,
        AppleArm64 => System.Runtime.InteropServices.Architecture.Arm64,
        _ => null,
    };
}
