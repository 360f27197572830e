namespace Cnn.Tests.Geometry;

/// <summary>What a refused argument must say.</summary>
internal static class Refusal
{
    /// <summary>An <see cref="ArgumentException"/> about <paramref name="argument"/> whose sentence opens with its name and holds its
    /// value.</summary>
    public static void Of(string argument, string value, Action act)
    {
        var refusal = Assert.Throws<ArgumentException>(act);

        Assert.Equal(argument, refusal.ParamName);
        Assert.StartsWith(argument + " ", refusal.Message);
        Assert.Contains(value, refusal.Message);
    }
}
