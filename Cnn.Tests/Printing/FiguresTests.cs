using Cnn.Reference.Printing;

namespace Cnn.Tests.Printing;

public class FiguresTests
{
    /// <summary>A file that is there is never shown as nothing.</summary>
    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1, "1 byte")]
    [InlineData(1023, "1,023 bytes")]
    [InlineData(7_577, "7.4 KiB")]
    [InlineData(2_411_724, "2.3 MiB")]
    [InlineData(461_163_725, "439.8 MiB")]
    [InlineData(5_000_000_000_000, "4,656.6 GiB")]
    public void TheUnitOfASizeFitsIt(long bytes, string text) => Assert.Equal(text, Figures.Bytes(bytes));
}
