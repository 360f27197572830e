using System.Runtime.InteropServices;
using Cnn.Layers.Kernels;
using TorchSharp;

namespace Cnn.Layers.Autograd;

/// <summary>
/// libtorch's own threads, those of GNU's OpenMP. After each of libtorch's operations they wait for the next one by
/// spinning, for milliseconds, and other threads of the process would fight them for the cores. So they take part in our
/// loops as well: by the call that a compiler makes of <c>#pragma omp parallel</c>.
/// </summary>
/// <remarks>As with libtorch, each thread that calls has threads of its own; a call within a task gets none.</remarks>
internal sealed unsafe class LibtorchTeam : ITeam
{
    // void GOMP_parallel(void (*function)(void*), void* data, unsigned threads, unsigned flags), see libgomp's ABI
    private readonly delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void> parallel;

    static LibtorchTeam()
    {
        if (Find() is { } team) Threads.Team = team;
    }

    private LibtorchTeam(nint parallel) =>
        this.parallel = (delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void>)parallel;

    /// <summary>Lets the kernels that this thread calls use as many threads as libtorch does, and libtorch's where they can be
    /// had.</summary>
    public static void Lend() => Threads.Count = torch.get_num_threads();

    /// <summary>libtorch's threads; null where it has others (on Windows and on Apple's systems), or none.</summary>
    public static LibtorchTeam? Find()
    {
        if (!OperatingSystem.IsLinux()) return null;
        const string Name = "GOMP_parallel";
        torch.get_num_threads(); // loads libtorch
        // A library that was loaded before all others has the first word, with libtorch as with us; else what TorchSharp's own depends on.
        return NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), Name, out nint parallel)
            || (NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out nint library)
                && NativeLibrary.TryGetExport(library, Name, out parallel))
            ? new(parallel) : null;
    }

    /// <inheritdoc/>
    public void Run(int tasks, int helpers, Action<int> task)
    {
        var queue = new TaskQueue(tasks, helpers + 1, task);
        var handle = GCHandle.Alloc(queue);
        try
        {
            // Always as many threads as libtorch uses: OpenMP ends those that are one too many. The last one waits for all.
            parallel(&Work, GCHandle.ToIntPtr(handle), (uint)(helpers + 1), 0);
        }
        finally
        {
            handle.Free();
        }
        queue.Rethrow();
    }

    [UnmanagedCallersOnly]
    private static void Work(nint queue) => ((TaskQueue)GCHandle.FromIntPtr(queue).Target!).Work();
}
