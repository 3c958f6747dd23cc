namespace DcrDsl.Reports.Html;

/// <summary>Draws a dot plot: in every row a bar for the interval, a large dot for the mean, and small dots for single values.</summary>
static class DotPlotSvg
{
    const double Width = 960,
        Top = 30,
        Bottom = 26,
        Gap = 34,
        ValueColumn = 58,
        // Of a letter of a panel's title, on the average.
        LetterWidth = 6.9;

    public static void Write(DotPlot plot, Markup page)
    {
        int rows = plot.Panels[0].Rows.Count;
        bool single = plot.Panels[0].Rows.All(r => r.Marks.Count == 1);
        double rowHeight = single ? 40 : 26,
            height = Top + rows * rowHeight + Bottom;
        double labels = Math.Clamp(22 + 8.4 * plot.Panels[0].Rows.Max(r => r.Label.Length), 60, 240);
        double panelWidth = (Width - labels - Gap * (plot.Panels.Count - 1)) / plot.Panels.Count;

        page.Add($"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{plot.Title}\">");
        page.Add($"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{plot.Title}\">");
        foreach (var (i, row) in plot.Panels[0].Rows.Index())
            page.Add($"<text class=\"row\" x=\"{labels - 12}\" y=\"{Middle(i, rowHeight) + 4}\" text-anchor=\"end\">{row.Label}</text>");
        foreach (var (i, panel) in plot.Panels.Index())
            Write(panel, labels + i * (panelWidth + Gap), panelWidth - (single ? ValueColumn : 12), rowHeight, height, single, page);
        page.Raw("</svg></div>");
        if (plot.Panels.Any(p => p.Rows.SelectMany(r => r.Marks).Any(m => ScaleOf(p, 0, 1).Cuts(m.Low, m.High) is not (false, false))))
            page.Add($"<p class=\"cuts\">{CutInterval.Meaning}</p>");
    }

    static Scale ScaleOf(DotPanel panel, double left, double right)
    {
        var values = panel
            .Rows.SelectMany(r => r.Marks)
            .SelectMany(m => (double[])[m.Mean, m.Low, m.High, .. m.Values.Select(v => v.Value)]);
        return Scale.Linear(panel.Zero ? values.Append(0) : values, panel.Low, panel.High, left, right, 4);
    }

    static void Write(DotPanel panel, double left, double width, double rowHeight, double height, bool single, Markup page)
    {
        var scale = ScaleOf(panel, left, left + width);
        Title(panel.Title, left, width + (single ? ValueColumn : 12) + Gap - 12, page);
        foreach (double tick in scale.Ticks)
        {
            string line = panel.Zero && Math.Abs(tick) < 1e-9 ? "zero" : "grid";
            page.Add(
                $"<line class=\"{line}\" x1=\"{scale.At(tick)}\" x2=\"{scale.At(tick)}\" y1=\"{Top - 6}\" y2=\"{height - Bottom + 2}\"/>"
            );
            page.Add(
                $"<text class=\"tick\" x=\"{scale.At(tick)}\" y=\"{height - 8}\" "
                    + $"text-anchor=\"middle\">{(panel.Zero ? Numbers.Signed(tick, scale.Digits) : Numbers.Of(tick, scale.Digits))}</text>"
            );
        }
        foreach (var (i, row) in panel.Rows.Index())
        {
            double y = Middle(i, rowHeight);
            page.Add($"<line class=\"rule\" x1=\"{left}\" x2=\"{left + width}\" y1=\"{y}\" y2=\"{y}\"/>");
            foreach (var mark in row.Marks)
                Write(mark, panel, scale, y, single, page);
            if (single && row.Marks[0] is var only)
                page.Add(
                    $"<text class=\"value\" x=\"{left + width + ValueColumn - 2}\" y=\"{y + 4}\" "
                        + $"text-anchor=\"end\">"
                        + $"{(panel.Zero ? Numbers.Signed(only.Mean, panel.Digits) : Numbers.Of(only.Mean, panel.Digits))}</text>"
                );
        }
    }

    /// <summary>A title that would run into the next panel's is set narrower.</summary>
    static void Title(string title, double left, double room, Markup page)
    {
        if (title.Length * LetterWidth <= room)
            page.Add($"<text class=\"panel\" x=\"{left}\" y=\"14\">{title}</text>");
        else
            page.Add($"<text class=\"panel\" x=\"{left}\" y=\"14\" textLength=\"{room}\" lengthAdjust=\"spacingAndGlyphs\">{title}</text>");
    }

    static void Write(DotMark mark, DotPanel panel, Scale scale, double y, bool single, Markup page)
    {
        if (!double.IsFinite(mark.Mean))
            return;
        page.Add($"<g class=\"a{mark.Series % Palette.Colours}\">");
        if (double.IsFinite(mark.Low))
            page.Add(
                $"<line class=\"interval\" x1=\"{scale.At(mark.Low)}\" x2=\"{scale.At(mark.High)}\" y1=\"{y}\" y2=\"{y}\"><title>95 % "
                    + $"interval {Numbers.Of(mark.Low, panel.Digits)}…{Numbers.Of(mark.High, panel.Digits)}{panel.Unit}</title></line>"
            );
        var (below, above) = scale.Cuts(mark.Low, mark.High);
        if (below)
            CutInterval.Arrow(scale.At(mark.Low) - 6, y, -1, 0, page);
        if (above)
            CutInterval.Arrow(scale.At(mark.High) + 6, y, 1, 0, page);
        foreach (var (name, value) in mark.Values.Where(v => double.IsFinite(v.Value)))
            page.Add(
                $"<circle class=\"seed\" cx=\"{scale.At(value)}\" cy=\"{y + 11}\" r=\"3\"><title>{mark.Name}, {name}: "
                    + $"{Numbers.Of(value, panel.Digits)}{panel.Unit}</title></circle>"
            );
        page.Add(
            $"<circle class=\"mean\" cx=\"{scale.At(mark.Mean)}\" cy=\"{y}\" r=\"{(single ? 6.5 : 5.5)}\"><title>{mark.Name}: "
                + $"{Numbers.Of(mark.Mean, panel.Digits)}{panel.Unit}</title></circle></g>"
        );
    }

    static double Middle(int row, double rowHeight) => Top + row * rowHeight + rowHeight / 2 - 3;
}
