using Cnn.Reference.Interchange;
using static TorchSharp.torch;

namespace Cnn.Reference.Training.Checkpoints;

/// <summary>
/// A checkpoint's numbers and what it says of them, as a <see cref="SafetensorsFile"/> whose free part carries a text of ours.
/// </summary>
internal static class Safetensors
{
    private const string Text = "run", NotBegun = "damaged or no checkpoint: it does not begin as one";
    private static readonly ScalarType[] Types = [ScalarType.Float32, ScalarType.Int64];

    /// <summary>Writes tensors, in their order.</summary>
    public static void Write(FileStream file, string text, IReadOnlyList<(string Name, Tensor Tensor)> tensors) =>
        SafetensorsFile.Write(file, tensors, (Text, text));

    /// <summary>Reads what the text says, and all tensors, which are the caller's.</summary>
    /// <param name="path">The file.</param>
    /// <param name="understand">Makes of the text what it says, and holds the tensors against it, before any is made.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of another kind; the message says how, after "is".</exception>
    public static (T Said, Dictionary<string, Tensor> Tensors) Read<T>(string path, Func<string, IReadOnlyList<TensorEntry>, T> understand)
    {
        using var file = File.OpenRead(path);
        if (!file.CanSeek) throw new InvalidDataException("no file that can be read twice, first for its checksum");
        byte[] header = SafetensorsFile.ReadHeader(file) ?? throw new InvalidDataException(NotBegun);
        // Before anything is made of the content: what is damaged may be damaged in any way.
        bool isWhole = SafetensorsFile.IsChecksumRight(file, header) ?? throw new InvalidDataException(NotBegun);
        if (!isWhole) throw new InvalidDataException(SafetensorsFile.WrongChecksum);
        var (metadata, entries) = Parse(header, file.Length - file.Position);
        if (!metadata.TryGetValue(Text, out string? text)) throw NotOurs("it says nothing of a run");
        var said = understand(text, entries);
        return (said, SafetensorsFile.ReadTensors(file, entries));

        (IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<TensorEntry> Entries) Parse(byte[] header, long bytes)
        {
            try
            {
                return SafetensorsFile.Parse(header, Types, bytes);
            }
            catch (InvalidDataException exception)
            {
                throw NotOurs(exception.Message);
            }
        }
    }

    /// <summary>The content is whole, and not what this program writes.</summary>
    public static InvalidDataException NotOurs(string fault) => new($"of another version of this program, or of another program: {fault}");

    /// <summary>The same of one tensor.</summary>
    public static InvalidDataException FaultOf(string name, string fault) => NotOurs(TensorEntry.Fault(name, fault).Message);
}
