using System.Xml.Linq;
using Cnn.Reference.Sources;

namespace Cnn.Reference.Workbook;

/// <summary>A parameter, or one of several results.</summary>
/// <param name="Type">Its type, as it is written.</param>
/// <param name="Name">Its name.</param>
/// <param name="Document">What the source says of it; empty for a result.</param>
internal sealed record Parameter(string Type, string Name, string Document);

/// <summary>
/// The head of a function that students write, cut from the source of its solution. A cache, which passes on what the forward pass was
/// given, is replaced by what it holds: the check has no forward pass before it.
/// </summary>
/// <param name="Name">As in C#.</param>
/// <param name="Summary">The source's sentence, up to what it gives away.</param>
/// <param name="Parameters">What the function takes.</param>
/// <param name="Results">What it returns: one without a name, or several.</param>
/// <param name="InPython">The names that the exercise itself gives to its parameters: with the cache.</param>
internal sealed record Signature(
    string Name, string Summary, IReadOnlyList<Parameter> Parameters, IReadOnlyList<Parameter> Results, IReadOnlyList<string> InPython)
{
    private const string Public = "public static ", Comment = "///", Cache = "Cache";

    /// <summary>Cuts it out.</summary>
    /// <param name="file">The source: <c>StepByStep.Convolution.cs</c>.</param>
    /// <param name="method">The function.</param>
    /// <exception cref="ArgumentException">There is no such file, or no such function in it.</exception>
    public static Signature Of(string file, string method)
    {
        string[] body = SourceCode.Method(file, method);
        string head = string.Join(' ', body.TakeWhile(line => line != "{").Select(line => line.Trim()));
        string returned = head[Public.Length..head.IndexOf($" {method}(", StringComparison.Ordinal)];
        var documents = Documents(SourceCode.File(file), line => line.Contains($" {method}(", StringComparison.Ordinal));
        // What may be left out with null is no part of the exercise.
        var own = Members(head[(head.IndexOf($" {method}(", StringComparison.Ordinal) + method.Length + 2)..^1], documents)
            .Where(parameter => !parameter.Name.EndsWith("= null", StringComparison.Ordinal)).Select(WithoutDefault).ToList();
        var results = returned.StartsWith('(') ? Members(returned[1..^1], documents) : [new(returned, "", "")];
        var kept = results.Where(result => !IsCache(result)).ToList();
        return new(
            method, SummaryOf(documents), [.. own.SelectMany(Opened).DistinctBy(parameter => parameter.Name)],
            kept.Count == 1 ? [kept[0] with { Name = "" }] : kept, [.. own.Select(parameter => parameter.Name)]);
    }

    /// <summary>What it returns, as it is written.</summary>
    public string Returned =>
        Results is [var one] ? one.Type : $"({string.Join(", ", Results.Select(result => $"{result.Type} {result.Name}"))})";

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Public}{Returned} {Name}({string.Join(", ", Parameters.Select(parameter => $"{parameter.Type} {parameter.Name}"))})";

    private static bool IsCache(Parameter parameter) => parameter.Type.EndsWith(Cache, StringComparison.Ordinal);

    // The members of the record that a cache is, from the record's own source.
    private static IEnumerable<Parameter> Opened(Parameter parameter)
    {
        if (!IsCache(parameter)) return [parameter];
        string[] lines = SourceCode.File($"{parameter.Type}.cs");
        string record = lines.First(line => line.Contains($" record {parameter.Type}(", StringComparison.Ordinal));
        return Members(record[(record.IndexOf('(', StringComparison.Ordinal) + 1)..record.LastIndexOf(')')],
            Documents(lines, line => line == record));
    }

    private static Parameter WithoutDefault(Parameter parameter) => parameter with { Name = parameter.Name.Split(' ')[0] };

    // "Tensor X, (long n_H, long n_W) shape" at its outer commas; the last space outside of parentheses stands before the name.
    private static List<Parameter> Members(string list, XElement documents)
    {
        var members = new List<Parameter>();
        int depth = 0, start = 0;
        for (int at = 0; at <= list.Length; at++)
        {
            if (at < list.Length && list[at] is '(' or '<') depth++;
            if (at < list.Length && list[at] is ')' or '>') depth--;
            if (at < list.Length && (list[at] != ',' || depth > 0)) continue;
            string[] parts = list[start..at].Trim().Split(" = ");
            int space = parts[0].LastIndexOf(' ');
            string name = parts[0][(space + 1)..];
            members.Add(new(parts[0][..space], parts.Length > 1 ? $"{name} = {parts[1]}" : name, Text(documents, name)));
            start = at + 1;
        }
        return members;
    }

    // The comment above a line.
    private static XElement Documents(string[] lines, Func<string, bool> isHead)
    {
        int head = Array.FindIndex(lines, line => line.Trim().StartsWith("public ", StringComparison.Ordinal) && isHead(line));
        var comment = lines[..head].Reverse().TakeWhile(line => line.Trim().StartsWith(Comment, StringComparison.Ordinal)).Reverse();
        return XElement.Parse($"<all>{string.Join('\n', comment.Select(line => line.Trim()[Comment.Length..]))}</all>");
    }

    private static string SummaryOf(XElement documents)
    {
        string summary = Plain(documents.Element("summary"));
        int end = summary.IndexOf("): ", StringComparison.Ordinal); // behind "(exercise, section 2)" comes the answer
        return end < 0 ? summary : summary[..(end + 1)] + ".";
    }

    private static string Text(XElement documents, string name) =>
        Plain(documents.Elements("param").FirstOrDefault(element => element.Attribute("name")?.Value == name));

    private static string Plain(XElement? element)
    {
        if (element is null) return "";
        var words = element.Nodes().Select(node => node is XElement { Name.LocalName: "see" } see
            ? see.Attribute("cref")!.Value.Split('.')[^1] : node is XElement inner ? inner.Value : node.ToString());
        return string.Join(' ', string.Concat(words).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }
}
