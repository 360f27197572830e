using System.Globalization;
using System.Text.Json;
using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using Cnn.Reference.Explaining;
using Microsoft.Playwright;
using TorchSharp;

namespace Cnn.Tests.Explaining;

/// <summary>What a reader sees on a page, stepping forwards and backwards, is what the C# run computed.</summary>
public class PageNumbersTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int MostElements = 40; // of a view, evenly chosen

    // Chooses elements by the page's own controls, goes to their end, and reads rows and result off the page.
    private const string ReadElements = """
        elements => elements.map(element => {
          const set = (id, value, event) => {
            const control = document.getElementById(id);
            control.value = value;
            control.dispatchEvent(new Event(event));
          };
          set("cell", element + 1, "change");
          set("progress", document.getElementById("progress").max, "input");
          const text = selector => document.querySelector(selector)?.textContent;
          return {
            name: text("#sum .name b"),
            rows: [...document.querySelectorAll(".terms tbody tr")].map(row => [...row.querySelectorAll("td:not(.note)")].map(cell => cell.textContent)),
            result: text(".end .result"),
            libtorch: text(".end .libtorch").split(":")[0],
            marks: [...document.querySelectorAll("#grids [data-tensor]")].map(grid => [
              grid.dataset.tensor,
              ...[...grid.querySelectorAll("td.window, td.current")].map(cell => `${cell.dataset.row},${cell.dataset.column}`).sort(),
            ]),
          };
        })
        """;

    private sealed record Shown(string Name, string[][] Rows, string Result, string Libtorch, string[][] Marks);

    public static TheoryData<int> All => [.. Enumerable.Range(0, Walkthroughs.All.Length)];

    [BrowserTheory, MemberData(nameof(All))]
    public async Task NumbersAreThoseOfTheRun(int number)
    {
        using var walkthrough = Walkthroughs.Of(number);
        await using var opened = await chromium.Open(walkthrough);
        var elements = new ElementTerms(walkthrough);
        foreach (string view in CodeView.Views(walkthrough))
        {
            await opened.Page.CheckAsync($"input[name=view][value={view}]");
            var result = NumberArray.Of(walkthrough.Ours(CodeView.ResultOf(view))!);
            var libtorch = NumberArray.Of(walkthrough.Libtorch(CodeView.ResultOf(view))!);
            int every = Math.Max(1, result.Count / MostElements);
            var indices = Walkthroughs.Indices(result.Shape).Index().Where(each => each.Index % every == 0).ToList();
            var json = await opened.Page.EvaluateAsync<JsonElement>(ReadElements, indices.Select(each => each.Index).ToArray());
            var shown = json.Deserialize<Shown[]>(JsonSerializerOptions.Web)!;
            foreach (var ((_, index), page) in indices.Zip(shown))
            {
                string where = $"{walkthrough.Case}, {view}[{string.Join(", ", index)}]";
                var terms = elements.Of(view, index);
                Assert.Equal(terms.Select(term => Expected(term, walkthrough)), page.Rows.Select(row => Read(row, terms, walkthrough)));
                AssertSame(result[index], page.Result, walkthrough, where);
                Assert.Equal(Marked(walkthrough, terms, view, index), page.Marks);
                AssertSame(libtorch[index], page.Libtorch, walkthrough, $"{where}, libtorch's");
            }
        }
        Assert.Empty(opened.Complaints);
    }

    [BrowserTheory, MemberData(nameof(All))]
    public async Task StepsGoForwardsAndBackwards(int number)
    {
        using var walkthrough = Walkthroughs.Of(number);
        await using var opened = await chromium.Open(walkthrough);
        var page = opened.Page;
        var elements = new ElementTerms(walkthrough);
        foreach (string view in CodeView.Views(walkthrough))
        {
            await page.CheckAsync($"input[name=view][value={view}]");
            var shape = walkthrough.Ours(CodeView.ResultOf(view))!.shape;
            var first = Walkthroughs.Indices(shape).Take(2).ToList();
            int terms = elements.Of(view, first[0]).Count;
            int steps = Math.Min(first.Count > 1 ? terms + 2 : terms + 1, 30); // into the second element, where there is one
            var said = new List<string> { await Status(page) };
            await page.FocusAsync("#step");
            for (int step = 0; step < steps; step++)
            {
                await page.Keyboard.PressAsync("ArrowRight");
                said.Add(await Status(page));
                if (step < terms)
                {
                    var cells = await page.Locator(".terms tr.current td:not(.note)").AllTextContentsAsync();
                    AssertSame(elements.Of(view, first[0])[step].Sum, cells[^1], walkthrough, $"{walkthrough.Case}, {view}, step {step + 1}");
                }
            }
            Assert.Equal(said.Count, said.Distinct().Count());
            foreach (string sentence in Enumerable.Reverse(said).Skip(1))
            {
                await page.Keyboard.PressAsync("ArrowLeft");
                Assert.Equal(sentence, await Status(page));
            }
        }
        Assert.Empty(opened.Complaints);
    }

    /// <summary>
    /// 16777218 + (1 + 2^-23)(1 - 2^-23) lies just below the middle of two singles; rounded to a double first, it would lie on it, and go up.
    /// </summary>
    [BrowserFact]
    public async Task ASumIsRoundedOnce()
    {
        float eps = MathF.BitIncrement(1) - 1;
        using torch.Tensor input = torch.tensor(new[] { 16777218f, 1 + eps }).reshape(1, 1, 1, 2), weight = torch.tensor(new[] { 1f, 1 - eps }).reshape(1, 1, 1, 2);
        using var walkthrough = Walkthrough.Of(new Problem(CaseWords.Parse("conv h1 w2 k1x2 nobias"), input, weight, null, null));
        await using var opened = await chromium.Open(walkthrough);
        var json = await opened.Page.EvaluateAsync<JsonElement>(ReadElements, new[] { 0 });
        Assert.Equal("16777218", json.Deserialize<Shown[]>(JsonSerializerOptions.Web)![0].Result);
    }

    private static Task<string> Status(IPage page) => page.InnerTextAsync("#status");

    // The loop indices of a term, what it reads, and the sum after it.
    private static string Expected(Term term, Walkthrough walkthrough) => string.Join(" ",
        [.. term.At.Select(index => index.ToString(CultureInfo.InvariantCulture)), Bits(term.Left.Number, walkthrough),
            .. term.Right is { } right ? [Bits(right.Number, walkthrough)] : Array.Empty<string>(), Bits(term.Sum, walkthrough)]);

    private static string Read(string[] row, IReadOnlyList<Term> terms, Walkthrough walkthrough)
    {
        int indices = terms[0].At.Length, factors = terms[0].Right is null ? 1 : 2;
        int after = (terms[0].Right is not null ? 1 : 0) + (terms[0].Divisor is not null ? 2 : 0) + 1; // product; divisor and share; sum
        return string.Join(" ", [.. row[..indices], .. row[^(after + factors)..^after].Select(Number), Number(row[^1])]);

        string Number(string text) => Bits(Parse(text), walkthrough);
    }

    // At the end of an element: in each tensor's plane that the last term reads, the cells that any term reads; of the result, the element.
    private static IEnumerable<string[]> Marked(Walkthrough walkthrough, IReadOnlyList<Term> terms, string view, long[] index)
    {
        string element = index.Length == 1 ? $"0,{index[0]}" : $"{index[2]},{index[3]}";
        bool isMaxGradient = (walkthrough.Case.Kind, view) == (LayerKind.Max, CodeView.GradInput);
        foreach (string name in Sources(walkthrough.Case.Kind, view))
        {
            if (name == "bias")
            {
                if (walkthrough.Case.Bias) yield return [name, $"0,{index[1]}"];
                continue;
            }
            var reads = terms.SelectMany(term => term.Right is { } right ? new[] { term.Left, right } : [term.Left]).Where(read => read.Tensor == name).ToList();
            var shown = reads.Where(read => (read.Inside || name == "input") && read.Index[0] == reads[^1].Index[0] && read.Index[1] == reads[^1].Index[1]);
            yield return isMaxGradient && name == "input" ? [name, element]
                : [name, .. shown.Select(read => $"{read.Index[2]},{read.Index[3]}").Distinct().Order(StringComparer.Ordinal)];
        }
        yield return [CodeView.ResultOf(view), element];
    }

    private static string[] Sources(LayerKind kind, string view) => (kind, view) switch
    {
        (LayerKind.Conv, CodeView.Forward) => ["input", "weight", "bias"],
        (_, CodeView.Forward) => ["input"],
        (LayerKind.Conv, CodeView.GradInput) => ["gradOutput", "weight"],
        (LayerKind.Conv, CodeView.GradWeight) => ["gradOutput", "input"],
        (LayerKind.Max, _) => ["gradOutput", "input"],
        _ => ["gradOutput"],
    };

    private static void AssertSame(double expected, string shown, Walkthrough walkthrough, string where) =>
        Assert.True(Bits(expected, walkthrough) == Bits(Parse(shown), walkthrough), $"{where}: the page shows {shown}, the run has {expected:R}");

    private static double Parse(string text) => text.Split(' ')[0] switch
    {
        "NaN" => double.NaN,
        "∞" => double.PositiveInfinity,
        "-∞" => double.NegativeInfinity,
        var number => double.Parse(number, CultureInfo.InvariantCulture),
    };

    private static string Bits(double number, Walkthrough walkthrough) =>
        double.IsNaN(number) ? "NaN"
        : walkthrough.Case.DType == torch.ScalarType.Float32 ? $"{BitConverter.SingleToInt32Bits((float)number):x}"
        : $"{BitConverter.DoubleToInt64Bits(number):x}";
}
