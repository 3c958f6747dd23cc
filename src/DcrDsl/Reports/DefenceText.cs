using DcrDsl.Results;
using DcrDsl.Results.Comparing;

namespace DcrDsl.Reports;

/// <summary>Whether defence is unchanged, which has to be shown: that no difference was found shows nothing.</summary>
static class DefenceText
{
    /// <summary>
    /// "Defence of DCR is unchanged within ±5 points of STL (90 % interval −1.2…0.9; p 0.0012, Holm over a family of …)."
    /// </summary>
    public static string Of(ComparedArms compared)
    {
        var test = compared.Equivalence!;
        string p = double.IsNaN(test.P) ? "no error is known" : $"p {PValueText.Of(test.AdjustedP)}, {test.Family}";
        return $"Defence of {compared.Arm} is {Whether(test)}{Within(test)} of {compared.Reference}'s"
            + $"{CellBlocks.At(compared.Values)} (90 % interval {Interval(test)}; {p}).";
    }

    /// <summary>"defence is unchanged within ±5 points (90 % interval −1.2…0.9)".</summary>
    public static string Short(Equivalence test) => $"defence is {Whether(test)}{Within(test)} (90 % interval {Interval(test)})";

    static string Whether(Equivalence test) => test.Holds ? "unchanged" : "not shown to be unchanged";

    static string Within(Equivalence test) => $" within ±{Points(test.Margin)} points";

    static string Points(double share) => Wording.NumberText.Shortest(Math.Round(100 * share, 6));

    static string Interval(Equivalence test) => Numbers.Interval(test.Interval90.Times(100), 1);
}
