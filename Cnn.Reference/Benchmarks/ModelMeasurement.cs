using Cnn.Reference.Networks;

namespace Cnn.Reference.Benchmarks;

/// <summary>What one pass of a whole network took on some threads: the quietest of some tries.</summary>
/// <param name="Network">The network.</param>
/// <param name="Size">Height and width of its images.</param>
/// <param name="Pass">Forward is inference, backward a step of training.</param>
/// <param name="Threads">How many threads each side might use.</param>
/// <param name="Timing">Ours: the network with our layers.</param>
/// <param name="Tries">How often it was timed.</param>
internal sealed record ModelMeasurement(Network Network, long Size, Pass Pass, int Threads, Timing Timing, int Tries = 1);
