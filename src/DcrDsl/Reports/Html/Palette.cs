namespace DcrDsl.Reports.Html;

/// <summary>The colours that the style sheet defines for arms (a0 …) and seeds (t0 …).</summary>
static class Palette
{
    public const int Colours = 8;
}
