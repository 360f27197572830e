using Cnn.Reference.Benchmarks;

namespace Cnn.Tests.Benchmarks;

public class DuelTests
{
    [Fact]
    public void TheSidesTakeTurnsAndEachHasItsOwnTime()
    {
        var order = new List<char>();
        var timing = Duel.Run(
            calls => Call('A', calls, milliseconds: 6), calls => Call('B', calls, milliseconds: 3), budget: TimeSpan.FromMilliseconds(1),
            quiet: TimeSpan.FromMilliseconds(1));

        Assert.Equal(7, timing.Turns);
        string turns = string.Concat(order.Where((side, i) => i == 0 || order[i - 1] != side));
        Assert.Equal(string.Concat(Enumerable.Repeat("AB", 8)), turns); // the first for the number of calls
        Assert.True(timing.Ours >= 0.006 && timing.Theirs >= 0.003, $"{timing}"); // a sleep is never shorter
        Assert.True(timing.Ours > timing.Theirs, $"{timing}");

        void Call(char side, int calls, int milliseconds)
        {
            order.Add(side);
            for (int call = 0; call < calls; call++) Thread.Sleep(milliseconds);
        }
    }
}
