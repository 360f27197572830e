using System.Runtime.InteropServices;
using Cnn.Reference.Cases;
using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Explaining;

/// <summary>What a mistake makes of one view of a walkthrough.</summary>
/// <param name="View">Forward, or which gradient.</param>
/// <param name="Cells">How many elements differ; 0 where the mistake does not show here.</param>
/// <param name="Shape">The wrong result's sizes.</param>
/// <param name="Places">Which elements differ, the first of them: 32 bits each, as <see cref="PageTensor.Data"/>; null for none.</param>
/// <param name="Data">What the mistake gives there, in float32; null where the shape differs, or nothing does.</param>
internal sealed record WrongView(string View, long Cells, long[] Shape, string? Places, string? Data);

/// <summary>A mistake of the collection, made on the tensors of a walkthrough.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="English">What is wrong.</param>
/// <param name="Spanish">The same.</param>
/// <param name="LookAt">What to look at.</param>
/// <param name="Views">What it makes of each view.</param>
internal sealed record PageMistake(string Id, string English, string Spanish, Bilingual LookAt, IReadOnlyList<WrongView> Views)
{
    private const int MostNumbers = 100_000; // of all of them together: 1 MB as base64, with their places

    /// <summary>Every mistake that can be made on a walkthrough.</summary>
    public static IReadOnlyList<PageMistake> Of(Walkthrough walkthrough)
    {
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        Call[] calls = [.. Calls(walkthrough)];
        var makers = calls.ToDictionary(call => call.Operation, call => new Maker(call));
        var made = (
            from mistake in Collection.All
            let call = calls.FirstOrDefault(call => mistake.Where.Contains(call.Operation))
            where call is not null
            select mistake with { ToldOf = call.Operation }).ToList();
        int most = MostNumbers / Math.Max(1, made.Sum(mistake => mistake.Where.Count(makers.ContainsKey)));
        try
        {
            return [.. made.Select(mistake => new PageMistake(
                mistake.Id, mistake.English, mistake.Spanish, mistake.LookAt,
                [.. mistake.Where.Where(makers.ContainsKey).SelectMany(operation => Wrong(mistake, makers[operation], most))]))];
        }
        finally
        {
            foreach (var maker in makers.Values) maker.Dispose();
        }
    }

    // Indices of maxima are of no view.
    private static IEnumerable<WrongView> Wrong(Mistake mistake, Maker maker, int most)
    {
        using var scope = NewDisposeScope();
        var (right, made) = (maker.Make([]).ToNumbers(), maker.Make([mistake]).ToNumbers());
        foreach (var (part, expected) in right.Where(each => each.Key != Part.Indices))
        {
            string view = part == Part.Output ? CodeView.Forward : part.Named();
            var actual = made[part];
            if (!expected.Shape.SequenceEqual(actual.Shape))
            {
                yield return new(view, Math.Max(expected.Count, actual.Count), actual.Shape, null, null);
                continue;
            }
            int[] places = [.. maker.Differing(part, expected, actual)];
            bool shows = places.Length > 0;
            var held = places.AsSpan(0, Math.Min(most, places.Length));
            yield return new(view, places.Length, actual.Shape, shows ? Base64<int>(held) : null,
                shows ? Base64<float>(Array.ConvertAll(held.ToArray(), place => (float)actual.Numbers[place])) : null);
        }
    }

    private static string Base64<T>(ReadOnlySpan<T> numbers) where T : unmanaged => Convert.ToBase64String(MemoryMarshal.AsBytes(numbers));

    private static IEnumerable<Call> Calls(Walkthrough walkthrough)
    {
        var (@case, problem) = (walkthrough.Case, walkthrough.Problem);
        var (forward, backward) = @case.Kind switch
        {
            LayerKind.Conv => (Operation.ConvForward, Operation.ConvBackward),
            LayerKind.Max => (Operation.MaxForward, Operation.MaxBackward),
            _ => (Operation.AverageForward, Operation.AverageBackward),
        };
        var call = new Call(forward, LayerCalls.WindowsOf(@case), problem.Input.to(ScalarType.Float64))
        {
            Weight = problem.Weight?.to(ScalarType.Float64),
        };
        yield return call with { Bias = problem.Bias?.to(ScalarType.Float64) };
        if (!walkthrough.HasGradients) yield break;
        var gradOutput = problem.Direction("output", walkthrough.Ours("output")!);
        yield return call with { Operation = backward, GradOutput = gradOutput.to(ScalarType.Float64) };
    }
}
