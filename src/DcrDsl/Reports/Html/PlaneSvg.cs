namespace DcrDsl.Reports.Html;

/// <summary>Draws a plane: points with bars both ways over lines of equal mean.</summary>
static class PlaneSvg
{
    const double Width = 640,
        Height = 470,
        Left = 58,
        Right = 22,
        Top = 16,
        Bottom = 48;

    public static void Write(Plane plane, Markup page)
    {
        var across = Scale.Linear(plane.Points.SelectMany(p => Ends(p.X)), null, 100, Left, Width - Right, 6);
        var up = Scale.Linear(plane.Points.SelectMany(p => Ends(p.Y)), null, 100, Height - Bottom, Top, 6);
        page.Add($"<svg class=\"plane\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{plane.Title}\">");
        foreach (double tick in across.Ticks)
        {
            page.Add($"<line class=\"grid\" x1=\"{across.At(tick)}\" x2=\"{across.At(tick)}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>");
            page.Add(
                $"<text class=\"tick\" x=\"{across.At(tick)}\" y=\"{Height - Bottom + 18}\" "
                    + $"text-anchor=\"middle\">{Numbers.Of(tick, across.Digits)}</text>"
            );
        }
        foreach (double tick in up.Ticks)
        {
            page.Add($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{up.At(tick)}\" y2=\"{up.At(tick)}\"/>");
            page.Add(
                $"<text class=\"tick\" x=\"{Left - 8}\" y=\"{up.At(tick) + 4}\" text-anchor=\"end\">{Numbers.Of(tick, up.Digits)}</text>"
            );
        }
        EqualMeans(across, up, page);
        page.Add(
            $"<text class=\"panel\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{plane.Across} →</text>"
        );
        double middle = (Top + Height - Bottom) / 2;
        page.Add(
            $"<text class=\"panel\" x=\"14\" y=\"{middle}\" text-anchor=\"middle\" "
                + $"transform=\"rotate(-90 14 {middle})\">{plane.Up} →</text>"
        );
        foreach (var point in plane.Points.OrderBy(p => !p.Small))
            Write(point, across, up, page);
        page.Raw("</svg>");
    }

    static IEnumerable<double> Ends(ChartRange range) => [range.Value, Math.Max(range.Low, 0), range.High];

    /// <summary>Lines at means of 10, 20, … 90, as far as they are inside, each with its mean where it begins.</summary>
    static void EqualMeans(Scale across, Scale up, Markup page)
    {
        double left = across.Low,
            bottom = up.Low;
        for (int mean = 10; mean < 100; mean += 10)
        {
            double sum = 2 * mean,
                fromX = Math.Max(left, sum - 100),
                toX = Math.Min(100, sum - bottom);
            if (toX - fromX < (100 - left) * 0.02)
                continue;
            double x = across.At(fromX),
                y = up.At(sum - fromX);
            page.Add(
                $"<line class=\"equal{(mean == 50 ? " chance" : "")}\" x1=\"{x}\" y1=\"{y}\" x2=\"{across.At(toX)}\" "
                    + $"y2=\"{up.At(sum - toX)}\"><title>mean {mean}</title></line>"
            );
            page.Add($"<text class=\"tick\" x=\"{x + 8}\" y=\"{y + 14}\">{mean}</text>");
        }
    }

    static void Write(PlanePoint point, Scale across, Scale up, Markup page)
    {
        double x = across.At(point.X.Value),
            y = up.At(point.Y.Value);
        page.Add($"<g class=\"a{point.Series % Palette.Colours}{(point.Small ? " small" : "")}\">");
        if (double.IsFinite(point.X.Low))
            page.Add($"<line class=\"reach\" x1=\"{across.At(point.X.Low)}\" x2=\"{across.At(point.X.High)}\" y1=\"{y}\" y2=\"{y}\"/>");
        if (double.IsFinite(point.Y.Low))
            page.Add($"<line class=\"reach\" x1=\"{x}\" x2=\"{x}\" y1=\"{up.At(point.Y.Low)}\" y2=\"{up.At(point.Y.High)}\"/>");
        page.Add(
            $"<circle class=\"mean\" cx=\"{x}\" cy=\"{y}\" r=\"{(point.Small ? 4.0 : 7.0)}\"><title>{point.Name}: defence "
                + $"{Text(point.X)}, compliance {Text(point.Y)}</title></circle></g>"
        );
    }

    static string Text(ChartRange range) =>
        Numbers.Of(range.Value, 1) + (double.IsNaN(range.Low) ? "" : $" ({Numbers.Of(range.Low, 1)}…{Numbers.Of(range.High, 1)})");
}
