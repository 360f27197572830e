using Cnn.Reference.Cases;
using Cnn.Reference.Mistakes;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Explaining;

/// <summary>What a mistake makes of one view of a walkthrough.</summary>
/// <param name="View">Forward, or which gradient.</param>
/// <param name="Cells">How many elements differ; 0 where the mistake does not show here.</param>
/// <param name="Shape">The wrong result's sizes.</param>
/// <param name="Data">Its first elements in float32, as <see cref="PageTensor.Data"/>; null where the shape differs, or nothing does.</param>
internal sealed record WrongView(string View, long Cells, long[] Shape, string? Data);

/// <summary>A mistake of the collection, made on the tensors of a walkthrough.</summary>
/// <param name="Id">What it is called.</param>
/// <param name="English">What is wrong.</param>
/// <param name="Spanish">The same.</param>
/// <param name="LookAt">The exercise's name to look at.</param>
/// <param name="Views">What it makes of each view.</param>
internal sealed record PageMistake(string Id, string English, string Spanish, string LookAt, IReadOnlyList<WrongView> Views)
{
    private const long MostNumbers = 150_000; // of all of them together: 0.8 MB as base64

    /// <summary>Every mistake that can be made on a walkthrough.</summary>
    public static IReadOnlyList<PageMistake> Of(Walkthrough walkthrough)
    {
        if (walkthrough.Case.Same) return []; // mistakes know one padding for both sides
        using var scope = NewDisposeScope();
        using var silent = no_grad();
        Call[] calls = [.. Calls(walkthrough)];
        var made = Collection.All.Where(mistake => calls.Any(call => mistake.Where.Contains(call.Operation))).ToList();
        long numbers = calls.Sum(call => Correct.Of(call).Parts().Count()) * made.Count;
        int most = (int)(MostNumbers / Math.Max(1, numbers));
        return [.. made.Select(mistake => new PageMistake(
            mistake.Id, mistake.English, mistake.Spanish, mistake.LookAt,
            [.. calls.Where(call => mistake.Where.Contains(call.Operation)).SelectMany(call => Wrong(mistake, call, most))]))];
    }

    private static IEnumerable<WrongView> Wrong(Mistake mistake, Call call, int most)
    {
        using var scope = NewDisposeScope();
        var right = Correct.Of(call);
        var made = Diagnosis.Make([mistake], call) ?? right;
        foreach (var part in right.Parts())
        {
            Tensor expected = right[part]!, actual = made[part]!;
            string view = part == Part.Output ? CodeView.Forward : part.Named();
            if (!expected.shape.SequenceEqual(actual.shape))
            {
                yield return new(view, Math.Max(expected.numel(), actual.numel()), actual.shape, null);
                continue;
            }
            long cells = Sameness.Differs(expected, actual).sum().item<long>();
            string? data = cells == 0 ? null : PageTensor.Base64(actual.flatten().narrow(0, 0, Math.Min(most, actual.numel())).to(ScalarType.Float32));
            yield return new(view, cells, actual.shape, data);
        }
    }

    private static IEnumerable<Call> Calls(Walkthrough walkthrough)
    {
        var (@case, problem) = (walkthrough.Case, walkthrough.Problem);
        var (forward, backward) = @case.Kind switch
        {
            LayerKind.Conv => (Operation.ConvForward, Operation.ConvBackward),
            LayerKind.Max => (Operation.MaxForward, Operation.MaxBackward),
            _ => (Operation.AverageForward, Operation.AverageBackward),
        };
        var call = new Call(forward, LayerCalls.WindowsOf(@case), problem.Input.to(ScalarType.Float64)) { Weight = problem.Weight?.to(ScalarType.Float64) };
        yield return call with { Bias = problem.Bias?.to(ScalarType.Float64) };
        if (!walkthrough.HasGradients) yield break;
        var gradOutput = problem.Direction("output", walkthrough.Ours("output")!);
        yield return call with { Operation = backward, GradOutput = gradOutput.to(ScalarType.Float64) };
    }
}
