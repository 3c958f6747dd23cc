namespace DcrDsl.Evaluation;

/// <summary>Shares of what is known.</summary>
static class Shares
{
    /// <summary>The share of what is right among what is right or wrong; null: there is none.</summary>
    public static double? Of(IEnumerable<bool?> right) => right.Average(Of);

    /// <summary>1 for what is right, 0 for what is wrong, null for neither.</summary>
    public static double? Of(bool? right) =>
        right is bool known
            ? known
                ? 1.0
                : 0.0
            : null;
}
