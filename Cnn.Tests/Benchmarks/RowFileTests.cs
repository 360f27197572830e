using Cnn.Reference.Benchmarks;
using Cnn.Reference.Cases;
using Cnn.Reference.Files;

namespace Cnn.Tests.Benchmarks;

public class RowFileTests
{
    [Fact]
    public void ARowIsANameAndACase()
    {
        var rows = Read("# mine\n\nfirst  conv n2 c6 h9 w12 o8 k3x2\t# a comment\n\tsecond\tmax\tn2 c3 h9 w12 k2\n");
        Assert.Equal(["first", "second"], rows.Select(row => row.Name));
        Assert.Equal([CaseWords.Parse("conv n2 c6 h9 w12 o8 k3x2"), CaseWords.Parse("max n2 c3 h9 w12 k2")], rows.Select(row => row.Case));
    }

    [Fact]
    public void ATinyRowSaysSoAndPrintsIt()
    {
        var rows = Read(
            "first-nb max n2 c3 h4 w5 k2\nsecond\ttiny  conv n2 c3 h4 w5 o2 k2\n" +
            "tiny tiny avg n2 c3 h4 w5 k2\nconv max n2 c3 h4 w5 k2\n");
        Assert.Equal([false, true, true, false], rows.Select(row => row.IsTiny));
        Assert.Equal(["first-nb", "second", "tiny", "conv"], rows.Select(row => row.Name));
        Assert.Equal(rows, Read(string.Join('\n', rows)));
    }

    [Theory]
    [InlineData("conv n2 c6 h9 w12 o8 k3")]
    [InlineData("\tmax  n2 c6 h9 w12 k3")]
    [InlineData("avg h9 w12 k3 # mine")]
    [InlineData("max")]
    public void ALineWithoutANameIsToldSo(string line)
    {
        string message = Assert.Throws<UsageException>(() => Read(line)).Message;
        Assert.Equal(
            $"mine.txt, line 1: \"{line.Split('#')[0].Trim()}\": the name is missing; " +
            "a row is a name and a case, such as \"first conv n2 c6 h9 w12 o8 k3\".", message);
    }

    [Theory]
    [InlineData("a conv n2 c6 h9 w12 o8 k3\nb conv n2 q3", "mine.txt, line 2: ", "\"q3\"")]
    [InlineData("\n# c\nalone", "mine.txt, line 3: ", "\"alone\"")]
    [InlineData("a tiny", "mine.txt, line 1: ", "\"a tiny\"")]
    [InlineData("a conv k3\n", "mine.txt, line 1: ", "must fit")]
    [InlineData("a max h4 w4 k2\na avg h4 w4 k2", "mine.txt, line 2: ", "\"a\"")]
    [InlineData("a max h4 w4 k2 int32", "mine.txt, line 1: ", "floating-point")]
    [InlineData("mine: conv n1 c3", "mine.txt, line 1: ", "the height (h), the width (w), the filters (o), the kernel (k) must be said")]
    [InlineData("mine: max n1 c3 h4 w5", "mine.txt, line 1: ", "\"max n1 c3 h4 w5\": the kernel (k) must be said")]
    [InlineData("a conv h5 w5 k3 p7 channels_last", "mine.txt, line 1: ", "libtorch may crash")]
    public void ABadLineIsNamedInOneSentence(string text, string where, string what)
    {
        string message = Assert.Throws<UsageException>(() => Read(text)).Message;
        Assert.StartsWith(where, message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain("..", message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheProgramsRowsHaveNamesOfTheirOwn()
    {
        var rows = RowFile.BuiltIn().Concat(RowFile.Large()).ToList();
        Assert.Equal(rows.Count, rows.DistinctBy(row => row.Name).Count());
        Assert.Equal(["max-nb", "avg-nb", "se-small"], rows.Where(row => row.IsTiny).Select(row => row.Name));
        Assert.DoesNotContain(rows, row => row.Name.Length > BenchmarkRow.LongestName);
        Assert.Equal(rows.Count, rows.DistinctBy(row => row.Case).Count());
    }

    [Fact]
    public void OperationsAreTwoForEachMultiplyAdd()
    {
        var row = Read("a conv n2 c6 h5 w7 o8 k3x2 s2x1 p1x0 g2")[0]; // output: 3 x 6
        Assert.Equal(2.0 * (2 * 8 * 3 * 6) * 3 * (3 * 2), row.Operations(Pass.Forward));
        Assert.Equal(3 * row.Operations(Pass.Forward), row.Operations(Pass.Backward));
    }

    [Fact]
    public void BytesAreThoseOfEachTensorThatIsReadOrWritten()
    {
        var row = Read("a conv n2 c6 h5 w7 o8 k3x2 s2x1 p1x0 g2")[0]; // output: 3 x 6
        double input = 4 * 2 * 6 * 5 * 7, weight = 4 * 8 * 3 * 3 * 2, output = 4 * 2 * 8 * 3 * 6;
        Assert.Equal((input, weight, output), (row.InputBytes, row.WeightBytes, row.OutputBytes));
        Assert.Equal(input + weight + output, row.Bytes(Pass.Forward));
        // Forward as above; backward reads the output's gradient, input and weight, and writes the gradients of both.
        Assert.Equal(3 * input + 3 * weight + 2 * output, row.Bytes(Pass.Backward));

        var pool = Read("a max n2 c3 h4 w6 k2 float64")[0]; // output: 2 x 3
        Assert.Equal(8 * (2 * 3 * 4 * 6 + 2 * 3 * 2 * 3), pool.Bytes(Pass.Forward));
        Assert.Equal(2 * pool.Bytes(Pass.Forward), pool.Bytes(Pass.Backward));
    }

    private static IReadOnlyList<BenchmarkRow> Read(string text) => RowFile.Read(new StringReader(text), "mine.txt");
}
