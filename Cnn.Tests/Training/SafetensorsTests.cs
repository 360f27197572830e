using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Cnn.Reference.Files;
using Cnn.Reference.Training.Checkpoints;
using Cnn.Tests.Build;
using static TorchSharp.torch;

namespace Cnn.Tests.Training;

public sealed class SafetensorsTests : IDisposable
{
    private const string Said = "What we say of it: \"größer\" & <smaller>.";

    private readonly TemporaryFolder folder = new();
    private readonly string path;

    public SafetensorsTests()
    {
        path = folder["some.safetensors"];
        using var scope = NewDisposeScope();
        var numbers = tensor(new float[] { 1, -2.5f, float.NaN, float.PositiveInfinity, 1e-42f, 6 }).reshape(2, 3);
        AtomicFile.Write(path, file => Safetensors.Write(file, Said, [("network.3.w", numbers), ("network.7.w", numbers),
            ("turned", numbers.t()), ("step", tensor(1L << 40)), ("none", zeros(0, 3))]));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void WhatIsWrittenIsRead()
    {
        var (text, tensors) = Safetensors.Read(path, (text, _) => text);
        Assert.Equal(Said, text);
        Assert.Equal(["network.3.w", "network.7.w", "turned", "step", "none"], tensors.Keys);
        Assert.Equal([1, -2.5f, float.NaN, float.PositiveInfinity, 1e-42f, 6], tensors["network.3.w"].data<float>().ToArray());
        Assert.Equal([2, 3], tensors["network.3.w"].shape);
        Assert.Equal([1, float.PositiveInfinity, -2.5f, 1e-42f, float.NaN, 6], tensors["turned"].data<float>().ToArray());
        Assert.Equal([3, 2], tensors["turned"].shape);
        Assert.Equal(1L << 40, tensors["step"].item<long>());
        Assert.Equal([0, 3], tensors["none"].shape);
    }

    /// <summary>As the format's description has it, read without our reader.</summary>
    [Fact]
    public void OtherProgramsCanReadIt()
    {
        byte[] file = File.ReadAllBytes(path);
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        Assert.Equal(0, length % 8);
        using var header = JsonDocument.Parse(file.AsMemory(8, length));
        Assert.Equal((byte)'{', file[8]);
        var entry = header.RootElement.GetProperty("network.3.w");
        Assert.Equal("F32", entry.GetProperty("dtype").GetString());
        Assert.Equal([2, 3], entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()));
        int start = entry.GetProperty("data_offsets")[0].GetInt32();
        Assert.Equal((0, 24), (start, entry.GetProperty("data_offsets")[1].GetInt32()));
        Assert.Equal(-2.5f, BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(8 + length + start + 4)));
        Assert.Equal(file.Length - 8 - length, header.RootElement.EnumerateObject().Where(p => p.Name != "__metadata__").Max(
            p => p.Value.GetProperty("data_offsets")[1].GetInt32()));
        Assert.All(header.RootElement.GetProperty("__metadata__").EnumerateObject(),
            text => Assert.Equal(JsonValueKind.String, text.Value.ValueKind));
    }

    /// <summary>Whatever bit turns, the file is refused.</summary>
    [Fact]
    public void ADamagedFileIsRefused()
    {
        byte[] whole = File.ReadAllBytes(path);
        string damaged = folder["damaged.safetensors"];
        for (int bit = 0; bit < 8 * whole.Length; bit++)
        {
            byte[] bytes = [.. whole];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(damaged, bytes);
            var exception = Record.Exception(() => Safetensors.Read(damaged, (text, _) => text));
            Assert.True(exception is InvalidDataException,
                $"bit {bit % 8} of byte {bit / 8} of {whole.Length} ({Encoding.Latin1.GetString(whole, bit / 8, 1)}): {exception}");
        }
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(damaged, whole[..length]);
            Assert.Throws<InvalidDataException>(() => Safetensors.Read(damaged, (text, _) => text));
        }
        File.WriteAllBytes(damaged, [.. whole, 0]);
        Assert.Throws<InvalidDataException>(() => Safetensors.Read(damaged, (text, _) => text));
    }

    [Fact]
    public void AWriteThatFailsLeavesTheOldFile()
    {
        byte[] before = File.ReadAllBytes(path);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, file =>
        {
            file.Write("half"u8);
            throw new InvalidOperationException();
        }));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.EnumerateFiles(folder.Path));
    }
}
