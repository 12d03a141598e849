using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.ClosedSet;
using BTNet.Evaluation.Protocols.SurvFace;
using BTNet.Evaluation.Reports.Html;
using BTNet.Evaluation.Tests.Protocols.ClosedSet;
using BTNet.Evaluation.Tests.Protocols.Ijbc;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Evaluation.Tests.Protocols.SurvFace;
using BTNet.TestSupport;
using Microsoft.Playwright;

namespace BTNet.Evaluation.Tests.Reports.Html;

/// <summary>The page in the Chromium that the system has; without one these tests skip, and where <c>BTNET_REQUIRE_CHROMIUM</c> is 1, as in CI, they fail.</summary>
public sealed class PageInChromiumTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private static string? Chromium => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Where(folder => folder.Length > 0)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private IBrowser Browser()
    {
        const string why = "needs Chromium: apt-get install chromium";
        if (Environment.GetEnvironmentVariable("BTNET_REQUIRE_CHROMIUM") is "1") Assert.True(_browser is not null, why);
        Assert.SkipWhen(_browser is null, why);
        return _browser;
    }

    public async ValueTask InitializeAsync()
    {
        if (Chromium is not { } program) return;
        _playwright = await Playwright.CreateAsync();
        // Without a sandbox, which needs rights that containers do not give; the page is our own.
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = ["--no-sandbox"] });
    }

    [Theory]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(900, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    public async Task The_page_fits_its_width_asks_for_nothing_and_complains_of_nothing(int width, ColorScheme scheme)
    {
        await using var context = await Browser().NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme });
        var page = await context.NewPageAsync();
        var (said, asked) = (new List<string>(), new List<string>());
        page.Console += (_, message) => said.Add(message.Text);
        page.PageError += (_, fault) => said.Add(fault);
        page.Request += (_, request) => asked.Add(request.Url);
        var file = new Uri(Write()).AbsoluteUri;

        await page.GotoAsync(file);

        Assert.Empty(said);
        Assert.Equal([file], asked.Where(address => !address.StartsWith("data:", StringComparison.Ordinal)));
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width, "the page is wider than the window");
        // Every drawing is within the page and large enough to be read, and every picture is shown.
        Assert.Equal(0, await page.EvaluateAsync<int>("[...document.querySelectorAll('svg.plot')].filter(s => { const b = s.getBoundingClientRect(); return b.width < 140 || b.height < 70 || b.right > innerWidth + 1; }).length"));
        Assert.Equal(0, await page.EvaluateAsync<int>("[...document.images].filter(i => !i.complete || i.naturalWidth === 0).length"));
        Assert.True(await page.EvaluateAsync<int>("document.images.length") > 0);
        // Faces that are not square are not made so.
        Assert.True(await page.EvaluateAsync<bool>("[...document.images].some(i => i.naturalWidth !== i.naturalHeight) && [...document.images].every(i => getComputedStyle(i).objectFit === 'contain')"));
        var paper = await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        Assert.Equal(scheme == ColorScheme.Dark ? "rgb(20, 23, 27)" : "rgb(255, 255, 255)", paper);
    }

    [Fact]
    public async Task On_paper_it_is_dark_on_white_whatever_the_screen_is()
    {
        await using var context = await Browser().NewContextAsync(new BrowserNewContextOptions { ColorScheme = ColorScheme.Dark });
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(Write()).AbsoluteUri);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.Equal("rgb(255, 255, 255)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.Equal("none", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('nav')).display"));
        Assert.True((await page.PdfAsync(new PagePdfOptions { Format = "A4" })).AsSpan().StartsWith("%PDF"u8));
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Text_stands_out_from_what_is_behind_it(ColorScheme scheme)
    {
        await using var context = await Browser().NewContextAsync(new BrowserNewContextOptions { ColorScheme = scheme });
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(Write()).AbsoluteUri);
        // WCAG 2.1: 4.5 for text, 3 for what is drawn. Cells of the map are shades over the paper.
        var least = await page.EvaluateAsync<double[]>("""
            () => {
              const style = getComputedStyle(document.documentElement), color = name => { const h = style.getPropertyValue(name).trim().slice(1); return [0, 2, 4].map(i => parseInt(h.slice(i, i + 2), 16)); };
              const light = c => { const [r, g, b] = c.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
              const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
              const paper = color('--paper'), cells = [...Array(10).keys()].map(i => { const o = parseFloat(style.getPropertyValue('--h' + i)); return contrast(color('--heat').map((v, k) => o * v + (1 - o) * paper[k]), color(i > 7 ? '--heat-strong' : '--heat-ink')); });
              return [Math.min(...['--ink', '--quiet', '--accent'].map(n => contrast(color(n), paper)), ...cells), Math.min(...['--r112', '--r56', '--r28', '--r14', '--r7'].map(n => contrast(color(n), paper)))];
            }
            """);
        Assert.True(least[0] >= 4.5 && least[1] >= 3, $"text {least[0]:0.00}, drawn {least[1]:0.00}");
    }

    private string Write()
    {
        var path = _folder.File("page.html");
        using var survFace = new SurvFaceFolder();
        using var tinyFace = new TinyFaceFolder();
        var set = SurvFaceReader.Read(survFace.Fill(noise: 250, spread: .055).FillPairs().Root);
        var lists = TinyFaceReader.Read(tinyFace.Fill(noise: 250, spread: .055).Root);
        var drawn = new DrawnTemplates();
        var page = SamplePage.Page(RenderedPairs.Set(people: 40, noise: 250, spread: .055), SamplePage.Lists, new string('x', 600));
        HtmlReport.Write(path, page with
        {
            Sections =
            [
                .. page.Sections, new SurvFaceSection(SurvFaceProtocol.Run(new PixelEmbedder(), set, null, [SmallFaceWay.UpSample, SmallFaceWay.Branch]), set), new IjbcSection(IjbcReportsTests.Sample, (drawn.Set(), drawn)),
                new ClosedSetSection(ClosedSetProtocol.Run(new PixelEmbedder(), lists, null, [SmallFaceWay.Branch]), lists)
            ]
        });
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        _folder.Dispose();
    }
}
