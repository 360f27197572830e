using System.Globalization;
using System.Text.RegularExpressions;

namespace Cnn.Reference.Exercises;

/// <summary>What a call is expected to end with: an exception of numpy's, libtorch's or C#'s, known by its message's numbers.</summary>
/// <param name="Is">Whether a message is of that.</param>
internal sealed partial record Thrown(Predicate<string> Is)
{
    /// <summary>A maximum of nothing.</summary>
    public static readonly Thrown OfNothing = new(ExceptionWords.IsOfNothing);

    /// <summary>A range of C# that begins before 0.</summary>
    public static readonly Thrown OfNegativeRange = new(ExceptionWords.IsOfNegativeRange);

    /// <summary>What is put into a place has no cells, or the place has none.</summary>
    public static readonly Thrown OfEmptySlice = new(message =>
        message.Contains("could not broadcast", StringComparison.Ordinal) && Shapes(message).Any(shape => shape.Contains(0)));

    /// <summary>A slice that is cut short meets a window of other sides.</summary>
    /// <param name="slices">Rows and columns of those that are.</param>
    /// <param name="side">The window's.</param>
    public static Thrown OfCutSlice(IReadOnlyList<(long H, long W)> slices, (long H, long W) side) => new(message =>
        slices.Any(slice => Shapes(message).Any(shape => shape.Zip(shape.Skip(1)).Contains(slice)))
        || (ExceptionWords.Sizes(message) is { } sizes && slices.Any(slice =>
            IsPair(sizes, slice.H, side.H) || IsPair(sizes, slice.W, side.W))));

    /// <summary>An index beyond the end of an axis.</summary>
    /// <param name="indices">The indices, and the sizes of their axes.</param>
    public static Thrown OfIndex(IReadOnlyList<(long Index, long Size)> indices) => new(message =>
        ExceptionWords.Index(message) is var (index, sizes) && indices.Any(each => each.Index == index && sizes.Contains(each.Size)));

    private static bool IsPair((long One, long Other) sizes, long one, long other) =>
        one != other && (sizes == (one, other) || sizes == (other, one));

    // (2,0,1) as numpy writes them, [2, 0, 1] as libtorch does.
    private static IEnumerable<long[]> Shapes(string message) => Shape().Matches(message).Select(shape => shape.Groups[1].Value
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(size => long.Parse(size, CultureInfo.InvariantCulture)).ToArray());

    [GeneratedRegex(@"[(\[]((?:\d{1,9}, ?)+\d{0,9})[)\]]")]
    private static partial Regex Shape();
}
