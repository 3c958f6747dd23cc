namespace DcrDsl.Reports.Html;

/// <summary>Marks an interval that goes on beyond the axis with an arrowhead at the end of its bar.</summary>
static class CutInterval
{
    /// <summary>What the arrowhead means, to stand beside a picture.</summary>
    public const string Meaning = "An arrowhead: the interval goes on beyond the axis.";

    const double Size = 6;

    /// <summary>An arrowhead with its tip at a place.</summary>
    /// <param name="x">Where its tip is.</param>
    /// <param name="y">Where its tip is.</param>
    /// <param name="dx">−1 to the left, 1 to the right, else 0.</param>
    /// <param name="dy">−1 up, 1 down, else 0.</param>
    /// <param name="page">The picture.</param>
    public static void Arrow(double x, double y, int dx, int dy, Markup page)
    {
        double baseX = x - dx * Size,
            baseY = y - dy * Size,
            half = Size * 0.8;
        page.Add($"<path class=\"cut\" d=\"M{x} {y}L{baseX + dy * half} {baseY + dx * half}L{baseX - dy * half} {baseY - dx * half}Z\"/>");
    }
}
