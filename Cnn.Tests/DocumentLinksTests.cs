using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Cnn.Tests;

/// <summary>What the documents point to is there.</summary>
public class DocumentLinksTests
{
    private static readonly string Tree = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, ".."));

    public static TheoryData<string> Documents =>
    [
        .. new[] { Tree, Path.Combine(Tree, "docs") }.SelectMany(folder => Directory.GetFiles(folder, "*.md"))
            .Select(file => Path.GetRelativePath(Tree, file)),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void EveryLinkLeadsSomewhere(string document)
    {
        string path = Path.Combine(Tree, document), folder = Path.GetDirectoryName(path)!;
        var targets = Regex.Matches(File.ReadAllText(path), @"\]\(([^)#\s]+)[^)]*\)").Select(match => match.Groups[1].Value);
        var here = targets.Where(target => !target.Contains("://", StringComparison.Ordinal));
        string[] dead = [.. here.Where(target => !Path.Exists(Path.Combine(folder, target)))];
        Assert.True(dead.Length == 0, $"{document} points to {string.Join(", ", dead)}, which is not there.");
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
