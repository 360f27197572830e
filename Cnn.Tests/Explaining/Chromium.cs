using Cnn.Reference;
using Cnn.Reference.Cases;
using Cnn.Reference.Explaining;
using Microsoft.Playwright;
using Xunit.Sdk;

namespace Cnn.Tests.Explaining;

/// <summary>A browser without windows, and pages opened in it from disk, as a reader opens them.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // What a browser asks of the network by itself is no page's doing.
    private static readonly string[] Quiet =
        ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--no-first-run"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("explain");
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>The browser's program; null where there is none.</summary>
    public static string? Program { get; } = new[] { "chromium", "chromium-browser", "google-chrome" }
        .SelectMany(
            name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder,
                name)))
        .FirstOrDefault(File.Exists);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = Quiet });
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.CloseAsync();
        playwright?.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>Writes the page of a walkthrough and opens it.</summary>
    /// <param name="walkthrough">What it shows.</param>
    /// <param name="width">Of the window.</param>
    /// <param name="scheme">The system's colours.</param>
    internal async Task<OpenedPage> Open(Walkthrough walkthrough, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        string path = Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.html");
        using (var file = File.Create(path)) ExplainPage.Write(file, walkthrough, Language.English);
        var context = await browser!.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        var opened = new OpenedPage(await context.NewPageAsync(), path);
        await opened.Page.GotoAsync($"file://{path}");
        return opened;
    }
}

/// <summary>A page, and what it complained of.</summary>
internal sealed class OpenedPage : IAsyncDisposable
{
    private readonly List<string> complaints = [];

    public OpenedPage(IPage page, string path)
    {
        (Page, Bytes) = (page, new FileInfo(path).Length);
        page.Console += (_, message) => complaints.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (request.Url != $"file://{path}") complaints.Add($"asked for {request.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>The size of the file.</summary>
    public long Bytes { get; }

    /// <summary>Messages on the console, errors, and requests to anywhere.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
}

/// <summary>A test in a browser; left out, with the reason, where there is none.</summary>
[TraitDiscoverer(NeedsDiscoverer.Name, NeedsDiscoverer.Assembly)]
public sealed class BrowserFactAttribute : FactAttribute, INeeding
{
    /// <inheritdoc/>
    public string Needs => Traits.Browser;

    public BrowserFactAttribute()
    {
        if (Chromium.Program is null) Skip = Reason;
    }

    internal const string Reason = "no chromium here (on Debian: apt-get install chromium)";
}

/// <summary>As <see cref="BrowserFactAttribute"/>, with data.</summary>
[TraitDiscoverer(NeedsDiscoverer.Name, NeedsDiscoverer.Assembly)]
public sealed class BrowserTheoryAttribute : TheoryAttribute, INeeding
{
    /// <inheritdoc/>
    public string Needs => Traits.Browser;

    public BrowserTheoryAttribute()
    {
        if (Chromium.Program is null) Skip = BrowserFactAttribute.Reason;
    }
}
