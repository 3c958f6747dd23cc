namespace DcrDsl.Results.Comparing;

/// <summary>Two arms at one combination of axis values, with their finished cells.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Reference">What it is compared with.</param>
/// <param name="Values">The labels of the values that either takes, by axis.</param>
/// <param name="OfArm">The arm's cells, one for each seed.</param>
/// <param name="OfReference">The reference's.</param>
sealed record ArmPair(
    string Arm,
    string Reference,
    IReadOnlyDictionary<string, string> Values,
    IReadOnlyList<CellRecord> OfArm,
    IReadOnlyList<CellRecord> OfReference
)
{
    /// <summary>The pairs of a run that an inference compares; the same cells are compared once.</summary>
    public static IReadOnlyList<ArmPair> Of(RunResults run, InferenceRecord inference)
    {
        var pairs = new List<ArmPair>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var values in CellBlocks.Of(run.Cells))
        {
            ArmRecord[] there = [.. run.Experiment.Arms.Where(a => Cells(run, a.Name, values).Count > 0)],
                named = [.. there.Where(a => inference.Arms.Count == 0 || inference.Arms.Contains(a.Name))];
            foreach (var (arm, reference) in Pairs(there, named, inference.Pairs))
            {
                var pair = At(run, arm.Name, reference.Name, values);
                if (seen.Add(string.Join('\n', pair.OfArm.Concat(pair.OfReference).Select(c => c.Id))))
                    pairs.Add(pair);
            }
        }
        return pairs;
    }

    /// <summary>Two arms at values of the axes.</summary>
    public static ArmPair At(RunResults run, string arm, string reference, IReadOnlyDictionary<string, string> values)
    {
        IReadOnlyList<CellRecord> own = Cells(run, arm, values),
            others = Cells(run, reference, values);
        string[] taken = [.. own.Concat(others).SelectMany(c => c.Values.Keys).Distinct()];
        return new(
            arm,
            reference,
            new OrderedDictionary<string, string>(values.Where(v => taken.Contains(v.Key)), StringComparer.Ordinal),
            own,
            others
        );
    }

    /// <summary>Whether another is of the same cells.</summary>
    public bool IsOf(ArmPair other) =>
        OfArm.Select(c => c.Id).SequenceEqual(other.OfArm.Select(c => c.Id))
        && OfReference.Select(c => c.Id).SequenceEqual(other.OfReference.Select(c => c.Id));

    static IEnumerable<(ArmRecord Arm, ArmRecord Reference)> Pairs(ArmRecord[] there, ArmRecord[] named, Specs.ArmPairs kind)
    {
        if (kind == Specs.ArmPairs.AgainstReference)
            return ArmRecord.Chosen(there, Specs.ArmRole.Reference) is { } reference
                ? named.Where(a => a != reference).Select(a => (a, reference))
                : [];
        return named.SelectMany((later, i) => named.Take(i).Select(earlier => (later, earlier)));
    }

    static IReadOnlyList<CellRecord> Cells(RunResults run, string arm, IReadOnlyDictionary<string, string> values) =>
        [.. run.Cells.Where(c => c.Arm == arm && CellBlocks.Agrees(c.Values, values))];
}
