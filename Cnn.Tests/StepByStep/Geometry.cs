using Cnn.Layers;

namespace Cnn.Tests.Lesson;

/// <summary>Sizes of one problem, no two alike where a mix-up could hide.</summary>
public sealed record Geometry(int m, int n_H_prev, int n_W_prev, int n_C_prev, int f, int n_C, int stride, int pad)
{
    public HParameters Convolution => new(stride, pad);

    public HParameters Pooling => new(stride, f: f);

    public int n_H => (n_H_prev + 2 * pad - f) / stride + 1;

    public int n_W => (n_W_prev + 2 * pad - f) / stride + 1;

    /// <summary>Height and width differ, and so do the numbers of channels; strides that leave a remainder are common.</summary>
    public static Geometry Random(Random random, bool padded)
    {
        var f = random.Next(1, 4);
        var pad = padded ? random.Next(0, 3) : 0;
        var n_H_prev = random.Next(f, f + 4);
        int n_W_prev;
        do n_W_prev = random.Next(f, f + 5); while (n_W_prev == n_H_prev);
        var n_C_prev = random.Next(1, 4);
        return new(random.Next(2, 4), n_H_prev, n_W_prev, n_C_prev, f, n_C_prev + random.Next(1, 3), random.Next(1, 4), pad);
    }
}
