using Cnn.Reference.Training;

namespace Cnn.Reference.Report;

/// <summary>Which epochs a table shows: of very many, so many, evenly spaced, the first and the last among them.</summary>
internal static class EpochRows
{
    private const int Most = 100;

    /// <summary>The epochs shown.</summary>
    public static IReadOnlyList<EpochRecord> Of(IReadOnlyList<EpochRecord> epochs) => epochs.Count <= Most
        ? epochs
        : [.. Enumerable.Range(0, Most).Select(row => epochs[(int)((long)row * (epochs.Count - 1) / (Most - 1))])];
}
