using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>
/// Numbers for a call: whole ones, so that a cell can be worked by hand and any order of summation gives the same, and never zero,
/// which would hide what it is multiplied with.
/// </summary>
/// <param name="random">Where they come from.</param>
internal sealed class Draw(Random random)
{
    /// <summary>From -9 to 9.</summary>
    public const int Digits = 9;

    /// <summary>Numbers of either sign, some of them equal.</summary>
    /// <param name="shape">The tensor's.</param>
    /// <param name="largest">The largest magnitude.</param>
    public Tensor Few(long[] shape, int largest = Digits) =>
        Filled(shape, _ => random.Next(1, largest + 1) * (random.Next(2) == 0 ? 1 : -1));

    /// <summary>Numbers of either sign, all of them different; of an odd count, the largest magnitude is below zero.</summary>
    public Tensor Different(long[] shape)
    {
        int count = (int)Count(shape);
        int below = (count + 1) / 2;
        int[] numbers = [.. Enumerable.Range(0, count).Select(number => number < below ? number - below : number - below + 1)];
        random.Shuffle(numbers);
        return Filled(shape, i => numbers[i]);
    }

    private static Tensor Filled(long[] shape, Func<int, double> number) =>
        tensor([.. Enumerable.Range(0, (int)Count(shape)).Select(number)]).reshape(shape);

    private static long Count(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
