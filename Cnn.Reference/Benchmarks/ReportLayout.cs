using Cnn.Reference.Printing;
using Spectre.Console;

namespace Cnn.Reference.Benchmarks;

/// <summary>How every report of <c>bench</c> is laid out: the machine, tables with titles, and what they come to.</summary>
/// <param name="console">Where it is printed.</param>
/// <param name="markdown">Whether as Markdown.</param>
internal sealed class ReportLayout(IAnsiConsole console, bool markdown)
{
    /// <summary>The head: what the figures depend on.</summary>
    public void Head(int threads, Sides sides)
    {
        Say(Machine.Describe(threads, sides.Algorithm));
        Say(sides.Sentence);
    }

    /// <summary>A sentence.</summary>
    public void Say(string sentence) => console.Say(sentence);

    /// <summary>A table, and what it shows.</summary>
    public void Table(string title, TextTable table)
    {
        Gap();
        Say(title);
        if (markdown) Gap();
        table.Print(console, markdown);
    }

    /// <summary>Lines to be copied, which are not folded, and what they are.</summary>
    public void Lines(string title, IEnumerable<string> lines)
    {
        const string fence = "```";
        Gap();
        Say(title);
        if (markdown) console.Profile.Out.Writer.WriteLine($"\n{fence}text");
        foreach (string line in lines) console.Profile.Out.Writer.WriteLine(line);
        if (markdown) console.Profile.Out.Writer.WriteLine(fence);
    }

    /// <summary>An empty line.</summary>
    public void Gap() => console.Profile.Out.Writer.WriteLine();

    /// <summary>One of the sentences that the tables come to: a list in Markdown.</summary>
    public void Point(string sentence) => console.Say(markdown ? $"- {sentence}" : sentence, indent: markdown ? 2 : 0);

    /// <summary>The last sentence, where the user has stopped the run.</summary>
    public void EndOf(bool stopped, string what)
    {
        if (stopped) Point($"STOPPED: the {what} after these were not run.");
    }
}
