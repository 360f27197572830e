using System.Runtime.CompilerServices;

namespace Cnn.Tests.Build;

public class LineLengthTests
{
    private const int Most = 140;

    private static readonly string[] Folders = ["Cnn.Layers", "Cnn.Reference", "Cnn.Tests", "samples"];

    private static readonly string[] Built = ["bin", "obj"];

    /// <summary>Lines are no longer than a window beside another one shows, in characters.</summary>
    [Fact]
    public void LinesFitAWindow()
    {
        string repository = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));
        string[] files =
        [
            .. from folder in Folders
               from file in Directory.EnumerateFiles(Path.Combine(repository, folder), "*.cs", SearchOption.AllDirectories)
               let path = Path.GetRelativePath(repository, file)
               where !path.Split(Path.DirectorySeparatorChar).Any(Built.Contains)
               select path,
        ];
        Assert.All(Folders, folder => Assert.Contains(files, file => file.StartsWith(folder, StringComparison.Ordinal)));
        Assert.Equal("", string.Join('\n',
            from file in files
            from line in File.ReadLines(Path.Combine(repository, file)).Select((text, at) => (Text: text, Number: at + 1))
            where line.Text.Length > Most && !IsSentence(file, line.Text)
            select $"{file}, line {line.Number}: {line.Text.Length} characters"));
    }

    // What a program must say stands whole in its test: it is searched for.
    private static bool IsSentence(string file, string line)
    {
        const int least = 60;
        string[] literals = [.. line.Split('"').Where((_, part) => part % 2 == 1)];
        return file.StartsWith("Cnn.Tests", StringComparison.Ordinal) && literals.Any(literal => literal.Length > least);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
