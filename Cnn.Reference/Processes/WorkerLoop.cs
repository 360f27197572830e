using System.Runtime.InteropServices;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.KernelChecking;
using Cnn.Reference.Oracle;
using TorchSharp;

namespace Cnn.Reference.Processes;

/// <summary>The worker's own part: reads requests, carries them out, and says each step before it begins.</summary>
internal static class WorkerLoop
{
    /// <summary>The hidden command that starts a worker.</summary>
    public const string Verb = "worker";

    private static (KernelName Name, KernelBench Bench)? bench;

    /// <summary>Runs until the requests end.</summary>
    public static int Run()
    {
        using var output = Console.OpenStandardOutput();
        Console.SetOut(Console.Error); // standard output is for messages alone
        // Ctrl-C is sent to the parent as well, which lets the problem at hand come to its end.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        HiddenCaches.Prepare();
        Step.Changed = step => Send(new(Step: step));
        torch.get_num_threads(); // loads libtorch
        Send(new(Done: true)); // ready
        foreach (var request in Messages.Requests<WorkerRequest>())
        {
            CarryOut(request);
            Send(new(Done: true));
        }
        return 0;

        void CarryOut(WorkerRequest request)
        {
            // Many small problems: a second thread of libtorch's costs more than it brings.
            torch.set_num_threads(request.Setup.Threads ?? 1);
            if (request.Trial is { } trial) Send(new(Trial: BenchOf(trial.Kernel!).Run(trial)));
            else if (request.Alone is { } name) RunAlone(name, request);
            else if (request.Line == ImagesCheck.Line)
            {
                Send(new(Results: Checker.Run(new ImagesCheck(request.Setup.CreateOwnLayers(), request.Setup.Seed))));
            }
            else
            {
                var levels = request.Setup.CreateLevels();
                var checker = new Checker(levels, request.Setup.CreateLayers());
                var @case = CaseWords.Parse(request.Line);
                foreach (string level in request.Levels)
                    Send(new(Results: checker.Run(levels.First(each => each.Name == level), @case, request.Limits)));
            }
        }

        void Send(WorkerMessage message) => Messages.Send(output, message);
    }

    // A kernel is loaded once: what it keeps from call to call is part of it.
    private static KernelBench BenchOf(KernelName name)
    {
        KernelProcess.IsOwn = true;
        if (bench?.Name != name) bench = (name, new(name.Load()));
        return bench.Value.Bench;
    }

    private static void RunAlone(string name, WorkerRequest request)
    {
        var layer = LayerNames.Create(name);
        var @case = CaseWords.Parse(request.Line);
        foreach (var numbers in @case.IsReal ? Enum.GetValues<Numbers>() : [Numbers.Exact])
        {
            using var problem = new Problem(@case, numbers);
            try
            {
                LayerRun.Of(layer, problem, request.Limits.MostOrder).Dispose();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // An exception is no death.
            }
        }
    }
}
