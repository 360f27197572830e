using Cnn.Reference.Benchmarks;
using Cnn.Reference.Files;
using Cnn.Tests.Build;

namespace Cnn.Tests.Commands;

/// <summary>A folder where a file is wanted says so: the operating system says that access is denied.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class FolderForFileTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void ForRows() =>
        Assert.Equal(
            $"--rows {temporary.Path}: cannot be read: it is a folder.",
            Assert.Throws<UsageException>(() => RowFile.Read(new FileInfo(temporary.Path))).Message);

    [Fact]
    public void ForAnImage()
    {
        string run = temporary["run"];
        Assert.Equal(
            0, CommandLine.Run("train", "--layers", "pool 14, flatten, fc 10", "--epochs", "1", "--twin", "none", "--output", run).Code);

        var (code, output, error) = CommandLine.Run("predict", "--run", run, temporary.Path);

        Assert.Equal((2, "", $"'{temporary.Path}' is a folder, not a file."), (code, output, error.TrimEnd()));
    }
}
