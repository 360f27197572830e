using System.Reflection;
using Cnn.Layers.Swapping;
using Cnn.Reference.Files;
using Cnn.Reference.Interchange;
using static TorchSharp.torch;

namespace Cnn.Reference;

/// <summary>
/// Weights to and from Python, by the names of the model's <c>state_dict</c>, which are PyTorch's: files that <c>safetensors</c>
/// (<c>.safetensors</c>) and NumPy (<c>.npz</c>) read and write. The extension decides. Values, types, shapes and the order are kept
/// exactly; a file is written whole or not at all.
/// </summary>
public static class Weights
{
    private const int MostNamed = 8;

    private static readonly Format[] Formats =
    [
        new(".safetensors", SafetensorsFile.Types.Contains, WriteSafetensors, ReadSafetensors),
        new(".npz", NpyHeader.Has, NpzFile.Write, NpzFile.Read),
    ];

    /// <summary>
    /// Writes every parameter and buffer of a model's <c>state_dict</c>: what the model has not registered is in no file, and
    /// <see cref="Unregistered"/> names it.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="file">The file, .safetensors or .npz; one that is there is replaced once the new one is whole.</param>
    /// <exception cref="ArgumentException">
    /// The extension is another one, a tensor is of a type that the format does not have, or the model has weights and none of them
    /// is registered.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written: what was there before is there still.</exception>
    public static void Save(nn.Module model, string file)
    {
        ArgumentNullException.ThrowIfNull(model);
        var weights = model.state_dict();
        if (weights.Count == 0 && Unregistered(model) is [var first, ..])
            throw new ArgumentException(
                $"model: '{first}' is not registered, nor is any other weight; RegisterComponents() in its constructor does that.",
                nameof(model));
        Save(weights, file);
    }

    /// <summary>Writes tensors by their names, in their order.</summary>
    /// <param name="tensors">Tensors of any strides, on any device.</param>
    /// <param name="file">The file, .safetensors or .npz; one that is there is replaced once the new one is whole.</param>
    /// <exception cref="ArgumentException">
    /// The extension is another one, or a tensor is of a type that the format does not have.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written: what was there before is there still.</exception>
    public static void Save(IReadOnlyDictionary<string, Tensor> tensors, string file)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var format = FormatOf(file);
        foreach (var (name, tensor) in tensors)
            if (ReasonNotToWrite(tensor, name, format) is { } reason)
                throw new ArgumentException($"tensors: '{name}' {reason}.", nameof(tensors));
        try
        {
            AtomicFile.Write(file, stream => format.Write(stream, [.. tensors.Select(tensor => (tensor.Key, tensor.Value))]));
        }
        catch (Exception exception) when (FileFault.IsRefusal(exception))
        {
            throw FileFault.Exception(file, exception, writes: true);
        }
    }

    /// <summary>
    /// The parameters of a model that its <c>state_dict</c> lacks, so that <see cref="Save(nn.Module, string)"/> and
    /// <see cref="Load"/> pass over them: those in its fields, and of modules in its fields, lists and lambdas, that are not
    /// registered. Tensors that are no <see cref="TorchSharp.Modules.Parameter"/> are not looked for.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <returns>Their names: the module's place, and the parameter's name in it.</returns>
    public static IReadOnlyList<string> Unregistered(nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var known = model.parameters().Select(parameter => parameter.Handle).ToHashSet();
        return
        [
            .. from placed in ModulePlaces.Find(model)
               from weight in placed.Module.named_parameters(recurse: false).Concat(ParametersInFields(placed.Module))
               where known.Add(weight.parameter.Handle)
               select placed.Path.Length == 0 ? weight.name : $"{placed.Path}.{weight.name}",
        ];
    }

    // Of every class of the hierarchy: a private field is none of a derived class.
    private static IEnumerable<(string name, TorchSharp.Modules.Parameter parameter)> ParametersInFields(nn.Module module)
    {
        for (var type = module.GetType(); type is not null; type = type.BaseType)
            foreach (var field in type.GetFields(
                BindingFlags.Instance | BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic))
                if (field.GetValue(module) is TorchSharp.Modules.Parameter parameter) yield return (field.Name, parameter);
    }

    /// <summary>Reads every tensor of a file, in the file's order. They are the caller's to dispose of.</summary>
    /// <param name="file">The file, .safetensors or .npz.</param>
    /// <exception cref="ArgumentException">The extension is another one.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or holds what no tensor can be; the sentence begins with its name.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Dictionary<string, Tensor> Read(string file)
    {
        var format = FormatOf(file);
        using var stream = Open(file);
        try
        {
            return format.Read(stream);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"'{file}' {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    /// <summary>
    /// Reads a file into a model: all of it or, where an exception is thrown, nothing. The parameters stay the same objects.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="file">The file, .safetensors or .npz.</param>
    /// <param name="strict">
    /// Whether the file must have the model's names and types, no more and no less. If not, what is missing stays as it is, what is
    /// unexpected is passed over, and what is of another type is converted; all three are told. Shapes must be equal in any case.
    /// </param>
    /// <returns>What was not as in the model.</returns>
    /// <exception cref="ArgumentException">
    /// The extension is another one, or the model has no memory: it lies on the meta device.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or does not fit the model; the sentence names the file, and what does not.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LoadedWeights Load(nn.Module model, string file, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        var wanted = model.state_dict();
        if (wanted.FirstOrDefault(tensor => tensor.Value.device_type == TorchSharp.DeviceType.META).Key is { } nowhere)
            throw new ArgumentException(
                $"model: '{nowhere}' is on the meta device, where it has no memory; move the model to the CPU first.", nameof(model));
        var found = Read(file);
        try
        {
            var loaded = new LoadedWeights(
                [.. wanted.Keys.Where(name => !found.ContainsKey(name))], [.. found.Keys.Where(name => !wanted.ContainsKey(name))],
                [.. wanted.Keys.Where(name => found.TryGetValue(name, out var tensor) && tensor.dtype != wanted[name].dtype)]);
            string[] faults = [.. Faults(loaded, wanted, found, strict)];
            if (faults.Length > 0) throw new InvalidDataException($"'{file}' does not fit the model: {string.Join("; ", faults)}.");
            using var unrecorded = no_grad();
            foreach (var (name, tensor) in wanted)
                if (found.TryGetValue(name, out var numbers)) tensor.copy_(numbers);
            return loaded;
        }
        finally
        {
            foreach (var tensor in found.Values) tensor.Dispose();
        }
    }

    private static FileStream Open(string file)
    {
        try
        {
            return File.OpenRead(file);
        }
        catch (Exception exception) when (FileFault.IsRefusal(exception))
        {
            throw FileFault.Exception(file, exception, writes: false);
        }
    }

    private static IEnumerable<string> Faults(
        LoadedWeights loaded, IReadOnlyDictionary<string, Tensor> wanted, IReadOnlyDictionary<string, Tensor> found, bool strict)
    {
        if (strict && loaded.Missing.Count > 0) yield return $"it lacks {Names(loaded.Missing, name => $"'{name}'")}";
        if (strict && loaded.Unexpected.Count > 0)
            yield return $"it has {Names(loaded.Unexpected, name => $"'{name}'")}, which the model has not";
        string[] misshapen =
            [.. wanted.Keys.Where(name => found.TryGetValue(name, out var tensor) && !tensor.shape.SequenceEqual(wanted[name].shape))];
        if (misshapen.Length > 0)
            yield return Names(misshapen, name =>
                $"'{name}' has the shape {TensorEntry.Text(found[name].shape)}, and the model's {TensorEntry.Text(wanted[name].shape)}");
        if (strict && loaded.Converted.Count > 0)
            yield return $"{Names(loaded.Converted, name => $"'{name}' is {found[name].dtype}, and the model's {wanted[name].dtype}")} " +
                "(strict: false converts)";
    }

    private static string Names(IReadOnlyList<string> names, Func<string, string> say)
    {
        string more = names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "";
        return string.Join(", ", names.Take(MostNamed).Select(say)) + more;
    }

    private static string? ReasonNotToWrite(Tensor? tensor, string name, Format format)
    {
        if (tensor is null) return "is null";
        if (name.Length == 0 || name == SafetensorsFile.Metadata) return "is no name that the file can hold";
        if (tensor.is_sparse) return "is sparse; to_dense() makes of it what the file can hold";
        if (tensor.device_type == TorchSharp.DeviceType.META) return "is on the meta device, where it has no numbers";
        if (format.Takes(tensor.dtype)) return null;
        string remedy = Formats.FirstOrDefault(each => each.Takes(tensor.dtype)) is { } other
            ? $"{other.Extension} can, or convert it first" : "convert it first";
        return $"is {tensor.dtype}, which {format.Extension} cannot hold; {remedy}";
    }

    private static Format FormatOf(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        string extension = Path.GetExtension(file);
        return Formats.FirstOrDefault(format => format.Extension.Equals(extension, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException(
                $"file: '{file}' must end in {string.Join(" or ", Formats.Select(format => format.Extension))}.", nameof(file));
    }

    // Python's own programs ask for this word, which says who can read the numbers.
    private static void WriteSafetensors(FileStream file, IReadOnlyList<(string Name, Tensor Tensor)> tensors) =>
        SafetensorsFile.Write(file, tensors, ("format", "pt"));

    private static Dictionary<string, Tensor> ReadSafetensors(FileStream file)
    {
        byte[] header = SafetensorsFile.ReadHeader(file)
            ?? throw new InvalidDataException("is damaged or no safetensors file: it does not begin as one");
        if (SafetensorsFile.IsChecksumRight(file, header) == false) throw new InvalidDataException($"is {SafetensorsFile.WrongChecksum}");
        try
        {
            return SafetensorsFile.ReadTensors(
                file, SafetensorsFile.Parse(header, SafetensorsFile.Types, file.Length - file.Position).Entries);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"is damaged, or of another kind: {exception.Message}");
        }
    }

    private sealed record Format(
        string Extension, Func<ScalarType, bool> Takes, Action<FileStream, IReadOnlyList<(string Name, Tensor Tensor)>> Write,
        Func<FileStream, Dictionary<string, Tensor>> Read);
}
