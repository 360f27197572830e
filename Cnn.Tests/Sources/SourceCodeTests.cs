using Cnn.Reference.Sources;

namespace Cnn.Tests.Sources;

/// <summary>What is shown of the loops is cut from the files that were compiled.</summary>
public class SourceCodeTests
{
    [Theory]
    [InlineData("LiteralConv2D.cs", "Forward")]
    [InlineData("LiteralConv2D.cs", "GradInput")]
    [InlineData("LiteralConv2D.cs", "GradWeight")]
    [InlineData("LiteralConv2D.cs", "GradBias")]
    [InlineData("LiteralMaxPool2D.cs", "Forward")]
    [InlineData("LiteralAvgPool2D.cs", "GradInput")]
    [InlineData("StepByStep.Convolution.cs", "ConvForward")]
    [InlineData("StepByStep.Pooling.cs", "PoolBackward")]
    public void MethodIsWhole(string file, string method)
    {
        string[] lines = SourceCode.Method(file, method);
        Assert.StartsWith("public ", lines[0], StringComparison.Ordinal);
        Assert.Equal("}", lines[^1]);
        Assert.Equal(lines.Sum(line => line.Count(c => c == '{')), lines.Sum(line => line.Count(c => c == '}')));
        Assert.Single(lines, line => line.StartsWith("public ", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIsNotThereIsRefused()
    {
        Assert.Contains(
            "file = None.cs", Assert.Throws<ArgumentException>(() => SourceCode.File("None.cs")).Message, StringComparison.Ordinal);
        Assert.Contains("method = Backward",
            Assert.Throws<ArgumentException>(() => SourceCode.Method("LiteralConv2D.cs", "Backward")).Message, StringComparison.Ordinal);
    }
}
