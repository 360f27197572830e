using Cnn.Reference.Benchmarks;
using Cnn.Reference.Cases;
using FsCheck.Xunit;

namespace Cnn.Tests.Benchmarks;

public class WarmUpTests
{
    [Property(MaxTest = 100)]
    public void TheSmallFormOfACaseIsACase(int seed)
    {
        foreach (var @case in CaseGenerator.Cases(seed).Take(5).Concat(RowFile.BuiltIn().Select(row => row.Case)))
        {
            var small = WarmUp.Shrink(@case);
            Assert.Equal(small, CaseWords.Parse(small.ToString())); // parsing checks it
            Assert.True(small.Work <= @case.Work);
        }
    }
}
