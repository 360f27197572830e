using Cnn.Reference.Mistakes;
using Cnn.Tests.Printing;

namespace Cnn.Tests.Commands;

/// <summary><c>museum</c>, as a user starts it.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public class MuseumCommandTests
{
    [Fact]
    public void EveryMistakeIsListed()
    {
        var (code, output, error) = CommandLine.Run("museum");
        Assert.Equal((0, ""), (code, error));
        string[] lines = output.Split('\n');
        Assert.All(Collection.All, mistake => Assert.Contains(mistake.Id, lines));
        Assert.Contains("Kulbear/deep-learning-coursera#34", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bias-twice", "The bias is added twice.", "It must be ", "smallest case of the layers: conv n1 c1 h1 w1 o1 k1")]
    [InlineData("mask-inverted", "The mask is inverted", "1 is true, 0 is false.", "exercise: CreateMaskFromWindow")]
    [InlineData("ceil-mode-ignored", "ceil_mode is not used", "has another shape", "of check's corpus")]
    public void OneIsShownWithItsSmallestCase(string id, params string[] said)
    {
        var (code, output, error) = CommandLine.Run("museum", id);
        Assert.Equal((0, ""), (code, error));
        Assert.All(said, sentence => Assert.Contains(sentence, output, StringComparison.Ordinal));
    }

    [Fact]
    public void ItSpeaksSpanish()
    {
        var (code, output, _) = CommandLine.Run("museum", "stride-ignored-width", "--language", "es");
        Assert.Equal(0, code);
        Assert.Contains("No se usa el stride a lo ancho", output, StringComparison.Ordinal);
        Assert.Contains("Debe ser", output, StringComparison.Ordinal);
    }

    /// <summary>Every story has a sentence of its own in each language, and the one that is asked for is printed.</summary>
    [Fact]
    public void StoriesAreInTheLanguageToo()
    {
        Assert.All(Threads.Stories, story =>
        {
            Assert.EndsWith(".", story.Value.Spanish, StringComparison.Ordinal);
            Assert.NotEqual(story.Value.English, story.Value.Spanish);
        });
        string said = Columns.Unfolded(CommandLine.Run("museum", "bias-per-product", "--language", "es").Output);
        Assert.Contains("Kulbear/deep-learning-coursera#45: El bias se sumaba a cada producto, y el número esperado", said,
            StringComparison.Ordinal);
        Assert.DoesNotContain("The bias", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mistake nope: must be the name of one; museum lists them all.", "nope")]
    [InlineData("mistake bias-twce: did you mean bias-twice?", "bias-twce")]
    [InlineData("mistake kernel-f: did you mean kernel-flipped?", "kernel-f")]
    [InlineData("--language fr: must be en or es.", "--language", "fr")]
    public void WhatIsNotThereIsRefusedInASentence(string sentence, params string[] arguments)
    {
        var (code, output, error) = CommandLine.Run(["museum", .. arguments]);
        Assert.Equal((2, "", sentence), (code, output, error.TrimEnd()));
    }
}
