using Cnn.Reference;
using Cnn.Tests.Build;
using Cnn.Tests.Data;
using TorchSharp;

namespace Cnn.Tests.Commands;

/// <summary><c>explain</c>, as a user starts it.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class ExplainCommandTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly ImageSamples samples = new();

    public void Dispose()
    {
        temporary.Dispose();
        samples.Dispose();
    }

    [Fact]
    public void APageNeedsNothingBesideIt()
    {
        string page = temporary["page.html"];
        var (code, output, error) = CommandLine.Run("explain", "--output", page, "--language", "es");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("abrilo en un navegador", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        string text = File.ReadAllText(page);
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"es\">", text, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(src|href)=|url\(|@import|https?://", text);
    }

    [Fact]
    public void APictureGoesThroughEdgeFiltersOrALayerOfOnesOwn()
    {
        string picture = samples.Write("picture.png", ImageSamples.GreyPng(20, [.. Enumerable.Range(0, 200).Select(i => (byte)i)])),
        page = temporary["page.html"];
        var (code, output, error) = CommandLine.Run("explain", "--image", picture, "--size", "12", "--output", page);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("conv n1 c1 h6 w12 o3 k3", output, StringComparison.Ordinal); // it keeps its proportions
        (code, output, error) = CommandLine.Run("explain", "--image", picture, "--case", "max k3x2 s2x1", "--output", page);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("max n1 c1 h14 w28 k3x2 s2x1", output, StringComparison.Ordinal);
    }

    [Fact]
    public void ALayerOfATrainedNetworkIsShown()
    {
        string run = temporary["run"], page = temporary["page.html"];
        Assert.Equal(0, CommandLine.Run("train", "--layers", "conv 4 3 pad same, relu, pool 2, flatten, fc 10", "--epochs", "1", "--twin",
            "none", "--output", run).Code);
        var (code, output, error) = CommandLine.Run("explain", "--run", run, "--layer", "3", "--output", page);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("max n1 c4 h28 w28 k2", output, StringComparison.Ordinal);
        (code, output, error) = CommandLine.Run("explain", "--run", run, "--layer", "2");
        Assert.Equal((2, ""), (code, output));
        Assert.Equal("--layer 2: must be a convolution or a pool of the network: 1 (\"conv 4 3 pad same\"), 3 (\"pool 2\").",
            error.ReplaceLineEndings(" ").TrimEnd());
    }

    [Fact]
    public void TensorsOfOnesOwnAreReadByEitherNames()
    {
        string convolution = temporary["exercise.npz"], grouped = temporary["pytorch.npz"], pool = temporary["pool.npz"],
        wrong = temporary["wrong.npz"];
        using var scope = torch.NewDisposeScope();
        torch.random.manual_seed(1);
        var A_prev = torch.randn(2, 5, 7, 3, torch.ScalarType.Float64);
        Weights.Save(new Dictionary<string, torch.Tensor>
        {
            ["A_prev"] = A_prev,
            ["W"] = torch.ones(3, 3, 3, 4, torch.ScalarType.Float64),
            ["b"] = torch.ones(1, 1, 1, 4, torch.ScalarType.Float64),
            ["stride"] = torch.tensor(2),
            ["pad"] = torch.tensor(1),
            ["dZ"] = torch.full([2, 3, 4, 4], 0.5),
        }, convolution);
        Weights.Save(new Dictionary<string, torch.Tensor>
        {
            ["input"] = torch.randn(2, 3, 5, 7),
            ["weight"] = torch.randn(6, 1, 2, 3),
            ["stride"] = torch.tensor([1L, 2L]),
            ["padding"] = torch.tensor([1L, 0L]),
            ["groups"] = torch.tensor(3),
        }, grouped);
        Weights.Save(new Dictionary<string, torch.Tensor>
        {
            ["A_prev"] = A_prev,
            ["f"] = torch.tensor(3),
            ["stride"] = torch.tensor(2),
            ["mode"] = torch.tensor(1),
        }, pool);
        Weights.Save(new Dictionary<string, torch.Tensor> { ["A_prev"] = A_prev, ["W"] = torch.ones(3, 3, 2, 4) }, wrong);
        var (code, output, error) = CommandLine.Run("explain", "--npz", convolution, "--text", "--of", "gradBias", "--at", "1");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("gradBias[1], conv n2 c3 h5 w7 o4 k3 s2 p1 d1 g1 float64:", output, StringComparison.Ordinal);
        Assert.Contains("libtorch: 12, the same bits", output, StringComparison.Ordinal); // 24 windows, half each
        (code, output, error) = CommandLine.Run("explain", "--npz", grouped, "--text");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("output[0, 0, 0, 0], conv n2 c3 h5 w7 o6 k2x3 s1x2 p1x0 d1 g3 float32 nobias:", output, StringComparison.Ordinal);
        (code, output, error) = CommandLine.Run("explain", "--npz", pool, "--text");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("output[0, 0, 0, 0], avg n2 c3 h5 w7 k3 s2 p0 d1 float64:", output, StringComparison.Ordinal);
        (code, output, error) = CommandLine.Run("explain", "--npz", wrong);
        Assert.Equal(
            (2, "", $"{wrong}: W is for 2 channels, and the input has 3."), (code, output, error.ReplaceLineEndings(" ").TrimEnd()));
    }

    [Theory]
    [InlineData("output[0, 0, 1, 1]", "+ bias[0] = 4: 17", "--at", "0,0,1,1")]
    [InlineData("gradWeight[0, 0, 0, 2]", "libtorch: -2, the same bits", "--of", "gradWeight", "--at", "0,0,0,2")]
    [InlineData("gradBias[0]", "libtorch: 4, los mismos bits", "--of", "gradBias", "--language", "es")]
    [InlineData("gradInput[0, 0, 0, 4]", "No window reads it: the sum has no terms.", "--of", "gradInput", "--at", "0,0,0,4", "--case",
        "max h4 w5 k2")]
    public void OneElementIsWorkedInText(string name, string end, params string[] arguments)
    {
        var (code, output, error) = CommandLine.Run(["explain", "--text", .. arguments]);
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith(name, output, StringComparison.Ordinal);
        Assert.Contains(end, output, StringComparison.Ordinal);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 80));
    }

    /// <summary>Numbers of 17 digits fit into 80 columns: the table has fewer, and says so.</summary>
    [Theory]
    [InlineData("conv h4 w5 k3 float64", "output")]
    [InlineData("conv h4 w5 k3 float64", "gradWeight")]
    [InlineData("avg h4 w5 k3x2 float64", "gradInput")]
    public void LongNumbersAreShortenedInTheTable(string @case, string of)
    {
        var (code, output, error) = CommandLine.RunWith(
            "COLUMNS", "80", "explain", "--text", "--numbers", "real", "--case", @case, "--of", of);
        Assert.Equal((0, ""), (code, error));
        Assert.All(output.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 80));
        Assert.Matches(@"(?m)^libtorch: -?\d+\.\d{14,}", output); // what it comes to is whole
    }

    /// <summary>Which of equal cells is the maximum is one sentence, forwards, backwards, and on the page.</summary>
    [Theory]
    [InlineData("output", "en")]
    [InlineData("gradInput", "en")]
    [InlineData("output", "es")]
    [InlineData("gradInput", "es")]
    public void TheRuleOfTiesIsOne(string of, string language)
    {
        string rule = language == "es" ? "Entre celdas iguales el máximo es la primera." : "Of equal cells the first is the maximum.";
        string[] arguments = ["explain", "--case", "max h4 w5 k3x2 s1", "--numbers", "ties", "--language", language];
        string text = CommandLine.Run([.. arguments, "--text", "--of", of, "--at", "0,0,1,1"]).Output;
        Assert.Contains(rule, text.ReplaceLineEndings(" ").Replace("   ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        string page = temporary["page.html"];
        Assert.Equal(0, CommandLine.Run([.. arguments, "--output", page]).Code);
        Assert.Contains($"rule: \"{rule}\"", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--case: \"conv k9\": weight has a kernel of (9, 9)", "--case", "conv k9")]
    [InlineData("--case: case = adaptive n1 c1 h6 w5 out2 float32: its windows differ", "--case", "adaptive h6 w5 out2")]
    [InlineData("has more than 10,000 cells, which is the most that a page shows", "--case", "avg h400 w300 k2")]
    [InlineData("the page counts in float32 or float64", "--case", "max h5 w5 k2 uint8")]
    [InlineData("--size: goes with --image only", "--size", "5")]
    [InlineData("--layer: goes with --run only", "--layer", "5")]
    [InlineData("--case: does not go with --run", "--run", "run", "--case", "conv k1")]
    [InlineData("--at: goes with --text only", "--at", "0,0")]
    [InlineData("--at 0,0: output has shape (1, 1, 2, 3)", "--text", "--at", "0,0")]
    [InlineData("--at one: must be indices such as 0,1,2,3", "--text", "--at", "one")]
    [InlineData("--of gradWeight: max n1 c1 h4 w5 k2 s2 p0 d1 float32 has none", "--text", "--of", "gradWeight", "--case", "max h4 w5 k2")]
    [InlineData("cannot be written", "--output", "/no/such/folder/page.html")]
    [InlineData("'nowhere.png' cannot be read", "--image", "nowhere.png")]
    public void WhatCannotBeShownIsASentence(string sentence, params string[] arguments)
    {
        var (code, output, error) = CommandLine.Run(["explain", .. arguments]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(sentence, error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }
}
