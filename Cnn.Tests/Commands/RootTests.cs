using Cnn.Reference.Commands;

namespace Cnn.Tests.Commands;

/// <summary>The command above all others.</summary>
public class RootTests
{
    /// <summary>A RootCommand is called like the executable: in a program called check it would be taken for the command.</summary>
    [Fact]
    public void ItHasANameOfItsOwn()
    {
        var root = Root.Create(CheckCommand.Create());
        Assert.Equal("cnn", root.Name);
        Assert.IsNotType<System.CommandLine.RootCommand>(root);
        Assert.Contains(
            "Usage:\n  cnn [command] [options]", CommandLine.Run("--help").Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    /// <summary>Not that of the program which has the library.</summary>
    [Fact]
    public void ItsVersionIsTheLibrarys()
    {
        var (code, output, error) = CommandLine.Run("--version");
        Assert.Equal((0, Cnn.Reference.Benchmarks.Machine.VersionOf(typeof(Root).Assembly), ""), (code, output.TrimEnd(), error));
    }
}
