using Cnn.Reference.Data.Pictures;

namespace Cnn.Tests.Data;

public sealed class DecodeBudgetTests
{
    /// <summary>Many workers, and among them some that ask for more than there is.</summary>
    [Fact]
    public void NoMoreThanTheBudgetIsTakenUnlessOneIsAlone()
    {
        var budget = new DecodeBudget(100);
        var random = new Random(1);
        int[] sizes = [.. Enumerable.Range(0, 400).Select(n => n % 50 == 7 ? 250 : random.Next(1, 60))];
        long taken = 0, most = 0;
        int next = -1;
        var gate = new Lock();
        Thread[] workers = [.. Enumerable.Range(0, 16).Select(_ => new Thread(() =>
        {
            while (Interlocked.Increment(ref next) is var n && n < sizes.Length)
                using (budget.Take(sizes[n], CancellationToken.None))
                {
                    lock (gate)
                    {
                        taken += sizes[n];
                        most = Math.Max(most, taken);
                        if (sizes[n] == 250) Assert.Equal(250, taken);
                        else Assert.InRange(taken, 1, 100);
                    }
                    Thread.Yield();
                    lock (gate) taken -= sizes[n];
                }
        }))];
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) Assert.True(worker.Join(TimeSpan.FromMinutes(1)));
        Assert.Equal((0, 250), (taken, most));
    }

    [Fact]
    public void WhoeverWaitsStopsWhenTheUserDoes()
    {
        var budget = new DecodeBudget(100);
        using IDisposable first = budget.Take(80, CancellationToken.None);
        using var cancel = new CancellationTokenSource(50);
        Assert.ThrowsAny<OperationCanceledException>(() => budget.Take(30, cancel.Token));

        first.Dispose();
        budget.Take(100, CancellationToken.None).Dispose();
    }
}
