using DcrDsl.Reports.Html;

namespace DcrDsl.Reports;

/// <summary>The report as one HTML file that needs nothing else: no scripts, fonts or pictures from elsewhere.</summary>
static class HtmlReport
{
    /// <summary>The text of the page.</summary>
    public static string Of(ReportModel report)
    {
        var page = new Markup();
        page.Raw(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                + "content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
        );
        page.Add($"<title>{report.Title}: report</title>\n<style>\n").Raw(Style()).Raw("</style>\n</head>\n<body>\n");
        page.Add(
            $"<header><p class=\"kicker\">Experiment</p><h1>{report.Title}</h1><p "
                + $"class=\"question\">{report.Question}</p></header>\n<main>\n"
        );
        page.Add($"<section class=\"answer\" aria-labelledby=\"answer\"><h2 id=\"answer\">Answer</h2><p>{report.Answer}</p></section>\n");
        Contents(report, page);
        foreach (var (i, section) in report.Sections.Index())
            Write(section, i, page);
        page.Add(
            $"</main>\n<footer><p>Made by DcrDsl from the files beside this page. To run the experiment again: "
                + $"<code>{report.Command}</code></p></footer>\n</body>\n</html>\n"
        );
        return page.ToString();
    }

    static void Contents(ReportModel report, Markup page)
    {
        page.Raw("<nav aria-label=\"Contents\"><ul>");
        foreach (var (i, section) in report.Sections.Index())
            page.Add($"<li><a href=\"#section-{i}\">{section.Title}</a></li>");
        page.Raw("</ul></nav>\n");
    }

    static void Write(ReportSection section, int number, Markup page)
    {
        bool folded = section.Place == SectionPlace.Folded;
        page.Add($"<section id=\"section-{number}\">");
        page.Raw(folded ? "<details><summary>" : "").Add($"<h2>{section.Title}</h2>").Raw(folded ? "</summary>\n" : "\n");
        foreach (var part in section.Parts)
            HtmlParts.Write(part, page);
        page.Raw(folded ? "</details></section>\n" : "</section>\n");
    }

    static string Style()
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
