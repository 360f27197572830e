using Cnn.Layers;
using Cnn.Layers.Autograd;
using Cnn.Layers.Kernels;
using Cnn.Tests.Kernels;
using static TorchSharp.torch;

namespace Cnn.Tests.Autograd;

public class LibtorchTeamTests : TeamContract
{
    // Where libtorch has threads of another kind, ours stand in.
    private protected override ITeam NewTeam() => LibtorchTeam.Find() ?? (ITeam)new Crew();

    [Fact]
    public void OnLinuxTheKernelsUseLibtorchsThreads()
    {
        using var scope = NewDisposeScope();
        Functional.avg_pool2d(rand(1, 2, 5, 7), [2, 3]);
        Assert.Equal(OperatingSystem.IsLinux(), Threads.Team is LibtorchTeam);
    }

    [Fact]
    public void CollectionsOfGarbageMayComeAtAnyTime()
    {
        var team = NewTeam();
        long sum = 0;
        for (int repeat = 0; repeat < 20; repeat++)
        {
            team.Run(64, 3, i =>
            {
                var garbage = new byte[100_000];
                if (i % 16 == 3) GC.Collect();
                Interlocked.Add(ref sum, garbage.Length + i);
            });
        }
        Assert.Equal(20 * (64 * 100_000L + 63 * 32), sum);
    }
}
