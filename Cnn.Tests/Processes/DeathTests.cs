using Cnn.Reference.Processes;

namespace Cnn.Tests.Processes;

/// <summary>What a process's last words say of its end.</summary>
public class DeathTests
{
    /// <summary>Whatever it has printed before, on whatever system.</summary>
    [Theory]
    [InlineData("Stack overflow.\n   at Exercises.ZeroPad()\n", true)]
    [InlineData("a row\nStack overflow.\r\nRepeated 9000 times:\r\n   at Exercises.ZeroPad()\r\n", true)]
    [InlineData("Stack overflow. is what I print\n", false)]
    [InlineData("", false)]
    public void AFullStackIsKnown(string words, bool isFull) => Assert.Equal(isFull, Of(words).IsStackOverflow);

    [Fact]
    public void WhatNobodyCaughtIsTold()
    {
        Assert.Equal(
            "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
            Of("printed\nterminate called after throwing an instance of 'c10::Error'\n" +
                "  what():  mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)\nException raised from meta\n").NativeException);
        Assert.Null(Of("Stack overflow.\n").NativeException);
    }

    private static Death Of(string words) => new(134, TimeSpan.FromSeconds(10), words);
}
