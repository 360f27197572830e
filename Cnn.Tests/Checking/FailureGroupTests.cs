using Cnn.Layers;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Oracle;
using Cnn.Tests.Printing;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Checking;

/// <summary>What failing problems have in common is said, and the smallest comes first.</summary>
public class FailureGroupTests
{
    [Fact]
    public void FailuresAreGroupedByWhatTheyShareAndTheSmallestIsShown()
    {
        var (checker, lines) = Run((@case, output) => @case.Groups > 1 ? output + 1 : output);
        var group = Assert.Single(FailureGroup.Of(checker.Results.Failures, lines));
        Assert.Equal(("exact forward", "planted"), (group.Part, group.Layer));
        Assert.Contains("groups > 1", group.Shared);
        Assert.Equal(checker.Results.Failures.Select(failure => failure.Case).Distinct().Count(), group.Problems.Count);
        Assert.Equal(group.Problems.Min(line => CaseWords.Parse(line).Size), CaseWords.Parse(group.Smallest.Case).Size);

        using var text = new StringWriter();
        FailureGroup.Print([group], text.AsConsole(width: 10_000));
        string[] printed = text.ToString().Split('\n');
        Assert.StartsWith($"exact forward, planted: {group.Problems.Count} problems, all with ", printed[0], StringComparison.Ordinal);
        Assert.Contains("groups > 1", printed[0], StringComparison.Ordinal);
        Assert.EndsWith($"check \"{group.Smallest.Case}\"", printed[2], StringComparison.Ordinal);
    }

    [Fact]
    public void PoolsAndConvolutionsAreDifferentFaults()
    {
        var (checker, lines) = Run((@case, output) => @case is { Groups: > 1 } or { CeilMode: true } && @case.IsReal ? output * 2 : output);
        var groups = FailureGroup.Of(checker.Results.Failures, lines);
        Assert.Equal(["avg", "conv", "max"], groups.Select(group => group.Smallest.Case.Split(' ')[0]).Order());
        Assert.All(groups.Where(group => !group.Smallest.Case.StartsWith("conv", StringComparison.Ordinal)),
            group => Assert.Contains("ceil_mode", group.Shared));
    }

    /// <summary>Where fast and literal differ, neither is what is expected: libtorch's value tells.</summary>
    [Fact]
    public void LibtorchStandsBesideFastAndLiteral()
    {
        using var truth = tensor(new[] { 1.0, 2.0, -3.5 });
        var comparison = SameBitsLevel.SideBySide(
            Cnn.Reference.Comparison.TensorComparison.Exact("output", truth, tensor(new[] { 1.0, 2.0, 7.25 })), [2],
            fast: tensor(new[] { 1.0, 2.0, 7.25 }), literal: truth, libtorch: truth);
        Assert.Equal("[2]: 7.25 fast, -3.5 literal, -3.5 libtorch", comparison.FirstMismatch);
        Assert.False(comparison.Passed);
    }

    private static (Checker Checker, IReadOnlyList<string> Lines) Run(Func<Case, Tensor, Tensor> bug)
    {
        var checker = new Checker([new ExactLevel()], [new Planted(bug)]);
        var cases = CaseGenerator.Cases(seed: 21).Take(200).ToList();
        foreach (var @case in cases) checker.Check(@case);
        return (checker, [.. cases.Select(@case => @case.ToString())]);
    }

    private sealed class Planted(Func<Case, Tensor, Tensor> bug) : ILayer
    {
        private readonly CnnLayer inner = new(Algorithm.Fast);

        public string Name => "planted";

        public (Tensor Output, Tensor? Indices) Forward(Case @case, Tensor input, Tensor? weight, Tensor? bias)
        {
            var (output, indices) = inner.Forward(@case, input, weight, bias);
            return (bug(@case, output), indices);
        }
    }
}
