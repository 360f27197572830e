using Cnn.Layers.Kernels;

namespace Cnn.Tests.Kernels;

/// <summary>Every task runs once, whoever runs it, and an exception comes back to the caller.</summary>
public abstract class TeamContract
{
    private protected abstract ITeam NewTeam();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    [InlineData(1000, 3)]
    public void EveryTaskRunsOnce(int tasks, int helpers)
    {
        var team = NewTeam();
        for (int repeat = 0; repeat < 200; repeat++)
        {
            int[] runs = new int[tasks];
            team.Run(tasks, helpers, i => Interlocked.Increment(ref runs[i]));
            Assert.All(runs, count => Assert.Equal(1, count));
            if (repeat % 50 == 0) Thread.Sleep(20); // the helpers fall asleep
        }
    }

    [Fact]
    public void HelpersHelp()
    {
        var team = NewTeam();
        var threads = new System.Collections.Concurrent.ConcurrentDictionary<int, bool>();
        team.Run(20, 2, _ =>
        {
            threads[Environment.CurrentManagedThreadId] = true;
            Thread.Sleep(10);
        });
        Assert.InRange(threads.Count, 2, 3);
    }

    [Fact]
    public void AnExceptionComesBackAndTheTeamGoesOn()
    {
        var team = NewTeam();
        for (int repeat = 0; repeat < 20; repeat++)
        {
            Assert.Equal("13", Assert.Throws<InvalidOperationException>(() => team.Run(100, 2, i =>
            {
                if (i == 13) throw new InvalidOperationException("13");
            })).Message);
            int sum = 0;
            team.Run(100, 2, i => Interlocked.Add(ref sum, i));
            Assert.Equal(4950, sum);
        }
    }

    [Fact]
    public void ACallWithinATaskOrFromAnotherThreadRunsAllTheSame()
    {
        var team = NewTeam();
        int inner = 0;
        team.Run(8, 2, _ => team.Run(5, 2, _ => Interlocked.Increment(ref inner)));
        Assert.Equal(40, inner);

        int both = 0;
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 200; i++) team.Run(10, 2, _ => Interlocked.Increment(ref both));
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(4 * 200 * 10, both);
    }
}
