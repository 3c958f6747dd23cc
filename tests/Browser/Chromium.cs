using Microsoft.Playwright;

namespace DcrDsl.Browser.Tests;

/// <summary>A headless Chromium of this machine; none is downloaded. DCRDSL_CHROMIUM names one that is elsewhere.</summary>
public sealed class Chromium : IAsyncLifetime
{
    IPlaywright? playwright;
    IBrowser? browser;

    /// <summary>The program; null: there is none.</summary>
    public static string? Program { get; } =
        Environment.GetEnvironmentVariable("DCRDSL_CHROMIUM") is { Length: > 0 } named ? named : Known().FirstOrDefault(File.Exists);

    static bool IsAsked => Environment.GetEnvironmentVariable("DCRDSL_BROWSER") == "1";

    public async ValueTask InitializeAsync()
    {
        if (Program is null || !IsAsked)
            return;
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    /// <summary>A file opened in a new page, with everything that it says and asks for written down.</summary>
    public async Task<OpenPage> Open(string file, BrowserNewContextOptions? options = null, string anchor = "")
    {
        Assert.SkipUnless(IsAsked, "Opening pages takes minutes: set DCRDSL_BROWSER=1 to run it.");
        Assert.SkipWhen(browser is null, "There is no Chromium here: install one, or name it by DCRDSL_CHROMIUM.");
        var context = await browser.NewContextAsync(options ?? new());
        var page = await context.NewPageAsync();
        var open = new OpenPage(page);
        await page.GotoAsync(new Uri(file).AbsoluteUri + anchor);
        return open;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.CloseAsync();
        playwright?.Dispose();
    }

    static IEnumerable<string> Known()
    {
        string[] names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            downloads = Path.Combine(home, ".cache", "ms-playwright");
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        foreach (string name in names)
            yield return Path.Combine(folder, name);
        if (Directory.Exists(downloads))
            foreach (string file in Directory.EnumerateFiles(downloads, "*", SearchOption.AllDirectories))
                if (Path.GetFileName(file) is "chrome" or "headless_shell")
                    yield return file;
    }
}

/// <summary>A page with what it said and asked for.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    readonly List<string> complaints = [],
        requests = [];

    public OpenPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => complaints.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => complaints.Add(error);
        page.Dialog += (_, dialog) =>
        {
            complaints.Add("dialog: " + dialog.Message);
            _ = dialog.DismissAsync();
        };
        page.Request += (_, request) => requests.Add(request.Url);
    }

    public IPage Page { get; }

    /// <summary>What it wrote to the console, errors, and dialogs.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    /// <summary>Everything that it asked for, itself first.</summary>
    public IReadOnlyList<string> Requests => requests;

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
}
