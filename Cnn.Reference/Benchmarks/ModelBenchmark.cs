using Cnn.Layers;
using Cnn.Reference.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Benchmarks;

/// <summary>
/// Times whole networks, ours (the layers swapped) beside the original: first whether they are equal, then how long they take.
/// </summary>
/// <param name="algorithm">Our loops.</param>
/// <param name="passes">What to time.</param>
/// <param name="threads">On how many threads.</param>
/// <param name="size">Height and width of the images; null for each network's own.</param>
/// <param name="budget">Time for each pass of a network on each number of threads.</param>
/// <param name="quiet">Pause before each turn on several threads.</param>
/// <param name="cancel">Stops between two calls.</param>
internal sealed class ModelBenchmark(
    Algorithm algorithm, Pass passes, IReadOnlyList<int> threads, long? size, TimeSpan budget, TimeSpan quiet,
    CancellationToken cancel)
{
    // A network has many layers of a kind: few calls of it are many of each.
    private const int WarmUpCalls = 5;

    private readonly List<ModelMeasurement> measurements = [];
    private readonly List<string> failures = [], remarks = [];

    /// <summary>What was measured.</summary>
    public IReadOnlyList<ModelMeasurement> Measurements => measurements;

    /// <summary>What was not equal; such a network is not timed.</summary>
    public IReadOnlyList<string> Failures => failures;

    /// <summary>What is to be known besides: layers that stayed libtorch's, and networks that were left out.</summary>
    public IReadOnlyList<string> Remarks => remarks;

    /// <summary>What should be timed again: it was noisy, and not yet often enough.</summary>
    public IReadOnlyList<ModelMeasurement> Noisy =>
        [.. measurements.Where(measurement => measurement.Timing.IsNoisy && measurement.Tries < Timing.MostTries)];

    /// <summary>Compares one network with its twin, and times both.</summary>
    /// <exception cref="OperationCanceledException">The user has stopped it: what is not complete is not measured.</exception>
    public void Run(Network network)
    {
        using nn.Module<Tensor, Tensor> theirs = network.Create(), ours = network.Create();
        long pixels = size ?? network.Size;
        if (Refusal(theirs, network, pixels) is { } reason)
        {
            remarks.Add($"{network.Name} is left out: {reason}");
            return;
        }
        var swap = ours.UseCnnLayers(algorithm);
        remarks.AddRange(swap.LeftAlone.Select(kept => $"{PlaceIn(network, kept)} stays libtorch's: {kept.Reason}"));
        if (Difference(theirs, ours, network) is { } difference)
        {
            failures.Add($"{network.Name}: {difference}");
            return;
        }
        foreach (var pass in (Pass[])[Pass.Forward, Pass.Backward])
        {
            if (!passes.HasFlag(pass)) continue;
            long small = network.SmallSize;
            using (ModelContestant our = new(ours, pass, network.Channels, small), their = new(theirs, pass, network.Channels, small))
                WarmUp.Run(cancel, () =>
                {
                    our.Run(WarmUpCalls);
                    their.Run(WarmUpCalls);
                });
            foreach (int count in threads)
                measurements.Add(new(network, pixels, pass, count, Time(ours, theirs, network, pixels, pass, count)));
        }
    }

    /// <summary>Times one measurement again, some time later; the quieter one stays.</summary>
    public void Again(ModelMeasurement noisy)
    {
        using nn.Module<Tensor, Tensor> theirs = noisy.Network.Create(), ours = noisy.Network.Create();
        ours.UseCnnLayers(algorithm);
        var timing = Time(ours, theirs, noisy.Network, noisy.Size, noisy.Pass, noisy.Threads);
        measurements[measurements.IndexOf(noisy)] = noisy with
        {
            Timing = timing.Spread < noisy.Timing.Spread ? timing : noisy.Timing,
            Tries = noisy.Tries + 1,
        };
    }

    // A call of a function stands in no layer: its path is empty.
    private static string PlaceIn(Network network, KeptLayer kept) =>
        kept.Path.Length == 0 ? network.Name : $"{network.Name}, {kept.Path}";

    private Timing Time(
        nn.Module<Tensor, Tensor> ours, nn.Module<Tensor, Tensor> theirs, Network network, long pixels, Pass pass, int count)
    {
        set_num_threads(count); // ours follow libtorch's
        using ModelContestant our = new(ours, pass, network.Channels, pixels), their = new(theirs, pass, network.Channels, pixels);
        return Duel.Run(
            Duel.Until(cancel, our.Run), Duel.Until(cancel, their.Run), budget, count > 1 ? quiet : TimeSpan.Zero);
    }

    // Some networks are of one size alone, others need a least size.
    private static string? Refusal(nn.Module<Tensor, Tensor> model, Network network, long pixels)
    {
        if (pixels == network.Size) return null;
        try
        {
            using var contestant = new ModelContestant(model, Pass.Forward, network.Channels, pixels);
            contestant.Run(1);
            return null;
        }
        catch (Exception exception) when (exception is System.Runtime.InteropServices.ExternalException or ArgumentException)
        {
            return $"it cannot work on images of {pixels} x {pixels} ({exception.Message.Split('\n')[0].Trim().TrimEnd('.')}).";
        }
    }

    // On small images: every layer is compared by itself, and through the whole network; its gradients where they are timed.
    private string? Difference(nn.Module<Tensor, Tensor> theirs, nn.Module<Tensor, Tensor> ours, Network network)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2, CPU);
        var images = rand([2, network.Channels, network.SmallSize, network.SmallSize], generator: generator);
        theirs.eval();
        ours.eval();
        var report = ModelCheck.Same(theirs, ours, images, new() { Gradients = passes.HasFlag(Pass.Backward) });
        return report.Passed ? null : report.Verdict;
    }
}
