using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Cnn.Tests;

/// <summary>
/// The code in the documents is cut from the sources, and what a command prints there is what it prints: a block below
/// <c>&lt;!-- code FILE | first line | last line --&gt;</c> or <c>&lt;!-- run ARGUMENTS --&gt;</c> is made anew and compared. With
/// CNN_WRITE_DOCS=1 in the environment it is written instead.
/// </summary>
[Trait(Traits.Speed, Traits.Slow)]
public class DocumentBlocksTests
{
    private static readonly string Tree = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, ".."));

    private static readonly Regex Block = new(@"<!-- (code|run) (.+?) -->\n```(\w*)\n(.*?)```", RegexOptions.Singleline);

    private static readonly string[] Files =
        [.. Directory.GetFiles(Path.Combine(Tree, "docs"),
            "*.md").Where(file => Block.IsMatch(File.ReadAllText(file))).Select(file => Path.GetFileName(file))];

    public static TheoryData<string> Documents => [.. Files];

    [Theory, MemberData(nameof(Documents))]
    public void BlocksAreWhatTheyAreOf(string document)
    {
        string path = Path.Combine(Tree, "docs", document), text = File.ReadAllText(path);
        string made = Block.Replace(text, match =>
            $"<!-- {match.Groups[1]} {match.Groups[2]} -->\n```{match.Groups[3]}\n{Content(match.Groups[1].Value, match.Groups[2].Value)}```");
        if (Environment.GetEnvironmentVariable("CNN_WRITE_DOCS") == "1") File.WriteAllText(path, made);
        else Assert.True(made == text,
            $"docs/{document} has drifted. CNN_WRITE_DOCS=1 dotnet test --filter {nameof(DocumentBlocksTests)} writes:\n{made}");
    }

    [Fact]
    public void ThereAreSuchDocuments() => Assert.InRange(Files.Length, 4, 100); // two subjects, in two languages each

    private static string Content(string kind, string what) => kind == "code" ? Cut(what.Split(" | ")) : Printed(what);

    // From the line that begins so to the one that ends so, moved to the left margin.
    private static string Cut(string[] parts)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Tree, parts[0]));
        int first = Array.FindIndex(lines, line => line.TrimStart().StartsWith(parts[1], StringComparison.Ordinal));
        int last = first < 0 ? -1 : Array.FindIndex(lines, first, line => line.TrimStart().StartsWith(parts[2], StringComparison.Ordinal));
        Assert.True(last >= 0, $"{parts[0]} has no lines from \"{parts[1]}\" to \"{parts[2]}\"");
        int indent = lines[first].Length - lines[first].TrimStart().Length;
        var text = new StringBuilder();
        foreach (string line in lines[first..(last + 1)]) text.Append(line.Length > indent ? line[indent..] : "").Append('\n');
        return text.ToString();
    }

    private static string Printed(string arguments)
    {
        string[] words = [.. Regex.Matches(arguments, "\"([^\"]*)\"|(\\S+)").Select(
            match => match.Groups[1].Success ? match.Groups[1].Value : match.Value)];
        var (code, output, error) = Commands.CommandLine.Run(words);
        Assert.Equal((0, ""), (code, error));
        return $"$ cnn {arguments}\n{output.ReplaceLineEndings("\n").TrimEnd('\n')}\n";
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
