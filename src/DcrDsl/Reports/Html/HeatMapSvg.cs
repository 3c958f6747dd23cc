namespace DcrDsl.Reports.Html;

/// <summary>Draws matrices as fields of one colour over the page's own, so that they can be read in light, in dark and in print.</summary>
static class HeatMapSvg
{
    const double Width = 340,
        Left = 102,
        Top = 44,
        Side = Width - Left - 6;

    public static void Write(HeatMap map, Markup page)
    {
        page.Raw("<div class=\"panels\">");
        foreach (var panel in map.Panels)
            Write(map, panel, page);
        page.Raw("</div>");
    }

    static void Write(HeatMap map, HeatPanel panel, Markup page)
    {
        double field = Side / panel.Rows.Count;
        page.Add($"<svg viewBox=\"0 0 {Width} {Top + Side + 6}\" role=\"img\" aria-label=\"{map.Title}: {panel.Title}\">");
        page.Add($"<text class=\"panel\" x=\"8\" y=\"16\">{panel.Title}</text>");
        foreach (var (row, values) in panel.Rows.Index())
            Row(values, Top + row * field, field, map.Full, page);
        double from = 0;
        foreach (var (name, count) in panel.Groups)
        {
            double middle = from + count * field / 2,
                end = from + count * field;
            page.Add($"<text class=\"tick\" x=\"{Left - 6}\" y=\"{Top + middle + 4}\" text-anchor=\"end\">{name}</text>");
            page.Add($"<text class=\"tick\" x=\"{Left + middle}\" y=\"{Top - 6}\" text-anchor=\"middle\">{name}</text>");
            page.Add($"<line class=\"frame\" x1=\"{Left + end}\" x2=\"{Left + end}\" y1=\"{Top}\" y2=\"{Top + Side}\"/>");
            page.Add($"<line class=\"frame\" x1=\"{Left}\" x2=\"{Left + Side}\" y1=\"{Top + end}\" y2=\"{Top + end}\"/>");
            from = end;
        }
        page.Add($"<rect class=\"frame\" x=\"{Left}\" y=\"{Top}\" width=\"{Side}\" height=\"{Side}\"/>");
        page.Raw("</svg>");
    }

    /// <summary>Neighbours of one shade are one field, so that large matrices stay small files.</summary>
    static void Row(IReadOnlyList<double> values, double top, double field, double full, Markup page)
    {
        const int shades = 20;
        int[] shade = [.. values.Select(v => double.IsFinite(v) ? (int)Math.Round(Math.Clamp(v / full, 0, 1) * shades) : 0)];
        for (int first = 0, end; first < shade.Length; first = end)
        {
            for (end = first + 1; end < shade.Length && shade[end] == shade[first]; )
                end++;
            if (shade[first] > 0)
                page.Add(
                    $"<rect class=\"field\" x=\"{Left + first * field}\" y=\"{top}\" width=\"{(end - first) * field + 0.1}\" "
                        + $"height=\"{field + 0.1}\" fill-opacity=\"{Numbers.Of((double)shade[first] / shades, 2)}\"/>"
                );
        }
    }
}
