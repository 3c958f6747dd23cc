using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Results;

/// <summary>Which arms a report compares, where it shall not be those that the experiment declares.</summary>
/// <param name="Reference">The name of the arm that the others are compared with; null: as declared.</param>
/// <param name="Subject">The name of the arm that the answer is about; null: as declared.</param>
public sealed record ArmComparison(string? Reference = null, string? Subject = null)
{
    /// <summary>The arms that the experiment declares.</summary>
    public static ArmComparison Declared { get; } = new();

    /// <summary>Makes sure that there are such arms.</summary>
    /// <param name="arms">The names of the arms.</param>
    /// <exception cref="InputException">There are not, or both are one.</exception>
    internal void Check(IReadOnlyList<string> arms)
    {
        foreach (var (name, what) in new[] { (Reference, "reference"), (Subject, "subject") })
            if (name is not null && !arms.Contains(name))
                throw new InputException($"There is no arm '{name}' to be the {what} of the comparison.{UnknownName.Hint(name, arms)}");
        if (Reference is not null && Reference == Subject)
            throw new InputException($"'{Reference}' cannot be compared with itself: choose another arm as reference or as subject.");
    }

    /// <summary>An experiment with these arms in their roles; an arm that is chosen for one role loses the other.</summary>
    internal ExperimentRecord In(ExperimentRecord experiment) =>
        experiment with
        {
            Arms = [.. experiment.Arms.Select(a => a with { Role = Role(a) })],
        };

    ArmRole Role(ArmRecord arm) =>
        arm.Name == Reference ? ArmRole.Reference
        : arm.Name == Subject ? ArmRole.Subject
        : (arm.Role == ArmRole.Reference && Reference is not null) || (arm.Role == ArmRole.Subject && Subject is not null) ? ArmRole.None
        : arm.Role;
}
