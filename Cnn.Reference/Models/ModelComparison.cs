using Cnn.Layers;
using Cnn.Reference.Comparison;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>Runs two models, and compares every tensor of every layer: by itself, and as it came through the whole.</summary>
/// <remarks>
/// The outputs of the other model are those of a run of its own. Its gradients are those of a run in which every layer whose output
/// is inside of the bound gives the expected model's instead: so both models decide alike at every ReLU and every maximum, also
/// where a number lies next to zero, or two next to each other, and whole gradients would turn on a rounding. What such a decision did to
/// a gradient in the run of its own is said beside it.
/// </remarks>
internal sealed class ModelComparison
{
    private const double MostlyRounding = 0.1; // of a tensor's largest number: a bound beyond it proves little

    private readonly ModelPair models;
    private readonly Tensor input;
    private readonly ModelCheckOptions options;
    private readonly List<string> remarks;
    private readonly List<KeptLayer> kept;
    private readonly bool ofTwins;
    private readonly List<LayerResult> rows = [];

    private ModelComparison(
        ModelPair models, Tensor input, ModelCheckOptions options, IEnumerable<string> remarks, IEnumerable<KeptLayer> kept, bool ofTwins)
    {
        (this.models, this.input, this.options) = (models, input, options);
        (this.remarks, this.kept, this.ofTwins) = ([.. remarks], [.. kept], ofTwins);
    }

    /// <summary>Compares.</summary>
    /// <param name="models">The two.</param>
    /// <param name="input">What both are run on.</param>
    /// <param name="options">What to compare.</param>
    /// <param name="remarks">What is known already.</param>
    /// <param name="kept">What is not compared, and why.</param>
    /// <param name="ofTwins">
    /// Whether one model's layers are compared with their twins; else the two models have weights of their own, which are compared
    /// as well.
    /// </param>
    public static ModelReport Run(
        ModelPair models, Tensor input, ModelCheckOptions options, IEnumerable<string> remarks, IEnumerable<KeptLayer> kept, bool ofTwins)
    {
        HiddenCaches.HoldOneDnn(); // libtorch's layers must be right to be compared with
        if (HiddenCaches.Remedy is { } remedy) remarks = remarks.Append($"{remedy}.");
        using var scope = NewDisposeScope();
        return new ModelComparison(models, input, options, remarks, kept, ofTwins).Run();
    }

    private ModelReport Run()
    {
        var plain = new ModelRunSettings { Seed = options.Seed, Direction = options.Gradients ? Direction : null };
        using var expected = models.RunExpected(input, plain);
        if (expected.Failure is { } failure)
        {
            if (failure.Message.Contains(nameof(Recorder), StringComparison.Ordinal))
            {
                throw new ArgumentException(
                    "model: its code asks more of a layer than to be run, where the check has one in its place that records: "
                    + $"{IsolatedComparison.FirstLine(failure)}.",
                    "model", failure);
            }
            string shape = string.Join(", ", input.shape), reason = IsolatedComparison.FirstLine(failure);
            throw new ArgumentException($"input has shape ({shape}): the model throws on it: {reason}.", nameof(input), failure);
        }
        var theirs = models.OfExpected(expected);
        if (options.Gradients && !theirs.Keys.Any(key => key.IsGradient))
            remarks.Add("No gradient came back through the model, so that none was compared: its output asks for none.");
        var paths = models.Layers.ToDictionary(layer => layer.Expected);
        TensorKey OutputOf(Recorder recorder, int number) => new(paths[recorder].Path, number, LayerPass.Output);

        var outputs = expected.Calls.ToDictionary(call => OutputOf(call.Recorder, call.Number), call => call.Output);
        var reach = RoundingReach.Measure(
            models, input, plain, theirs, (recorder, number) => outputs.GetValueOrDefault(OutputOf(recorder, number)));
        remarks.AddRange(reach.Remarks);

        var calls = expected.Calls.GroupBy(call => call.Recorder).ToDictionary(group => group.Key, group => group.ToList());
        var findings = calls.ToDictionary(pair => pair.Key, pair => Isolated(paths[pair.Key], pair.Value));
        var recorders = calls.Keys.ToDictionary(recorder => paths[recorder].Path);

        // What a layer's own sums may be off in another order is no part of what comes through to it: a sum of equal numbers rounds
        // to the same side each time, and may be exact in one order.
        double BoundOf(TensorKey key) => reach.Of(key)
            + (recorders.TryGetValue(key.Path, out var recorder) ? Counted(findings[recorder], key).Sum(finding => finding.Allowed) : 0);

        using var free = models.RunActual(input, plain);
        var ours = models.OfActual(free);
        var forward = theirs.Keys.Where(key => !key.IsGradient).ToDictionary(key => key, key => Compare(key, theirs, ours, BoundOf(key)));
        bool isRounding(TensorKey output) => forward.TryGetValue(output, out var compared) && compared.Ratio <= 1;

        var pathOfActual = models.Layers.ToDictionary(layer => layer.Actual, layer => layer.Path);
        using var back = !options.Gradients ? null : models.RunActual(input, plain with
        {
            Held = (recorder, number) =>
            {
                var key = new TensorKey(pathOfActual[recorder], number, LayerPass.Output);
                return isRounding(key) ? outputs[key] : null;
            },
        });
        var thrown = free.Failure ?? back?.Failure;
        var oursHeld = back is null ? ours : models.OfActual(back);

        // Where something is wrong, gradients come back otherwise for that reason.
        bool isRight = forward.Values.All(each => each.Ratio <= 1)
            && !findings.Values.SelectMany(ofCalls => ofCalls).SelectMany(ofCall => ofCall).Any(finding => finding.Ratio > 1);
        var kinks = new Kinks(models, expected, free, output => isRight && isRounding(output));
        foreach (var call in expected.Calls)
        {
            var layer = paths[call.Recorder];
            if (call.Number == 0) CompareWeights(layer);
            string path = calls[call.Recorder].Count == 1 ? layer.Path : $"{layer.Path} (call {call.Number + 1})";
            foreach (var key in theirs.Keys.Where(key => key.Path == layer.Path && key.Call == call.Number).OrderBy(key => key.IsGradient))
                Add(key, key.IsOfCall ? path : layer.Path, layer, Worst(findings[call.Recorder], key, layer));
            var changes = findings[call.Recorder].SelectMany(one => one).Where(finding => LayerPass.IsChange(finding.What));
            if (call.Number > 0) continue;
            rows.AddRange(changes.GroupBy(finding => finding.What).Select(group => group.MaxBy(finding => finding.Ratio)!).Select(
                worst => new LayerResult(layer.Path, worst.What, worst.Ratio, double.NaN, worst.Index, worst.Expected, worst.Actual)
                {
                    Kind = LayerTraits.KindOf(layer.ActualLayer),
                    Remark = worst.Remark,
                }));
        }
        var idle = models.Layers.Where(layer => !calls.ContainsKey(layer.Expected)).ToList();
        foreach (var layer in idle) CompareWeights(layer);
        if (!ofTwins) CompareWeights(TensorKey.Model, "", models.Expected.Root, models.Actual.Root);
        foreach (var key in theirs.Keys.Where(key => key.Path == TensorKey.Model)) Add(key, key.Path, null, null);

        string why = ofTwins ? "forward does not run it" : "forward does not run it: its weights alone are compared";
        kept.AddRange(
            from layer in idle
            where !ofTwins || !layer.IsSame
            select new KeptLayer(layer.Path, layer.Expected.Own, why));
        List<string> swamped =
        [
            .. from pair in theirs
               where reach.Of(pair.Key) > MostlyRounding * Deviation.Size(pair.Value)
               select $"{pair.Key.Path} {pair.Key.What}",
        ];
        if (swamped.Count > 0)
        {
            remarks.Add(
                $"In {Figures.Count(swamped.Count, "tensor")} of {theirs.Count}, what rounding alone may do on the way through the model "
                + "is more than a tenth of the largest number: \"through\" proves little there, \"alone\" as much as elsewhere. "
                + $"{ModelReport.Some(swamped)}.");
        }
        if (kinks.First is { } kink)
        {
            remarks.Add(
                $"{Figures.Count(kinks.Count, "number")} next to zero, or next to another, decided otherwise in a run of its own, "
                + $"first at {kink}; gradients are compared with both models deciding alike.");
        }
        int compared = models.Layers.Count(layer => !(ofTwins && layer.IsSame) && calls.ContainsKey(layer.Expected));
        string unit = ofTwins ? "convolutions and pools" : "layers";
        return new(rows, remarks, kept, compared, unit, thrown is null ? null : IsolatedComparison.FirstLine(thrown));

        void Add(TensorKey key, string path, LayerPair? layer, IsolatedFinding? alone)
        {
            var whole = key.IsGradient ? Compare(key, theirs, oursHeld, BoundOf(key)) : forward[key];
            if (whole.Missing && thrown is not null) whole = whole with { Ratio = double.NaN };
            bool isAlone = alone is { Ratio: > 0 };
            var (index, e, a) = isAlone ? (alone!.Index, alone.Expected, alone.Actual) : (whole.Index, whole.Expected, whole.Actual);
            rows.Add(new(path, key.What, alone?.Ratio ?? double.NaN, whole.Ratio, index, e, a)
            {
                Kind = layer is null ? "" : LayerTraits.KindOf(layer.ActualLayer),
                Remark = (isAlone ? alone!.Remark : null) ?? (whole.Missing && thrown is null ? "it was not computed" : whole.Remark),
                Kink = key.IsGradient && whole.Ratio <= 1 ? kinks.Explain(Compare(key, theirs, ours, BoundOf(key))) : null,
            });
        }
    }

    // Random numbers, never ones: a gradient of ones hides every mistake that moves a sum's terms about.
    private Tensor Direction(Tensor output)
    {
        using var generator = new Generator((ulong)options.Seed);
        return randn(output.shape, ScalarType.Float64, generator: generator);
    }

    private List<IReadOnlyList<IsolatedFinding>> Isolated(LayerPair layer, IReadOnlyList<RecordedCall> calls)
    {
        if (layer.IsSame) return [];
        var comparison = new IsolatedComparison(layer.ExpectedLayer, layer.ActualLayer, options.Seed);
        return [.. calls.Select(call => comparison.Compare(call.Input, call.OutputGradient))];
    }

    // A parameter's gradient is that of all calls: the worst of them counts.
    private static IsolatedFinding Worst(List<IReadOnlyList<IsolatedFinding>> calls, TensorKey key, LayerPair layer) =>
        Counted(calls, key).MaxBy(finding => finding.Ratio) ?? new(key.What, layer.IsSame ? 0 : double.NaN, [], double.NaN, double.NaN);

    private static IEnumerable<IsolatedFinding> Counted(List<IReadOnlyList<IsolatedFinding>> calls, TensorKey key)
    {
        var counted = key.IsOfCall ? calls.Skip(key.Call).Take(1) : calls;
        return counted.SelectMany(findings => findings).Where(finding => finding.What == key.What);
    }

    private void CompareWeights(LayerPair layer)
    {
        if (!ofTwins) CompareWeights(layer.Path, LayerTraits.KindOf(layer.ActualLayer), layer.ExpectedLayer, layer.ActualLayer);
    }

    // Of a whole model the recorders hide what its layers hold: its own are left, and those of its blocks.
    private void CompareWeights(string path, string kind, nn.Module expected, nn.Module other)
    {
        var actual = Own(other).ToDictionary();
        foreach (var (name, tensor) in Own(expected))
        {
            if (!actual.TryGetValue(name, out var found) && path == TensorKey.Model) continue; // blocks may have other names
            var comparison = found is null ? null : TensorComparison.Exact(name, tensor, found);
            if (comparison is { Passed: true }) continue;
            bool isElement = comparison?.FirstIndex is not null;
            long[] worst = isElement ? Deviation.Of(tensor, found!).Index : [];
            double e = isElement ? TensorComparison.ValueAt(tensor, worst) : double.NaN;
            double a = isElement ? TensorComparison.ValueAt(found!, worst) : double.NaN;
            rows.Add(new(path, name, double.PositiveInfinity, double.NaN, worst, e, a)
            {
                Kind = kind,
                Remark = isElement ? null : comparison?.FirstMismatch ?? "it is missing",
            });
        }

        // Counters are no part of what a layer computes.
        static IEnumerable<(string Name, Tensor Tensor)> Own(nn.Module module) =>
        [
            .. module.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter)),
            .. module.named_buffers().Where(pair => pair.buffer.is_floating_point()),
        ];
    }

    private static PropagatedFinding Compare(
        TensorKey key, IReadOnlyDictionary<TensorKey, Tensor> theirs, IReadOnlyDictionary<TensorKey, Tensor> ours, double bound)
    {
        if (!ours.TryGetValue(key, out var found)) return new(double.PositiveInfinity, [], double.NaN, double.NaN) { Missing = true };
        var expected = theirs[key];
        if (!expected.shape.SequenceEqual(found.shape))
        {
            string shapes = $"shape ({string.Join(", ", expected.shape)}) expected, ({string.Join(", ", found.shape)}) found";
            return new(double.PositiveInfinity, [], double.NaN, double.NaN) { Remark = shapes };
        }
        if (expected.dtype != found.dtype)
        {
            string types = $"{expected.dtype} expected, {found.dtype} found";
            return new(double.PositiveInfinity, [], double.NaN, double.NaN) { Remark = types };
        }
        var deviation = Deviation.Of(expected, found);
        if (expected.numel() == 0) return new(0, [], double.NaN, double.NaN);
        double ratio = deviation.Largest == 0 ? 0 : deviation.Largest / bound;
        long[] index = deviation.Index;
        return new(ratio, index, TensorComparison.ValueAt(expected, index), TensorComparison.ValueAt(found, index));
    }
}

/// <summary>One tensor of two models, as it came through the whole.</summary>
/// <param name="Ratio">The largest difference in parts of the bound.</param>
/// <param name="Index">Where it is.</param>
/// <param name="Expected">What the expected model has there.</param>
/// <param name="Actual">What the other has there.</param>
internal sealed record PropagatedFinding(double Ratio, long[] Index, double Expected, double Actual)
{
    /// <summary>Whether the other model has no such tensor.</summary>
    public bool Missing { get; init; }

    /// <summary>What else is to be said; null for nothing.</summary>
    public string? Remark { get; init; }
}
