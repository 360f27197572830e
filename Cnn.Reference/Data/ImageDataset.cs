using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Data;

/// <summary>
/// Labelled images of one size, held as bytes (a quarter of what they would take as float32) and turned into tensors a
/// batch at a time. Where they come from is the business of the loaders.
/// </summary>
public sealed class ImageDataset
{
    /// <summary>v/255 for each byte v: a true division, done once, not a multiplication by an inexact 1/255.</summary>
    private static readonly float[] UnitInterval = [.. Enumerable.Range(0, 256).Select(v => v / 255f)];

    /// <summary>Images and their labels; the arrays are kept, not copied.</summary>
    /// <param name="pixels">Count x channels x height x width, last fastest.</param>
    /// <param name="labels">One class index an image, counted from 0.</param>
    /// <param name="channels">1 for grey, 3 for red, green, blue.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="classNames">One name a class; a label is an index into it.</param>
    /// <exception cref="ArgumentException">The sizes do not agree, or a label has no name.</exception>
    public ImageDataset(byte[] pixels, int[] labels, int channels, int height, int width, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classNames);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (pixels.Length != (Int128)labels.Length * channels * height * width)
            throw new ArgumentException(
                $"{labels.Length} images of {channels} x {height} x {width} do not have {pixels.Length} pixels.", nameof(pixels));
        if (labels.Any(label => label < 0 || label >= classNames.Count))
            throw new ArgumentException($"A label lies outside 0 to {classNames.Count - 1}.", nameof(labels));

        Pixels = pixels;
        Labels = labels;
        Channels = channels;
        Height = height;
        Width = width;
        ClassNames = classNames;
    }

    /// <summary>Count x channels x height x width, last fastest.</summary>
    public byte[] Pixels { get; }

    /// <summary>One class index an image, counted from 0.</summary>
    public int[] Labels { get; }

    /// <summary>1 for grey, 3 for red, green, blue.</summary>
    public int Channels { get; }

    /// <summary>Rows of an image.</summary>
    public int Height { get; }

    /// <summary>Columns of an image.</summary>
    public int Width { get; }

    /// <summary>One name a class; a label is an index into it.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>How many images.</summary>
    public int Count => Labels.Length;

    /// <summary>
    /// The images at these indices, in this order: float32 in 0..1 (value / 255), NCHW; and their labels, int64. The caller
    /// owns both tensors.
    /// </summary>
    public (Tensor Images, Tensor Labels) Batch(ReadOnlySpan<int> indices)
    {
        int imageSize = Channels * Height * Width;
        foreach (int index in indices)
            if (index < 0 || index >= Count)
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"The dataset holds {Count} images, counted from 0.");
        // One span covers the new tensor, and a span of bytes ends at 2^31.
        if ((long)indices.Length * imageSize * sizeof(float) > int.MaxValue)
            throw new ArgumentException($"A batch of {indices.Length} images of {imageSize} pixels is larger than 2 GiB.", nameof(indices));

        var labels = new long[indices.Length];
        Tensor images = empty([indices.Length, Channels, Height, Width], ScalarType.Float32);
        Span<float> values = MemoryMarshal.Cast<byte, float>(images.bytes);
        for (int n = 0; n < indices.Length; n++)
        {
            labels[n] = Labels[indices[n]];
            ReadOnlySpan<byte> image = Pixels.AsSpan(indices[n] * imageSize, imageSize);
            for (int i = 0; i < imageSize; i++)
                values[n * imageSize + i] = UnitInterval[image[i]];
        }
        return (images, tensor(labels));
    }

    /// <summary>As <see cref="Batch(ReadOnlySpan{int})"/>, for <paramref name="count"/> images from <paramref name="first"/> on.</summary>
    public (Tensor Images, Tensor Labels) Batch(int first, int count)
    {
        if (first < 0 || count < 0 || count > Count - first)
            throw new ArgumentOutOfRangeException(
                nameof(first), $"Images {first} to {(long)first + count - 1} are asked for; the dataset holds {Count}, counted from 0.");
        return Batch(Enumerable.Range(first, count).ToArray());
    }
}
