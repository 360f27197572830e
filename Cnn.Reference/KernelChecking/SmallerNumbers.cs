using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;

namespace Cnn.Reference.KernelChecking;

/// <summary>Problems of the same sizes with simpler numbers: ones, zeros, then small integers.</summary>
internal static class SmallerNumbers
{
    /// <summary>Simpler problems, those that change most first.</summary>
    public static IEnumerable<Instance> Of(KernelKind kind, Instance instance)
    {
        var (_, operands) = instance;
        foreach (var weight in Of(operands.Weight)) yield return instance with { Operands = operands with { Weight = weight } };
        foreach (var gradOutput in Of(operands.GradOutput))
            yield return instance with { Operands = operands with { GradOutput = gradOutput } };
        foreach (var input in Of(operands.Input)) yield return instance with { Operands = operands with { Input = input } };
        foreach (var bias in Of(operands.Bias)) yield return instance with { Operands = operands with { Bias = bias } };
    }

    /// <summary>The same problem with ones everywhere, unless it has them.</summary>
    public static IEnumerable<Instance> Ones(KernelKind kind, Instance instance)
    {
        var (_, operands) = instance;
        var ones = new Operands(AllOnes(operands.Input)!, AllOnes(operands.Weight), AllOnes(operands.Bias), AllOnes(operands.GradOutput));
        NumberArray?[] all = [operands.Input, operands.Weight, operands.Bias, operands.GradOutput];
        if (all.Any(each => each is not null && each.Numbers.Any(number => number != 1))) yield return instance with { Operands = ones };

        static NumberArray? AllOnes(NumberArray? numbers) => numbers?.With((_, _) => 1);
    }

    private static IEnumerable<NumberArray> Of(NumberArray? numbers)
    {
        if (numbers is null || numbers.Count == 0) yield break;
        if (numbers.Numbers.Any(number => number is not (0 or 1))) yield return numbers.With((_, _) => 1);
        for (int length = numbers.Count; length >= 1; length = length == 1 ? 0 : (length + 1) / 2)
            for (int start = 0; start < numbers.Count; start += length)
            {
                int end = Math.Min(start + length, numbers.Count);
                if (numbers.Numbers[start..end].Any(number => number != 0))
                    yield return numbers.With((i, number) => i >= start && i < end ? 0 : number);
            }
        for (int at = 0; at < numbers.Count; at++)
            foreach (double simpler in Simpler(numbers.Numbers[at])) yield return numbers.With((i, number) => i == at ? simpler : number);
    }

    // Each is before the number in one order of all numbers, so that no two can take turns.
    private static IEnumerable<double> Simpler(double number)
    {
        if (number is 0 or 1) yield break;
        double[] simple = [1, 2, 3, -1, -2, -3];
        int at = Array.IndexOf(simple, number);
        foreach (double each in at < 0 ? simple : simple[..at]) yield return each;
        if (!double.IsFinite(number) || number == Math.Round(number)) yield break;
        yield return Math.Round(number);
        double rounded = Math.Round(8 * number) / 8; // exact in every type
        if (rounded != number) yield return rounded;
    }
}
