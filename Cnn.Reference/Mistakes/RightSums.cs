using System.Numerics;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Right results by the terms of a call, added up in other orders and in another arithmetic.</summary>
internal static class RightSums
{
    /// <summary>One term after the other, each to its cell, in an order of its own.</summary>
    /// <typeparam name="T">The type in which is multiplied and added.</typeparam>
    public static Results Scattered<T>(Call call, Random random) where T : struct, IFloatingPointIeee754<T>
    {
        Term[] terms = [.. Term.Of(call)];
        random.Shuffle(terms);
        return Combined<T>(call, terms, (values, combine) => values.Aggregate(combine));
    }

    /// <summary>Cell by cell, its terms by pairs, the sums of these by pairs, and so on.</summary>
    /// <inheritdoc cref="Scattered" path="/typeparam"/>
    public static Results ByPairs<T>(Call call) where T : struct, IFloatingPointIeee754<T> =>
        Combined<T>(call, [.. Term.Of(call)], (values, combine) =>
        {
            while (values.Count > 1)
                values = [.. values.Chunk(2).Select(pair => pair.Length == 2 ? combine(pair[0], pair[1]) : pair[0])];
            return values[0];
        });

    private static Results Combined<T>(Call call, Term[] terms, Func<IReadOnlyList<T>, Func<T, T, T>, T> together)
        where T : struct, IFloatingPointIeee754<T>
    {
        var results = new Results();
        bool isMax = call.Operation == Operation.MaxForward;
        foreach (var (part, shape) in ShapesOf(call))
        {
            double[] numbers = new double[shape.Aggregate(1L, (product, size) => product * size)];
            if (isMax) Array.Fill(numbers, double.NegativeInfinity); // of windows between the cells of a small image
            foreach (var cell in terms.Where(term => term.Part == part).GroupBy(term => term.Target))
            {
                T[] products = [.. cell.Select(term => T.CreateChecked(term.Left) * T.CreateChecked(term.Right))];
                numbers[cell.Key] = double.CreateChecked(together(products, isMax ? T.Max : (one, other) => one + other));
            }
            results = results.With(part, tensor(numbers).reshape(shape));
        }
        return results;
    }

    private static IEnumerable<(Part Part, long[] Shape)> ShapesOf(Call call)
    {
        long[] input = call.Input.shape;
        var ((ph, pw), gradOutput) = (call.Windows.Padding, call.GradOutput);
        switch (call.Operation)
        {
            case Operation.ZeroPad:
                return [(Part.Output, [input[0], input[1], input[2] + 2 * ph, input[3] + 2 * pw])];
            case Operation.Mask or Operation.Distribute:
                return [(Part.Output, input)];
            case Operation.ConvBackward:
                return [(Part.GradInput, input), (Part.GradWeight, call.Weight!.shape), (Part.GradBias, [gradOutput!.shape[1]])];
            case Operation.MaxBackward or Operation.AverageBackward:
                return [(Part.GradInput, input)];
            default:
                var (height, width) = call.Outputs();
                return [(Part.Output, [input[0], call.Weight?.shape[0] ?? input[1], height, width])];
        }
    }
}
