using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cnn.Reference.Data;
using Cnn.Reference.Files;
using static TorchSharp.torch;

namespace Cnn.Reference.Training.Checkpoints;

/// <summary>What a checkpoint says of its run, beside the numbers.</summary>
/// <param name="Settings">What decides the weights.</param>
/// <param name="PlannedEpochs">How often every image was to be seen.</param>
/// <param name="Twins">Which epochs have a twin.</param>
/// <param name="Data">The data's folder, its full path; null for the sample.</param>
/// <param name="Images">How a folder of images is read.</param>
/// <param name="DataFingerprint">A checksum of the images, the labels and the class names.</param>
/// <param name="Channels">Channels of an image.</param>
/// <param name="Height">Height of an image.</param>
/// <param name="Width">Width of an image.</param>
/// <param name="ClassNames">What the network tells apart.</param>
/// <param name="Epochs">The epochs that are done.</param>
internal sealed record RunDescription(
    RunSettings Settings, int PlannedEpochs, TwinEpochs Twins, string? Data, ImageFolderOptions Images, string DataFingerprint,
    int Channels, int Height, int Width, IReadOnlyList<string> ClassNames, IReadOnlyList<EpochRecord> Epochs)
{
    /// <summary>The network.</summary>
    /// <exception cref="ArgumentException">It does not fit the images.</exception>
    public NetworkPlan Plan() => new(LayerWords.Parse(Settings.Layers), new(Channels, Height, Width), ClassNames.Count);

    /// <summary>Whether this is the data that the run has learned from.</summary>
    public bool IsOf(Dataset data) =>
        Checkpoint.FingerprintOf(data) == DataFingerprint &&
        (data.Train.Channels, data.Train.Height, data.Train.Width) == (Channels, Height, Width) &&
        data.Train.ClassNames.SequenceEqual(ClassNames);
}

/// <summary>Where a run stands after an epoch: with this it goes on to the same bits as if it had never stopped.</summary>
/// <param name="Run">What it says of the run.</param>
/// <param name="Tensors">The numbers, which are the checkpoint's to dispose of.</param>
internal sealed record Checkpoint(RunDescription Run, IReadOnlyDictionary<string, Tensor> Tensors) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a loss can be NaN
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads a checkpoint. What it says holds: the run can go on, and every tensor is of its network.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or of another kind; the message says how, after "is".</exception>
    public static Checkpoint Read(string path)
    {
        var (run, tensors) = Safetensors.Read(path, (text, entries) =>
        {
            var run = Describe(text);
            CheckpointRules.Require(run);
            CheckpointRules.Require(TrainingRun.Tensors(run), entries);
            return run;
        });
        try
        {
            TrainerState.RequireSteps(tensors);
            return new(run, tensors);
        }
        catch
        {
            foreach (var tensor in tensors.Values) tensor.Dispose();
            throw;
        }
    }

    /// <summary>Writes the checkpoint, whole or not at all.</summary>
    public void Write(string path) =>
        AtomicFile.Write(path, file =>
            Safetensors.Write(file, JsonSerializer.Serialize(Run, Json), [.. Tensors.Select(tensor => (tensor.Key, tensor.Value))]));

    /// <summary>A checksum of everything that is learned from and tested on.</summary>
    public static string FingerprintOf(Dataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in new[] { data.Train, data.Test })
        {
            hash.AppendData(Encoding.UTF8.GetBytes(
                $"{part.Count} x {part.Channels} x {part.Height} x {part.Width}: {JsonSerializer.Serialize(part.ClassNames)}"));
            hash.AppendData(part.Pixels);
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(part.Labels));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static RunDescription Describe(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<RunDescription>(text, Json)
                ?? throw Safetensors.NotOurs("its description of the run is null");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            string place = exception is JsonException { Path: ['$', '.', .. var path] } ? $": {path}" : "";
            throw Safetensors.NotOurs($"its description of the run is not understood{place}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values) tensor.Dispose();
    }
}
