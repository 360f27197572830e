using Cnn.Reference.Mistakes;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Mistakes;

/// <summary>Wrong indices, counted by hand.</summary>
public class IndexMistakesTests
{
    // Windows of 2 x 2 at columns -1, 0, 1 and 2. Their maxima are 4, 5, 6 and 6.
    private static readonly double[,] Numbers = { { 1, 5, 2 }, { 4, 5, 6 } };

    [Theory]
    [InlineData("", new long[] { 3, 1, 5, 5 })]
    [InlineData("index-of-padded-plane", new long[] { 6, 2, 8, 8 })] // rows of 5
    [InlineData("index-within-window", new long[] { 3, 1, 3, 2 })]
    [InlineData("index-of-last-maximum", new long[] { 3, 4, 5, 5 })]
    [InlineData("index-left-at-minus-one", new long[] { 3, 1, 5, 5 })]
    [InlineData("last-window-missing", new long[] { 0, 0, 0, 0 })] // of the one row
    [InlineData("padding-competes", new long[] { 3, 1, 5, 5 })]
    public void Indices(string id, long[] expected)
    {
        using var scope = NewDisposeScope();
        var call = Of(tensor(Numbers));
        using var maker = new Maker(call);
        var made = maker.Make(Collection.Find(id) is { } mistake ? [mistake] : []);
        Assert.Equal(expected, made.Indices!.to(ScalarType.Int64).data<long>().ToArray());
    }

    [Fact]
    public void WhatNoNumberExceedsHasNoIndex()
    {
        using var scope = NewDisposeScope();
        using var maker = new Maker(Of(tensor(Numbers).fill_(double.NegativeInfinity)));
        Assert.Equal([0, 0, 1, 2], maker.Make([]).Indices!.data<long>().ToArray());
        Assert.Equal([-1, -1, -1, -1], maker.Make([Collection.Find("index-left-at-minus-one")!]).Indices!.data<long>().ToArray());
    }

    private static Call Of(Tensor numbers) =>
        new(Operation.MaxForward, new((2, 2)) { Padding = (0, 1) }, numbers.reshape(1, 1, 2, 3)) { WithIndices = true };
}
