using Cnn.Reference.Cases;
using Cnn.Reference.Data;
using Cnn.Reference.Printing;
using Cnn.Reference.Tensors;
using static TorchSharp.torch;

namespace Cnn.Reference.Explaining;

/// <summary>A picture from a file as the input of a layer: values from 0 to 1, grey or red, green and blue.</summary>
internal static class PictureInput
{
    private const string Filters = "conv k3 o3 p1"; // those below

    /// <summary>Puts a picture through a layer.</summary>
    /// <param name="path">The file.</param>
    /// <param name="longest">Rows or columns, whichever are more; the picture keeps its proportions.</param>
    /// <param name="line">The layer, as a case without sizes of images; null for three filters that find edges.</param>
    /// <param name="numbers">What fills the weights of a layer that is given.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="DatasetException">The file is missing, unreadable or damaged.</exception>
    /// <exception cref="FormatException">The line is no case, or its windows do not fit the picture.</exception>
    public static (Problem Problem, Bilingual Note) Of(
        string path, int longest, string? line, Cases.Numbers numbers, CancellationToken cancel)
    {
        var header = ImageFile.ReadHeader(path, cancel);
        double scale = (double)longest / Math.Max(header.Height, header.Width);
        int height = Math.Max(1, (int)Math.Round(header.Height * scale)), width = Math.Max(1, (int)Math.Round(header.Width * scale));
        int channels = header.Grey ? 1 : 3;
        var pixels = new byte[channels * height * width];
        ImageFile.ReadPixels(path, pixels, channels, height, width, cancel);
        var @case = CaseWords.Parse($"{line ?? Filters} n1 c{channels} h{height} w{width}"); // later words count
        var (weight, bias) = line is null ? (EdgeFilters(channels), zeros(3)) : Drawn(@case, numbers);
        var input = tensor(Array.ConvertAll(pixels, pixel => pixel / 255f)).to(@case.DType).reshape(1, channels, height, width);
        var problem = new Problem(@case, Own(input)!, Own(weight), Own(bias), gradOutput: null);
        string name = Path.GetFileName(path), size = $"{height} x {width}";
        return (problem, line is null
            ? new($"{name}, {size}: filters for horizontal edges, vertical edges, and the mean.",
                $"{name}, {size}: filtros para bordes horizontales, bordes verticales y el promedio.")
            : new($"{name}, {size}.", $"{name}, {size}."));
    }

    /// <summary>Whether a word of a case says what a picture says itself: n, c, h or w.</summary>
    public static bool IsOfThePicture(string word) => word is ['n' or 'c' or 'h' or 'w', >= '0' and <= '9', ..];

    private static (Tensor? Weight, Tensor? Bias) Drawn(Case @case, Cases.Numbers numbers)
    {
        using var drawn = new Problem(@case, numbers);
        return (Own(drawn.Weight?.clone()), Own(drawn.Bias?.clone()));
    }

    private static Tensor? Own(Tensor? tensor) => tensor?.DetachFromDisposeScope();

    // Differences of rows, of columns (I. Sobel and G. Feldman, 1968), and the mean of nine cells; shared between the channels.
    private static Tensor EdgeFilters(int channels)
    {
        var filters = tensor(new float[]
        {
            -1, -2, -1, 0, 0, 0, 1, 2, 1,
            -1, 0, 1, -2, 0, 2, -1, 0, 1,
            1, 1, 1, 1, 1, 1, 1, 1, 1,
        }).reshape(3, 1, 3, 3);
        filters[2] = filters[2].Over(9);
        return filters.Over(channels).expand(3, channels, 3, 3).contiguous();
    }
}
