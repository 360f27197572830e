using System.Net;
using System.Text;

namespace Cnn.Reference.Explaining;

/// <summary>A walkthrough as one HTML file, which needs nothing beside it: no network, no fonts, no other file.</summary>
internal static class ExplainPage
{
    // In the order in which they build on each other.
    private static readonly string[] Scripts =
        ["numbers", "geometry", "words", "steps", "grid", "terms", "code", "mistakes", "player", "page"];

    /// <summary>Writes the page as UTF-8.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="walkthrough">What to show.</param>
    /// <param name="language">The language in which it opens; the other one is in it as well.</param>
    /// <param name="command">What makes the page again; null for no command.</param>
    public static void Write(Stream file, Walkthrough walkthrough, Language language, string? command = null)
    {
        using var writer = new StreamWriter(file, new UTF8Encoding(false), leaveOpen: true);
        writer.Write(Of(walkthrough, language, command));
    }

    private static string Of(Walkthrough walkthrough, Language language, string? command)
    {
        string script = string.Join("\n", Scripts.Select(name => Part($"{name}.js")));
        return Part("page.html")
            .Replace("{{language}}", language == Language.Spanish ? "es" : "en", StringComparison.Ordinal)
            .Replace("{{title}}", WebUtility.HtmlEncode(walkthrough.Case.ToString()), StringComparison.Ordinal)
            .Replace("{{style}}", Part("page.css"), StringComparison.Ordinal)
            .Replace("{{script}}", script, StringComparison.Ordinal)
            .Replace("{{data}}", PageData.Of(walkthrough, language, command).ToJson(), StringComparison.Ordinal);
    }

    private static string Part(string name)
    {
        using var stream = typeof(ExplainPage).Assembly.GetManifestResourceStream($"explain/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
