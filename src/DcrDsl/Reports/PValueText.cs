namespace DcrDsl.Reports;

/// <summary>A p value for people, to two digits; it never claims to be 0.</summary>
static class PValueText
{
    /// <summary>"0.031", "0.20", "&lt; 0.0001", "1"; a dash where none is defined.</summary>
    public static string Of(double p) =>
        double.IsNaN(p) ? Numbers.Undefined
        : p < 1e-4 ? "< 0.0001"
        : p >= 0.995 ? "1"
        : p >= 0.0995 ? Numbers.Of(p, 2)
        : p >= 0.00995 ? Numbers.Of(p, 3)
        : Numbers.Of(p, 4);
}
