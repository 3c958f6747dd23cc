namespace DcrDsl.Reports.Html;

/// <summary>Draws maps of values, each field with its number, so that colour is never all that tells.</summary>
static class ValueMapSvg
{
    const double Width = 460,
        Left = 84,
        Top = 48,
        Row = 30,
        // Less than all, so that the number in the field can be read.
        Full = 0.5;

    public static void Write(ValueMap map, Markup page)
    {
        page.Raw("<div class=\"panels\">");
        foreach (var panel in map.Panels)
            Write(map, panel, page);
        page.Raw("</div>");
    }

    static void Write(ValueMap map, ValuePanel panel, Markup page)
    {
        double column = (Width - Left - 6) / panel.Columns.Count,
            height = Top + Row * panel.Rows.Count + 30;
        double[] finite = [.. panel.Values.SelectMany(r => r).Where(double.IsFinite)];
        double least = finite.Min(),
            most = finite.Max();
        page.Add($"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{map.Title}: {panel.Title}\">");
        page.Add($"<text class=\"panel\" x=\"8\" y=\"16\">{panel.Title}</text>");
        foreach (var (i, label) in panel.Columns.Index())
            page.Add($"<text class=\"tick\" x=\"{Left + (i + 0.5) * column}\" y=\"{Top - 8}\" text-anchor=\"middle\">{label}</text>");
        foreach (var (r, label) in panel.Rows.Index())
        {
            double y = Top + r * Row;
            page.Add($"<text class=\"tick\" x=\"{Left - 8}\" y=\"{y + Row / 2 + 4}\" text-anchor=\"end\">{label}</text>");
            foreach (var (c, value) in panel.Values[r].Index())
            {
                double x = Left + c * column,
                    share = most > least && double.IsFinite(value) ? (value - least) / (most - least) : 0;
                page.Add(
                    $"<rect class=\"field\" x=\"{x}\" y=\"{y}\" width=\"{column - 1}\" height=\"{Row - 1}\" "
                        + $"fill-opacity=\"{Numbers.Of(Full * share, 2)}\"/>"
                );
                page.Add(
                    $"<text x=\"{x + column / 2}\" y=\"{y + Row / 2 + 4}\" text-anchor=\"middle\">{Numbers.Of(value, panel.Digits)}</text>"
                );
            }
        }
        page.Add(
            $"<text class=\"tick\" x=\"{Width - 6}\" y=\"{height - 8}\" text-anchor=\"end\">down: {panel.Down}, "
                + $"across: {panel.Across}</text>"
        );
        page.Raw("</svg>");
    }
}
