namespace DcrDsl.Reports.Html;

/// <summary>Draws the panels of a line chart, each a picture of its own so that narrow screens can put them below each other.</summary>
static class LineChartSvg
{
    const double Width = 460,
        Height = 250,
        Left = 52,
        Right = 14,
        LetterWidth = 6.9,
        Top = 34,
        Bottom = 44;

    public static void Write(LineChart chart, Markup page)
    {
        page.Raw("<div class=\"panels\">");
        foreach (var panel in chart.Panels)
            Write(chart, panel, page);
        page.Raw("</div>");
        if (
            chart.Panels.Any(p =>
                p.Labels.Count > 0 && p.Lines.SelectMany(l => l.Points).Any(q => Up(p).Cuts(q.Low, q.High) is not (false, false))
            )
        )
            page.Add($"<p class=\"cuts\">{CutInterval.Meaning}</p>");
    }

    static Scale Up(LinePanel panel)
    {
        var values = panel.Lines.SelectMany(l => l.Points).SelectMany(p => (double[])[p.Y, p.Low, p.High]);
        return panel.Logarithmic
            ? Scale.Logarithmic(values, Height - Bottom, Top)
            : Scale.Linear(values, panel.Low, panel.High, Height - Bottom, Top, 4);
    }

    static void Write(LineChart chart, LinePanel panel, Markup page)
    {
        var points = panel.Lines.SelectMany(l => l.Points).ToArray();
        var up = Up(panel);
        var across =
            panel.Labels.Count > 0
                ? Scale.Linear([], -0.4, panel.Labels.Count - 0.6, Left, Width - Right, Math.Max(1, panel.Labels.Count))
                : Scale.Linear(points.Select(p => p.X), 0, null, Left, Width - Right, 5);

        page.Add($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{chart.Title}: {panel.Title}\">");
        page.Add($"<text class=\"panel\" x=\"8\" y=\"16\">{panel.Title}</text>");
        foreach (double tick in up.Ticks)
        {
            page.Add($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{up.At(tick)}\" y2=\"{up.At(tick)}\"/>");
            page.Add($"<text class=\"tick\" x=\"{Left - 8}\" y=\"{up.At(tick) + 4}\" text-anchor=\"end\">{Tick(tick, panel, up)}</text>");
        }
        foreach (var (place, label) in Places(panel, across))
            page.Add($"<text class=\"tick\" x=\"{across.At(place)}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{label}</text>");
        page.Add(
            $"<text class=\"tick\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{panel.Across}</text>"
        );
        foreach (var line in panel.Lines)
            Write(line, chart.SeriesAreSeeds, panel.Labels.Count > 0, across, up, page);
        page.Raw("</svg>");
    }

    /// <summary>Labels and their places; of many, as many at equal distances as do not run into each other.</summary>
    static IEnumerable<(double Place, string Label)> Places(LinePanel panel, Scale across)
    {
        if (panel.Labels.Count == 0)
            return across.Ticks.Select(t => (t, Numbers.Of(t, across.Digits)));
        double room = (Width - Left - Right) / panel.Labels.Count,
            widest = panel.Labels.Max(l => l.Length) * LetterWidth + 6;
        // Words cannot be left out; numbers can be counted on.
        int every = panel.Labels.All(l => char.IsAsciiDigit(l[^1])) ? Math.Max(1, (int)Math.Ceiling(widest / room)) : 1;
        return panel.Labels.Index().Where(l => l.Index % every == 0).Select(l => ((double)l.Index, l.Item));
    }

    static void Write(ChartLine line, bool seeds, bool marked, Scale across, Scale up, Markup page)
    {
        page.Add($"<g class=\"{(seeds ? "t" : "a")}{line.Series % Palette.Colours}\">");
        // Arms stand side by side at one place, so that their intervals do not hide each other.
        double aside = marked ? (line.Series % Palette.Colours - 1.5) * 4 : 0;
        var points = line.Points.Select(p => new Markup().Add($"{across.At(p.X) + aside},{up.At(p.Y)}").ToString());
        if (!marked && line.Points.Count > 1 && line.Points.All(p => double.IsFinite(p.Low)))
            page.Add($"<polygon class=\"band\" points=\"{Band(line, across, up)}\"/>");
        if (line.Points.Count > 1)
            page.Add(
                $"<polyline class=\"{(line.Dashed ? "line before" : "line")}\" points=\"{string.Join(' ', points)}\">"
                    + $"<title>{line.Name}</title></polyline>"
            );
        foreach (var point in line.Points.Where(_ => marked && !line.Dashed))
        {
            if (double.IsFinite(point.Low))
                page.Add(
                    $"<line class=\"whisker\" x1=\"{across.At(point.X) + aside}\" x2=\"{across.At(point.X) + aside}\" "
                        + $"y1=\"{up.At(point.Low)}\" y2=\"{up.At(point.High)}\"/>"
                );
            var (below, above) = up.Cuts(point.Low, point.High);
            if (below)
                CutInterval.Arrow(across.At(point.X) + aside, up.At(point.Low) + 4, 0, 1, page);
            if (above)
                CutInterval.Arrow(across.At(point.X) + aside, up.At(point.High) - 4, 0, -1, page);
            page.Add(
                $"<circle class=\"mean\" cx=\"{across.At(point.X) + aside}\" cy=\"{up.At(point.Y)}\" r=\"4.5\"><title>{line.Name}: "
                    + $"{Numbers.Of(point.Y, 3)}</title></circle>"
            );
        }
        page.Raw("</g>");
    }

    /// <summary>Along the intervals' upper ends, and back along the lower ones.</summary>
    static string Band(ChartLine line, Scale across, Scale up) =>
        string.Join(
            ' ',
            line.Points.Select(p => (p.X, Y: p.High))
                .Concat(line.Points.Reverse().Select(p => (p.X, Y: p.Low)))
                .Select(p => new Markup().Add($"{across.At(p.X)},{up.At(p.Y)}").ToString())
        );

    static string Tick(double tick, LinePanel panel, Scale up) =>
        Numbers.Of(tick, panel.Logarithmic ? Math.Max(0, -(int)Math.Round(Math.Log10(tick))) : up.Digits);
}
