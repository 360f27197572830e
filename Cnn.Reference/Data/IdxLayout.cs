namespace Cnn.Reference.Data;

/// <summary>How one dataset names its four IDX files, and what the numbers in them mean.</summary>
/// <param name="TrainPrefix">What comes before "-images-idx3-ubyte" and "-labels-idx1-ubyte" in the training files' names.</param>
/// <param name="TestPrefix">The same for the test files.</param>
/// <param name="ClassNames">
/// One name a class; class 0 is the one whose label is <paramref name="FirstLabel"/>. Null calls the classes by their labels,
/// which may then be any.
/// </param>
/// <param name="FirstLabel">The lowest label in the files. A dataset's labels start at 0 in memory whatever this is.</param>
/// <param name="Transposed">The images' bytes run down the columns instead of along the rows.</param>
public sealed record IdxLayout(
    string TrainPrefix, string TestPrefix, IReadOnlyList<string>? ClassNames = null, int FirstLabel = 0, bool Transposed = false)
{
    private const string Digits = "0123456789";
    private const string Capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Smalls = "abcdefghijklmnopqrstuvwxyz";

    /// <summary>The small letters whose shape differs from the capital's; EMNIST merges the others with their capitals.</summary>
    private const string DistinctSmalls = "abdefghnqrt";

    /// <summary>MNIST, and whatever takes its place file for file, with classes of its own.</summary>
    public static IdxLayout Mnist { get; } = new("train", "t10k");

    /// <summary>
    /// The six splits of EMNIST, by the name that their files carry. The images were written from MATLAB, whose arrays run
    /// down the columns, so every one of them lies in the file mirrored about its diagonal. The labels of "letters" start at 1.
    /// </summary>
    public static IReadOnlyDictionary<string, IdxLayout> Emnist { get; } = new SortedDictionary<string, IdxLayout>(StringComparer.Ordinal)
    {
        ["balanced"] = EmnistSplit("balanced", Digits + Capitals + DistinctSmalls),
        ["byclass"] = EmnistSplit("byclass", Digits + Capitals + Smalls),
        ["bymerge"] = EmnistSplit("bymerge", Digits + Capitals + DistinctSmalls),
        ["digits"] = EmnistSplit("digits", Digits),
        ["letters"] = EmnistSplit("letters", Smalls, firstLabel: 1),
        ["mnist"] = EmnistSplit("mnist", Digits),
    };

    internal static string ImagesName(string prefix) => $"{prefix}-images-idx3-ubyte";

    internal static string LabelsName(string prefix) => $"{prefix}-labels-idx1-ubyte";

    private static IdxLayout EmnistSplit(string split, string classes, int firstLabel = 0) =>
        new($"emnist-{split}-train", $"emnist-{split}-test", Names(classes), firstLabel, Transposed: true);

    private static string[] Names(string characters) => [.. characters.Select(c => c.ToString())];
}
