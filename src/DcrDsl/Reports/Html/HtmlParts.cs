namespace DcrDsl.Reports.Html;

/// <summary>Writes the parts of a section.</summary>
static class HtmlParts
{
    public static void Write(ReportPart part, Markup page)
    {
        switch (part)
        {
            case ReportText paragraph:
                page.Add($"<p>{paragraph.Text}</p>\n");
                break;
            case ReportList list:
                page.Raw("<ul>");
                foreach (string item in list.Items)
                    page.Add($"<li>{item}</li>");
                page.Raw("</ul>\n");
                break;
            case ReportCode code:
                page.Add($"<pre tabindex=\"0\"><code>{code.Text.TrimEnd()}</code></pre>\n");
                break;
            case ReportTable table:
                Write(table, page);
                break;
            case ReportCases cases:
                Write(cases, page);
                break;
            case DotPlot plot:
                Figure(plot.Title, plot.Legend, "a", page, () => DotPlotSvg.Write(plot, page));
                break;
            case HeatMap map:
                Figure(map.Title, [], "a", page, () => HeatMapSvg.Write(map, page));
                break;
            case ValueMap map:
                Figure(map.Title, [], "a", page, () => ValueMapSvg.Write(map, page));
                break;
            case Plane plane:
                Figure(plane.Title, plane.Legend, "a", page, () => PlaneSvg.Write(plane, page));
                break;
            case LineChart chart:
                Figure(chart.Title, chart.Legend, chart.SeriesAreSeeds ? "t" : "a", page, () => LineChartSvg.Write(chart, page));
                break;
        }
    }

    static void Write(ReportTable table, Markup page)
    {
        page.Add(
            $"<div class=\"table\" tabindex=\"0\" role=\"region\" "
                + $"aria-label=\"{table.Title}\"><table><caption>{table.Title}</caption><thead><tr>"
        );
        foreach (var column in table.Columns)
            page.Raw($"<th scope=\"col\"{Class(column)}>").Add($"{column.Head}</th>");
        page.Raw("</tr></thead><tbody>\n");
        foreach (var row in table.Rows)
        {
            page.Raw("<tr>");
            foreach (var (i, cell) in row.Index())
            {
                page.Raw(i == 0 ? "<th scope=\"row\">" : $"<td{Class(table.Columns[i])}>").Add($"{cell.Text}");
                if (cell.Note.Length > 0)
                    page.Add($"<small>{cell.Note}</small>");
                page.Raw(i == 0 ? "</th>" : "</td>");
            }
            page.Raw("</tr>\n");
        }
        page.Add($"</tbody></table></div><p class=\"repeat\">Repeat with <code>{table.Command}</code></p>\n");
    }

    static string Class(ReportColumn column) => column.Numeric ? " class=\"number\"" : "";

    static void Write(ReportCases cases, Markup page)
    {
        page.Add(
            $"<div class=\"table cases\" tabindex=\"0\" role=\"region\" aria-label=\"{cases.Title}\"><table><caption>{cases.Title}"
                + $"</caption><thead><tr><th scope=\"col\">prompt</th>"
        );
        foreach (string arm in cases.Arms)
            page.Add($"<th scope=\"col\">{arm}</th>");
        page.Raw("</tr></thead><tbody>\n");
        foreach (var one in cases.Cases)
        {
            page.Raw("<tr><th scope=\"row\">").Raw(one.Harmful ? "<details><summary>a harmful prompt</summary>" : "");
            page.Add($"{one.Prompt}").Raw(one.Harmful ? "</details></th>" : "</th>");
            foreach (var outcome in one.Outcomes)
                if (outcome is null)
                    page.Add($"<td>{Numbers.Undefined}</td>");
                else
                    page.Raw(outcome.Wrong ? "<td class=\"wrong\">" : "<td>").Add($"<small>{outcome.Verdict}</small>{outcome.Text}</td>");
            page.Raw("</tr>\n");
        }
        page.Raw("</tbody></table></div>\n");
    }

    static void Figure(string title, IReadOnlyList<(int Series, string Name)> legend, string colours, Markup page, Action draw)
    {
        page.Add($"<figure><figcaption>{title}</figcaption>");
        if (legend.Count > 0)
        {
            page.Raw("<p class=\"legend\">");
            foreach (var (series, name) in legend)
                page.Add($"<span class=\"{colours}{series % Palette.Colours}\">{name}</span>");
            page.Raw("</p>");
        }
        draw();
        page.Raw("</figure>\n");
    }
}
