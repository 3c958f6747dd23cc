using System.Security.Cryptography;
using System.Text;
using DcrDsl.Reports.Html;

namespace DcrDsl.Reports;

/// <summary>
/// The report as one HTML file that needs nothing else: no fonts, pictures or programs from elsewhere. Its policy lets a browser use the
/// page's own style and script, which are named by their digests, and nothing besides, whatever prompts and completions say.
/// </summary>
static class HtmlReport
{
    /// <summary>From so many combinations of swept values on, the sections of each are closed until the reader opens them.</summary>
    const int Many = 7;

    static readonly string Style = Resource("report.css"),
        Script = Resource("report.js");

    /// <summary>The text of the page.</summary>
    public static string Of(ReportModel report)
    {
        var page = new Markup();
        page.Raw(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                + "content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
                + "<meta name=\"referrer\" content=\"no-referrer\">\n"
        );
        page.Raw(
            $"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {Digest(Style)}; "
                + $"script-src {Digest(Script)}; base-uri 'none'; form-action 'none'\">\n"
        );
        page.Add($"<title>{report.Title}: report</title>\n<style>").Raw(Style).Raw("</style>\n</head>\n<body>\n");
        page.Raw("<a class=\"skip\" href=\"#answer\">To the answer</a>\n");
        page.Add(
            $"<header><p class=\"kicker\">Experiment</p><h1>{report.Title}</h1><p "
                + $"class=\"question\">{report.Question}</p></header>\n<main>\n"
        );
        page.Add($"<section class=\"answer\" aria-labelledby=\"answer\"><h2 id=\"answer\">Answer</h2><p>{report.Answer}</p></section>\n");
        var sections = SectionAnchors.Of(report);
        Contents(sections, page);
        bool many = report.Sections.Select(s => s.At).Where(at => at.Length > 0).Distinct().Count() >= Many;
        foreach (var (anchor, section) in sections)
            Write(section, anchor, section.Place == SectionPlace.Folded || (many && section.At.Length > 0), page);
        page.Add(
            $"</main>\n<footer><p>Made by DcrDsl from the files beside this page. To run the experiment again: "
                + $"<code>{report.Command}</code></p></footer>\n<script>"
        );
        return page.Raw(Script).Raw("</script>\n</body>\n</html>\n").ToString();
    }

    /// <summary>The contents; sections that differ in the values of axes alone are one entry that opens.</summary>
    static void Contents(IReadOnlyList<(string Anchor, ReportSection Section)> sections, Markup page)
    {
        page.Raw("<nav aria-label=\"Contents\"><ul>");
        foreach (var group in sections.GroupBy(s => s.Section.At.Length > 0 ? s.Section.Subject : s.Anchor))
        {
            var (anchor, section) = group.First();
            if (group.Count() == 1)
            {
                page.Add($"<li><a href=\"#{anchor}\">{section.Title}</a></li>");
                continue;
            }
            page.Add($"<li><details><summary>{section.Subject} ({group.Count()})</summary><ul>");
            foreach (var (place, one) in group)
                page.Add($"<li><a href=\"#{place}\">{one.At.Trim()}</a></li>");
            page.Raw("</ul></details></li>");
        }
        page.Raw("</ul></nav>\n");
    }

    static void Write(ReportSection section, string anchor, bool folded, Markup page)
    {
        page.Add($"<section id=\"{anchor}\">");
        page.Raw(folded ? "<details><summary>" : "").Add($"<h2>{section.Title}</h2>").Raw(folded ? "</summary>\n" : "\n");
        foreach (var part in section.Parts)
            HtmlParts.Write(part, page);
        page.Raw(folded ? "</details></section>\n" : "</section>\n");
    }

    static string Digest(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    // A browser reads every end of a line as \n, and so does the digest.
    static string Resource(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
