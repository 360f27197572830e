using Cnn.Tests.Build;

namespace Cnn.Tests;

public class ProgressTests
{
    /// <summary>What a user sees, who gives no option.</summary>
    [Fact, Trait(Traits.Speed, Traits.Slow)]
    public async Task ALineIsPrintedForEachClassOfTests()
    {
        string tests = typeof(ProgressTests).Assembly.Location, folder = Path.GetDirectoryName(tests)!;
        string one = typeof(Geometry.Pad2DGeometryTests).FullName!, other = typeof(LayersDocumentTests).FullName!;
        string output = await Dotnet.Run(folder, "test", tests, "--filter", $"FullyQualifiedName~{one}|FullyQualifiedName~{other}");
        Assert.Contains(" 1 of 2 classes: ", output, StringComparison.Ordinal);
        Assert.Contains(" 2 of 2 classes: ", output, StringComparison.Ordinal);
        Assert.Contains($" classes: {one}, ", output, StringComparison.Ordinal);
        Assert.Contains($" classes: {other}, ", output, StringComparison.Ordinal);
    }
}
