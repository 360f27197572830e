using System.Globalization;
using Cnn.Reference.Printing;

namespace Cnn.Tests.Printing;

/// <summary>What a network thinks of an image adds up, as it is printed.</summary>
public class PercentsTests
{
    [Fact]
    public void TheyAddUpAndEachIsWithinATenth()
    {
        var random = new Random(5);
        for (int n = 0; n < 2000; n++)
        {
            double[] scores =
                [.. Enumerable.Range(0, random.Next(1, n % 5 == 0 ? 3000 : 12)).Select(_ => random.NextDouble() * (n % 7) * 5)];
            double sum = scores.Sum(Math.Exp);
            float[] probabilities = [.. scores.Select(score => (float)(Math.Exp(score) / sum))];
            string[] percents = Numbers.Percents(probabilities);
            int[] tenths = [.. percents.Select(percent => (int)Math.Round(10 * double.Parse(percent[..^2], CultureInfo.InvariantCulture)))];
            Assert.Equal(1000, tenths.Sum());
            for (int label = 0; label < tenths.Length; label++)
            {
                Assert.InRange(tenths[label] - 1000.0 * probabilities[label], -1.001, 1.001);
                Assert.True(tenths[label] < 1000 || probabilities[label] > 0.9999999f);
            }
        }
    }

    [Theory]
    [InlineData(new[] { 1f }, "100.0 %")]
    [InlineData(new[] { 0f, 1f, 0f }, "0.0 %; 100.0 %; 0.0 %")]
    [InlineData(new[] { 1 / 3f, 1 / 3f, 1 / 3f }, "33.4 %; 33.3 %; 33.3 %")]
    [InlineData(new[] { 0.9999f, 0.00007f, 0.00003f }, "99.9 %; 0.1 %; 0.0 %")]
    [InlineData(new[] { 0.16f, 0.1666f, 0.1666f, 0.5068f }, "16.0 %; 16.7 %; 16.6 %; 50.7 %")]
    [InlineData(new[] { float.NaN, float.NaN }, "not a number; not a number")]
    public void TheLargestRemaindersGetWhatIsLeft(float[] probabilities, string percents) =>
        Assert.Equal(percents, string.Join("; ", Numbers.Percents(probabilities)));
}
