using System.Globalization;
using System.Text.Json;
using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using Cnn.Reference.Explaining;
using Microsoft.Playwright;
using TorchSharp;

namespace Cnn.Tests.Explaining;

/// <summary>What a reader sees on a page, stepping forwards and backwards, is what the C# run computed.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public class PageNumbersTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int MostElements = 15; // of a view

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
            rows: [...document.querySelectorAll(".terms tbody tr")].map(
                row => [...row.querySelectorAll("td:not(.note)")].map(cell => cell.textContent)),
            result: text(".end .result"),
            libtorch: text(".end .libtorch").split(":")[0],
            marks: [...document.querySelectorAll("#grids [data-tensor]")].map(grid => [
              grid.dataset.tensor,
              ...[...grid.querySelectorAll("td.window, td.current")].map(cell => `${cell.dataset.row},${cell.dataset.column}`).sort(),
            ]),
          };
        })
        """;

    // Presses the arrow so many times to the right, and as often to the left, and reads what is said each time.
    private const string Step = """
        steps => {
          const press = key => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
          const status = () => document.getElementById("status").innerText;
          const seen = { forwards: [status()], sums: [], backwards: [] };
          for (let i = 0; i < steps; i++) {
            press("ArrowRight");
            seen.forwards.push(status());
            seen.sums.push([...document.querySelectorAll(".terms tr.current td:not(.note)")].at(-1)?.textContent);
          }
          seen.backwards.push(status());
          for (let i = 0; i < steps; i++) {
            press("ArrowLeft");
            seen.backwards.push(status());
          }
          return seen;
        }
        """;

    private sealed record Seen(string[] Forwards, string[] Sums, string[] Backwards);

    private sealed record Shown(string Name, string[][] Rows, string Result, string Libtorch, string[][] Marks);

    public static TheoryData<int> All => [.. Enumerable.Range(0, Walkthroughs.All.Length)];

    [BrowserTheory, MemberData(nameof(All))]
    public async Task NumbersAreThoseOfTheRunForwardsAndBackwards(int number)
    {
        using var walkthrough = Walkthroughs.Of(number);
        await using var opened = await chromium.Open(walkthrough);
        await NumbersAreThoseOfTheRun(walkthrough, opened);
        await opened.Page.ReloadAsync();
        await StepsGoForwardsAndBackwards(walkthrough, opened.Page);
        Assert.Empty(opened.Complaints);
    }

    private static async Task NumbersAreThoseOfTheRun(Walkthrough walkthrough, OpenedPage opened)
    {
        var elements = new ElementTerms(walkthrough);
        foreach (string view in CodeView.Views(walkthrough))
        {
            await opened.Page.CheckAsync($"input[name=view][value={view}]");
            var result = NumberArray.Of(walkthrough.Ours(CodeView.ResultOf(view))!);
            var libtorch = NumberArray.Of(walkthrough.Libtorch(CodeView.ResultOf(view))!);
            var indices = Chosen([.. Walkthroughs.Indices(result.Shape).Index()]);
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
    }

    // The first, the last, and some between them, whose distances have no rhythm that could be the planes'.
    private static (int Index, long[] At)[] Chosen((int Index, long[] At)[] all)
    {
        if (all.Length <= MostElements) return all;
        int[] between = [.. Enumerable.Range(1, all.Length - 2)];
        new Random(5).Shuffle(between);
        return [all[0], .. between[..(MostElements - 2)].Order().Select(at => all[at]), all[^1]];
    }

    private static async Task StepsGoForwardsAndBackwards(Walkthrough walkthrough, IPage page)
    {
        var elements = new ElementTerms(walkthrough);
        foreach (string view in CodeView.Views(walkthrough))
        {
            await page.CheckAsync($"input[name=view][value={view}]");
            var shape = walkthrough.Ours(CodeView.ResultOf(view))!.shape;
            var first = Walkthroughs.Indices(shape).Take(2).ToList();
            int terms = elements.Of(view, first[0]).Count;
            int steps = Math.Min(first.Count > 1 ? terms + 2 : terms + 1, 30); // into the second element, where there is one
            await page.FocusAsync("#step");
            // a key as a reader presses it; the others are sent by the page itself, far faster
            await page.Keyboard.PressAsync("ArrowRight");
            await page.Keyboard.PressAsync("ArrowLeft");
            var seen = (await page.EvaluateAsync<JsonElement>(Step, steps)).Deserialize<Seen>(JsonSerializerOptions.Web)!;
            for (int step = 0; step < Math.Min(steps, terms); step++)
            {
                string where = $"{walkthrough.Case}, {view}, step {step + 1}";
                AssertSame(elements.Of(view, first[0])[step].Sum, seen.Sums[step], walkthrough, where);
            }
            Assert.Equal(steps + 1, seen.Forwards.Distinct().Count());
            Assert.Equal(Enumerable.Reverse(seen.Forwards), seen.Backwards);
        }
    }

    /// <summary>
    /// 16777218 + (1 + 2^-23)(1 - 2^-23) lies just below the middle of two singles; rounded to a double first, it would lie on it, and go
    /// up.
    /// </summary>
    [BrowserFact]
    public async Task ASumIsRoundedOnce()
    {
        float eps = MathF.BitIncrement(1) - 1;
        using torch.Tensor input = torch.tensor(new[] { 16777218f, 1 + eps }).reshape(1, 1, 1, 2),
        weight = torch.tensor(new[] { 1f, 1 - eps }).reshape(1, 1, 1, 2);
        using var walkthrough = Walkthrough.Of(new Problem(CaseWords.Parse("conv h1 w2 k1x2 nobias"), input, weight, null, null));
        await using var opened = await chromium.Open(walkthrough);
        var json = await opened.Page.EvaluateAsync<JsonElement>(ReadElements, new[] { 0 });
        Assert.Equal("16777218", json.Deserialize<Shown[]>(JsonSerializerOptions.Web)![0].Result);
    }

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
            var reads = terms.SelectMany(term => term.Right is { } right ? new[] { term.Left, right }
                : [term.Left]).Where(read => read.Tensor == name).ToList();
            var shown = reads.Where(
                read => (read.Inside || name == "input") && read.Index[0] == reads[^1].Index[0] && read.Index[1] == reads[^1].Index[1]);
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
        Assert.True(
            Bits(expected, walkthrough) == Bits(Parse(shown), walkthrough), $"{where}: the page shows {shown}, the run has {expected:R}");

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
