using System.Numerics;

namespace Cnn.Tests.Kernels;

/// <summary>What fills the inputs of kernels; the same for the same seed.</summary>
internal static class RandomNumbers
{
    /// <summary>-4 to 4: every product and partial sum is exact, so that the order of summation does not show.</summary>
    public static Func<T> SmallIntegers<T>(this Random random) where T : INumber<T> => () => T.CreateTruncating(random.Next(-4, 5));

    /// <summary>Reals from -1 to 1: nearly every sum is rounded, so that the order of summation shows.</summary>
    public static Func<T> Reals<T>(this Random random) where T : INumber<T> => () => T.CreateTruncating(2 * random.NextDouble() - 1);

    /// <summary>-1, 0 and 1: most windows hold their maximum more than once.</summary>
    public static Func<T> Ties<T>(this Random random) where T : INumber<T> => () => T.CreateTruncating(random.Next(-1, 2));

    /// <summary>Every value of an integer type, its least and its greatest often.</summary>
    public static Func<T> WholeRange<T>(this Random random) where T : INumber<T> =>
        () => random.Next(4) switch
        {
            0 => T.CreateSaturating(double.NegativeInfinity),
            1 => T.CreateSaturating(double.PositiveInfinity),
            _ => T.CreateTruncating(random.NextInt64(long.MinValue, long.MaxValue)),
        };

    /// <summary>NaN and both infinities among small integers; whole windows of -infinity are likely.</summary>
    public static Func<T> Special<T>(this Random random) where T : INumber<T> =>
        () => random.Next(8) switch
        {
            0 => T.CreateSaturating(double.NaN),
            1 => T.CreateSaturating(double.PositiveInfinity),
            < 6 => T.CreateSaturating(double.NegativeInfinity),
            _ => T.CreateTruncating(random.Next(-4, 5)),
        };
}
