using System.Text.RegularExpressions;
using Cnn.Reference.Cases;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Cnn.Tests.Explaining;

/// <summary>A page by keyboard alone, in both languages and themes, at every width; and a large one.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public class PageUseTests(Chromium chromium) : IClassFixture<Chromium>
{
    // Not all that is right, too.
    private static readonly AxeRunOptions Violations = new() { ResultTypes = [ResultType.Violations] };

    private const string Layer = "conv n2 c2 h4 w5 o2 k2x3 s1x2 p1x0";

    [BrowserFact]
    public async Task KeyboardIsEnough()
    {
        using var walkthrough = Walkthroughs.Of(Layer);
        await using var opened = await chromium.Open(walkthrough);
        var page = opened.Page;
        // Tab reaches every control, and one cell of each grid.
        var reached = new HashSet<string>();
        for (int i = 0; i < 60; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            reached.Add(await page.EvaluateAsync<string>(
                "document.activeElement.id || document.activeElement.closest('[data-tensor]')?.dataset.tensor || document.activeElement.name || ''"));
        }
        Assert.Superset(new HashSet<string> { "language", "theme", "view", "step", "next", "play", "last", "cell", "progress", "speed",
            "all", "small", "mistake", "input", "weight", "output" }, reached);
        // Arrow keys move within a grid; Enter chooses an element of the result.
        await page.FocusAsync("[data-tensor=output] td[tabindex='0']");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowDown");
        Assert.Contains(
            "output[n=0, oc=0, oh=1, ow=1], Z[i=0, h=1, w=1, c=0]", await page.InnerTextAsync("#readout"), StringComparison.Ordinal);
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("output[n=0, oc=0, oh=1, ow=1]", await page.InnerTextAsync("#sum .name b"));
        Assert.Equal("td", await page.EvaluateAsync<string>("document.activeElement.localName"));
        // Outside of grids they step; with Shift an element further; End and Home go to the ends.
        await page.FocusAsync("#step");
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        Assert.Equal("5", await page.InputValueAsync("#cell"));
        await page.Keyboard.PressAsync("End");
        Assert.Equal(await page.GetAttributeAsync("#cell", "max"), await page.InputValueAsync("#cell"));
        await page.Keyboard.PressAsync("Home");
        Assert.Equal("1", await page.InputValueAsync("#cell"));
        Assert.Empty(opened.Complaints);
    }

    [BrowserFact]
    public async Task PlayRunsToTheEndAndPauses()
    {
        using var walkthrough = Walkthroughs.Of("conv h2 w2 k2x1 o1");
        await using var opened = await chromium.Open(walkthrough);
        var page = opened.Page;
        await page.SelectOptionAsync("#speed", "30");
        await page.ClickAsync("#play");
        Assert.Equal("off", await page.GetAttributeAsync("#status", "aria-live"));
        await Assertions.Expect(page.Locator("#step")).ToBeDisabledAsync();
        Assert.Contains("Play", await page.InnerTextAsync("#play"), StringComparison.Ordinal);
        Assert.Equal("polite", await page.GetAttributeAsync("#status", "aria-live"));
        Assert.Empty(opened.Complaints);
    }

    [BrowserFact]
    public async Task LanguageAndThemeChange()
    {
        using var walkthrough = Walkthroughs.Of(Layer);
        await using var opened = await chromium.Open(walkthrough);
        var page = opened.Page;
        string english = await page.InnerTextAsync("body"), light = await Background();
        await page.SelectOptionAsync("#language", "es");
        Assert.Equal("es", await page.GetAttributeAsync("html", "lang"));
        Assert.Equal("Una convolución, paso a paso", await page.InnerTextAsync("h1"));
        string spanish = await page.InnerTextAsync("body");
        foreach (string word in new[] { "Play", "Keys", "the sum", "Mistake" })
        {
            Assert.Contains(word, english, StringComparison.Ordinal);
            Assert.DoesNotContain(word, spanish, StringComparison.Ordinal);
        }
        await page.SelectOptionAsync("#theme", "dark");
        Assert.NotEqual(light, await Background());
        string dark = await Background();
        await page.ReloadAsync();
        Assert.Equal(("es", dark), (await page.GetAttributeAsync("html", "lang"), await Background()));
        await page.SelectOptionAsync("#theme", "light");
        Assert.Equal(light, await Background());
        Assert.Empty(opened.Complaints);

        Task<string> Background() => page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
    }

    [Fact]
    public void EverySentenceIsThereInBothLanguages()
    {
        using var stream = typeof(Reference.Explaining.ExplainPage).Assembly.GetManifestResourceStream("explain/words.js")!;
        string words = new StreamReader(stream).ReadToEnd();
        string[] halves = words.Split("  es: {");
        Assert.Equal(Keys(halves[0].Split("  en: {")[1]), Keys(halves[1]));

        static string[] Keys(string half) =>
            [.. Regex.Matches(half, @"(?<=^ +|[,{] )([a-zA-Z]+): ", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];
    }

    /// <summary>Colours change with the scheme, and what a window has room for with its width: each is seen once.</summary>
    [BrowserTheory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(900, ColorScheme.Dark)]
    public async Task NobodyIsShutOut(int width, ColorScheme scheme)
    {
        foreach (string layer in (string[])[Layer, "max n1 c1 h4 w5 k3x2 s2x1 p1x0", "avg n1 c1 h4 w5 k3x2 s2x3 p1 ceil"])
        {
            using var walkthrough = Walkthroughs.Of(layer);
            await using var opened = await chromium.Open(walkthrough, width, scheme);
            foreach (string view in Reference.Explaining.CodeView.Views(walkthrough))
            {
                await Use(opened.Page, view);
                var found = (await opened.Page.RunAxe(Violations)).Violations;
                Assert.True(found.Length == 0, $"{walkthrough.Case}, {view}, {width} {scheme}: " +
                    string.Join("; ", found.Select(each => $"{each.Id}: {each.Help} {each.Nodes[0].Html}")));
            }
            Assert.Empty(opened.Complaints);
        }
    }

    [BrowserTheory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(11)]
    public async Task NothingSticksOut(int number)
    {
        using var walkthrough = Walkthroughs.Of(number);
        await using var opened = await chromium.Open(walkthrough);
        foreach (string view in Reference.Explaining.CodeView.Views(walkthrough))
        {
            await Use(opened.Page, view);
            foreach (int width in (int[])[360, 900, 1920])
            {
                await opened.Page.SetViewportSizeAsync(width, 900);
                Assert.Equal(width, await opened.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            }
        }
        Assert.Empty(opened.Complaints);
    }

    // Shows all that a view has: an element with some of its terms, and a mistake.
    private static async Task Use(IPage page, string view)
    {
        await page.CheckAsync($"input[name=view][value={view}]");
        await page.Locator("#next").ClickAsync();
        for (int i = 0; i < 3; i++) await page.Locator("#step").ClickAsync();
        string? mistake = await page.EvaluateAsync<string?>(
            "[...document.querySelectorAll('#mistake option')].find(each => each.value && !each.disabled)?.value ?? null");
        if (mistake is not null) await page.SelectOptionAsync("#mistake", mistake);
    }

    [BrowserFact]
    public async Task LargePageIsQuick()
    {
        using var walkthrough = Walkthroughs.Of("conv n1 c1 h28 w28 o32 k3 p1", Numbers.Real);
        await using var opened = await chromium.Open(walkthrough);
        double opening = double.PositiveInfinity; // the best of three: the tests beside it take time, too
        for (int i = 0; i < 3; i++)
        {
            await opened.Page.ReloadAsync();
            opening = Math.Min(
                opening, await opened.Page.EvaluateAsync<double>("performance.getEntriesByType('navigation')[0].loadEventEnd / 1000"));
        }
        Assert.InRange(opened.Bytes, 1, 3_000_000);
        double step = await opened.Page.EvaluateAsync<double>("""
            () => {
              const start = performance.now();
              for (let i = 0; i < 50; i++) { document.getElementById("step").click(); document.body.offsetWidth; }
              return (performance.now() - start) / 50;
            }
            """);
        Assert.True(opening < 2 && step < 100, $"opened in {opening:F2} s, {step:F1} ms a step");
        Assert.Empty(opened.Complaints);
    }

    [BrowserFact]
    public async Task MistakeShowsWhatItChanges()
    {
        using var walkthrough = Walkthroughs.Of(Layer);
        await using var opened = await chromium.Open(walkthrough);
        var page = opened.Page;
        await page.SelectOptionAsync("#mistake", "bias-missing");
        Assert.Equal(10, await page.Locator("[data-tensor=output] td.mistaken").CountAsync()); // of one plane, all
        Assert.Contains("40 of 40 elements change", await page.InnerTextAsync("#mistake-text"), StringComparison.Ordinal);
        await page.CheckAsync("input[name=view][value=gradInput]");
        Assert.Contains("output", await page.InnerTextAsync("#mistake-text"), StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator("td.mistaken").CountAsync());
        await page.SelectOptionAsync("#mistake", "");
        Assert.Equal("", await page.InnerTextAsync("#mistake-text"));
    }
}
