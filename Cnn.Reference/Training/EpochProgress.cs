namespace Cnn.Reference.Training;

/// <summary>What the steps of an epoch have come to so far.</summary>
/// <param name="Images">Images trained on.</param>
/// <param name="LossSum">Cross-entropy summed over them, each at the weights of its step.</param>
/// <param name="Right">How many of them were classified rightly, likewise.</param>
/// <param name="Seconds">Time of the steps.</param>
internal readonly record struct EpochProgress(long Images, double LossSum, long Right, double Seconds)
{
    /// <summary>Means over the images.</summary>
    public Score Score => new(LossSum / Images, (double)Right / Images);

    /// <summary>Images a second.</summary>
    public double Rate => Images / Seconds;

    /// <summary>Both together.</summary>
    public static EpochProgress operator +(EpochProgress a, EpochProgress b) =>
        new(a.Images + b.Images, a.LossSum + b.LossSum, a.Right + b.Right, a.Seconds + b.Seconds);
}
