using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace DcrDsl.Browser.Tests;

/// <summary>The report as a browser has it.</summary>
public sealed class PageTests(Chromium chromium, HostileRun run) : IClassFixture<Chromium>, IClassFixture<HostileRun>
{
    [Fact]
    public async Task It_asks_for_nothing_says_nothing_and_what_looks_like_a_program_is_text()
    {
        await using var open = await chromium.Open(run.File);
        await open.Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(d => d.open = true)");
        await open.Page.WaitForTimeoutAsync(100);

        Assert.Empty(open.Complaints);
        Assert.Single(open.Requests);
        Assert.True(await open.Page.EvaluateAsync<bool>("() => window.owned === undefined"));
        Assert.Equal(1, await open.Page.EvaluateAsync<int>("() => document.querySelectorAll('script').length"));
        Assert.Equal(0, await open.Page.EvaluateAsync<int>("() => document.querySelectorAll('img, link, iframe, object').length"));
        Assert.Contains(HostileRun.Attack, await open.Page.Locator(".question").TextContentAsync());
    }

    /// <summary>Where text were markup after all, the policy would keep it from running.</summary>
    [Fact]
    public async Task The_policy_stops_a_script_that_is_put_into_the_page()
    {
        await using var open = await chromium.Open(run.File);
        await open.Page.EvaluateAsync(
            "() => { const s = document.createElement('script'); s.textContent = 'window.owned = 1'; document.body.append(s);"
                + " const i = document.createElement('img'); i.src = 'http://127.0.0.1:9/x.png'; document.body.append(i); }"
        );
        await open.Page.WaitForTimeoutAsync(100);
        Assert.True(await open.Page.EvaluateAsync<bool>("() => window.owned === undefined"));
        Assert.Equal(2, open.Complaints.Count(c => c.Contains("Content Security Policy", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1200)]
    [InlineData(ColorScheme.Dark, 1200)]
    [InlineData(ColorScheme.Light, 375)]
    public async Task Axe_has_no_serious_finding_and_nothing_is_wider_than_the_screen(ColorScheme scheme, int width)
    {
        await using var open = await chromium.Open(
            run.File,
            new()
            {
                ColorScheme = scheme,
                ViewportSize = new() { Width = width, Height = 800 },
            }
        );
        await open.Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(d => d.open = true)");
        Assert.True(await open.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= width);

        var found = await open.Page.RunAxe(new AxeRunOptions());

        Assert.Empty(
            found
                .Violations.Where(v => v.Impact is "serious" or "critical")
                .Select(v => $"{v.Id}: {v.Help}: {v.Nodes.Length} as {v.Nodes[0].Html}")
        );
    }

    [Fact]
    public async Task Cases_are_searched_and_harmful_prompts_are_closed()
    {
        await using var open = await chromium.Open(run.File, anchor: "#failure-cases-at-dcr-layer-1-dcr-steps-60");
        var section = open.Page.Locator("#failure-cases-at-dcr-layer-1-dcr-steps-60");
        var search = section.GetByRole(AriaRole.Searchbox);
        await search.FillAsync("toxic thing 1");
        var shown = section.Locator("tbody tr:not([hidden])");
        Assert.True(await shown.CountAsync() > 0);
        Assert.True(await section.Locator("tbody tr[hidden]").CountAsync() > 0);
        Assert.All(await shown.AllTextContentsAsync(), t => Assert.Contains("toxic thing 1", t, StringComparison.Ordinal));
        await search.FillAsync("");
        Assert.Equal(0, await section.Locator("tbody tr[hidden]").CountAsync());

        var harmful = section.Locator("tbody details").First;
        Assert.Null(await harmful.GetAttributeAsync("open"));
        await harmful.Locator("summary").FocusAsync();
        await open.Page.Keyboard.PressAsync("Enter");
        Assert.NotNull(await harmful.GetAttributeAsync("open"));
    }

    [Fact]
    public async Task Without_scripts_everything_is_there()
    {
        await using var open = await chromium.Open(run.File, new() { JavaScriptEnabled = false });
        await open.Page.Locator("#failure-cases-at-dcr-layer-1-dcr-steps-60 > details > summary").ClickAsync();
        Assert.True(await open.Page.Locator("#failure-cases-at-dcr-layer-1-dcr-steps-60 table").First.IsVisibleAsync());
        Assert.Empty(open.Complaints);
    }
}
