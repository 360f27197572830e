using Cnn.Reference.Data;

namespace Cnn.Tests.Training;

/// <summary>Two classes that anyone can tell apart: bright above, or bright below.</summary>
internal static class Halves
{
    /// <summary>So many images of 8 x 6 for training, and the same ones for testing, where three of four have the other class'
    /// name.</summary>
    public static Dataset Of(int images)
    {
        var pixels = new byte[images * 8 * 6];
        var labels = new int[images];
        new Random(3).NextBytes(pixels);
        for (int n = 0; n < images; n++)
        {
            labels[n] = n % 2;
            foreach (ref byte pixel in pixels.AsSpan((n * 8 + 4 * labels[n]) * 6, 4 * 6)) pixel = (byte)(pixel / 4 + 192);
        }
        int[] testLabels = [.. labels.Select((label, n) => n % 4 == 0 ? label : 1 - label)];
        return new("halves", Set(labels), Set(testLabels), []);

        ImageDataset Set(int[] names) => new(pixels, names, channels: 1, height: 8, width: 6, ["above", "below"]);
    }
}
