using Cnn.Layers;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Oracle;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Checking;

/// <summary>The checker is checked: a layer with a planted bug must not pass, and ours must.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public class PlantedBugTests
{
    private static readonly Level[] Levels =
        [new ExactLevel(), new RealLevel(), new CornersLevel(), new DifferencesLevel(), new SameBitsLevel()];

    private const double MostOfABug = 3e4; // of a case: what a bug does, it does to small ones, and the literal loops take their time

    // Bugs that a wrapper can plant: the geometry it passes on is wrong, or what comes back is.
    private static readonly Dictionary<string, Func<ILayer, Case, Tensor, Tensor?, Tensor?, (Tensor, Tensor?)>> Bugs = new()
    {
        ["stride of the other axis"] = (layer, c, x, w, b) => layer.Forward(c with { Stride = (c.Stride.W, c.Stride.H) }, x, w, b),
        ["padding of the other axis"] = (layer, c, x, w, b) => layer.Forward(c with { Padding = (c.Padding.W, c.Padding.H) }, x, w, b),
        ["output size of the other axis"] = (layer, c, x, w, b) =>
            layer.Forward(c with { OutputSize = (c.OutputSize.W, c.OutputSize.H) }, x, w, b),
        ["dilation dropped"] = (layer, c, x, w, b) => layer.Forward(c with { Dilation = (1, 1) }, x, w, b),
        ["bias twice"] = (layer, c, x, w, b) => Then(layer.Forward(c, x, w, b), y => b is null ? y : y + b.view(-1, 1, 1)),
        ["bias forgotten"] = (layer, c, x, w, b) => layer.Forward(c, x, w, b is null ? null : b * 0),
        ["kernel flipped"] = (layer, c, x, w, b) => layer.Forward(c, x, w?.flip(2, 3), b),
        ["ceil mode ignored"] = (layer, c, x, w, b) => layer.Forward(c with { CeilMode = false }, x, w, b),
        ["padding counted always"] = (layer, c, x, w, b) => layer.Forward(c with { CountIncludePad = true }, x, w, b),
        ["last tie instead of first"] = (layer, c, x, w, b) => c.Kind == LayerKind.Max ? LastTie(layer, c, x) : layer.Forward(c, x, w, b),
        ["NaN lost"] = (layer, c, x, w, b) =>
            Then(layer.Forward(c, x, w, b), y => c.IsReal ? y.nan_to_num(0, double.PositiveInfinity, double.NegativeInfinity) : y),
        ["gradient of the input doubled"] = (layer, c, x, w, b) => layer.Forward(c, c.IsReal ? 2 * x - x.detach() : x, w, b),
        ["gradient of the weight missing"] = (layer, c, x, w, b) => layer.Forward(c, x, w?.detach(), b),
        ["output off by one ulp"] = (layer, c, x, w, b) =>
            Then(layer.Forward(c, x, w, b), y => c.IsReal ? y.nextafter(full_like(y, double.PositiveInfinity)) : y),
    };

    public static TheoryData<string> BugNames => [.. Bugs.Keys];

    [Theory]
    [MemberData(nameof(BugNames))]
    public void APlantedBugIsCaught(string bug)
    {
        var failures = Run(new Planted(new CnnLayer(Algorithm.Literal), Bugs[bug]), MostOfABug).Results.Failures;
        Assert.NotEmpty(failures);
        // The failing line must reproduce the failure on its own; and one of them by its numbers: a layer that throws any checker catches.
        Assert.True(Again(failures[0].Case).IsCaught);
        Assert.Contains(failures.Select(failure => failure.Case).Distinct(), @case => Again(@case) is { IsCaught: true, Threw: false });

        (bool IsCaught, bool Threw) Again(string @case)
        {
            var planted = new Planted(new CnnLayer(Algorithm.Literal), Bugs[bug]);
            var again = new Checker(Levels, [planted]);
            again.Check(CaseWords.Parse(@case));
            return (again.Results.Failures.Count > 0, planted.Threw);
        }
    }

    [Theory]
    [InlineData(Algorithm.Fast)]
    [InlineData(Algorithm.Literal)]
    public void OurLayersPass(Algorithm algorithm)
    {
        var checker = Run(new CnnLayer(algorithm));
        Assert.Empty(checker.Results.Failures);
        Assert.All(
            checker.Results.Tallies.Where(tally => tally.Cases > 0), tally => Assert.True(tally.Trusted && tally.Tensors > 0, tally.Part));
        Assert.All(Levels, level => Assert.Contains(checker.Results.Tallies, tally => level.Parts.Contains(tally.Part) && tally.Cases > 0));
    }

    [Fact]
    public void RealImagesPass()
    {
        var results = Checker.Run(new ImagesCheck([new CnnLayer(Algorithm.Fast)], seed: 5));
        Assert.Empty(results.Failures);
        Assert.Equal(ImagesCheck.Parts, results.Tallies.Where(tally => tally.Tensors > 0).Select(tally => tally.Part));
    }

    private static Checker Run(ILayer layer, double most = double.PositiveInfinity)
    {
        var checker = new Checker(Levels, [layer]);
        foreach (var @case in Corpus.All().Concat(CaseGenerator.Cases(seed: 11).Take(60)).Where(@case => @case.Size <= most))
            checker.Check(@case);
        return checker;
    }

    private static (Tensor, Tensor?) Then((Tensor Output, Tensor? Indices) result, Func<Tensor, Tensor> change) =>
        (change(result.Output), result.Indices);

    // Pools the image turned by half a turn: what was the first of equal maxima is the last.
    private static (Tensor, Tensor?) LastTie(ILayer layer, Case @case, Tensor input)
    {
        var (first, indices) = layer.Forward(@case, input, null, null);
        if (@case.Padding != (0, 0) || @case.CeilMode || !@case.IsReal) return (first, indices);
        long axes = input.dim();
        // Only where the windows cover the plane exactly do the turned windows fall on the same cells.
        if ((@case.H - 1 - @case.Dilation.H * (@case.Kernel.H - 1)) % @case.Stride.H != 0
            || (@case.W - 1 - @case.Dilation.W * (@case.Kernel.W - 1)) % @case.Stride.W != 0)
            return (first, indices);
        var (turned, turnedIndices) = layer.Forward(@case, input.flip(axes - 2, axes - 1), null, null);
        return (turned.flip(axes - 2, axes - 1), @case.H * @case.W - 1 - turnedIndices!.flip(axes - 2, axes - 1));
    }

    private sealed class Planted(ILayer inner, Func<ILayer, Case, Tensor, Tensor?, Tensor?, (Tensor, Tensor?)> bug) : ILayer
    {
        public string Name => "planted";

        /// <summary>Whether a call has not come to its end.</summary>
        public bool Threw { get; private set; }

        public (Tensor Output, Tensor? Indices) Forward(Case @case, Tensor input, Tensor? weight, Tensor? bias)
        {
            try
            {
                return bug(inner, @case, input, weight, bias);
            }
            catch
            {
                Threw = true;
                throw;
            }
        }
    }
}
