using Cnn.Reference.Cases;
using Cnn.Reference.Explaining;

namespace Cnn.Tests.Explaining;

/// <summary>The code beside the numbers: the statement of each step is found in the sources.</summary>
public class CodeViewTests
{
    [Theory]
    [InlineData("conv n1 c2 h5 w6 o3 k3 s2 p1", "forward", "var sum = new", "sum.MultiplyAdd(input", "output[n, oc, oh, ow] =")]
    [InlineData("conv n1 c2 h5 w6 o3 k3 s2 p1", "gradInput", "var sum = new", "sum.MultiplyAdd(gradOutput", "gradInput[n, g *")]
    [InlineData("conv n1 c2 h5 w6 o3 k3 s2 p1", "gradWeight", "var sum = new", "sum.MultiplyAdd(gradOutput",
        "gradWeight[oc, ic, kh, kw] = sum.Total;")]
    [InlineData("conv n1 c2 h5 w6 o3 k3 s2 p1", "gradBias", "var sum = new", "sum.Add(gradOutput[", "gradBias[")]
    [InlineData("max n1 c2 h5 w6 k3 s2", "forward", "T max = lowest;", "if (x > max", "output[n, c, oh, ow] = max;")]
    [InlineData("max n1 c2 h5 w6 k3 s2", "gradInput", "gradInput.Clear();", "long winner =", "gradInput[n, c, ih, iw] +=")]
    [InlineData("avg n1 c2 h5 w6 k3 s2", "forward", "T acc = T.Zero;", "acc += input[", "output[n, c, oh, ow] =")]
    [InlineData("avg n1 c2 h5 w6 k3 s2", "gradInput", "gradInput.Clear();", "gradInput[n, c, height", "gradInput[n, c, height")]
    public void StatementsAreFound(string line, string view, string start, string term, string store)
    {
        var @case = CaseWords.Parse(line);
        var literal = CodeView.Literal(@case.Kind, view);
        foreach (var (statement, begins) in new[] { (literal.Start, start), (literal.Term, term), (literal.Store, store) })
        {
            Assert.StartsWith(begins, literal.Lines[statement[0]].TrimStart(), StringComparison.Ordinal);
            Assert.InRange(statement[1], statement[0], statement[0] + 1);
        }
        Assert.True(literal.Start[0] < literal.Term[0] && literal.Term[0] <= literal.Store[0]);
        Assert.NotNull(CodeView.Lesson(@case, view)); // square, one stride: the exercise has it as well
    }

    [Theory]
    [InlineData("conv c2 h5 w6 o3 k3x2 p1")]
    [InlineData("conv c2 h5 w6 o2 k3 g2")]
    [InlineData("conv c2 h5 w6 o3 k3 s2x1")]
    [InlineData("max h5 w6 k2 p1 s1")]
    [InlineData("avg h5 w6 k2 ceil")]
    public void WhatTheExerciseHasNotIsNotShownAsItsCode(string line) => Assert.Null(CodeView.Lesson(CaseWords.Parse(line), "forward"));
}
