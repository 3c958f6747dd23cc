using System.Globalization;
using DcrDsl.Execution.Numerics;
using DcrDsl.Planning;
using DcrDsl.Wording;

namespace DcrDsl.Execution.Locks;

/// <summary>Says what of a plan is not as its lock has it, in the words of <c>plan</c>.</summary>
static class LockDifference
{
    // Of more names than these, the rest is counted.
    const int Named = 5;

    /// <summary>Each difference in words; none: the lock describes the plan.</summary>
    /// <param name="locked">The lock.</param>
    /// <param name="plan">What is planned now.</param>
    /// <param name="whole">Whether all that is declared is planned; else it may be a part of what is locked.</param>
    public static IReadOnlyList<string> Of(LockRecord locked, LockedPlan plan, bool whole)
    {
        var now = plan.Record;
        if (locked.Experiment != now.Experiment)
            return [$"it is of the experiment {locked.Experiment}"];
        // What the compiler makes of all methods is other code then: to name them says nothing.
        if (locked.Versions.Build != now.Versions.Build)
            return [$"this is a {now.Versions.Build} build and {locked.Versions.Build} is locked (dotnet run -c {locked.Versions.Build})"];
        string[] said = [.. Selected(locked, now, whole), .. Stages(locked, plan)];
        return said.Length > 0 ? said : [.. Keys(locked, now)];
    }

    static IEnumerable<string> Selected(LockRecord locked, LockRecord now, bool whole)
    {
        string[] said =
        [
            .. Names("arm", locked.Arms, now.Arms, whole),
            .. Names("axis", locked.Axes.Keys, now.Axes.Keys, whole: true),
            .. locked.Axes.Where(a => now.Axes.ContainsKey(a.Key)).SelectMany(a => Names($"{a.Key} =", a.Value, now.Axes[a.Key], whole)),
            .. Names("seed", locked.Seeds.Select(Text), now.Seeds.Select(Text), whole),
        ];
        return said.Length > 0 ? said : Names("cell", locked.Cells, now.Cells, whole);
    }

    static IEnumerable<string> Names(string what, IEnumerable<string> locked, IEnumerable<string> now, bool whole)
    {
        string[] more = [.. now.Except(locked)],
            fewer = whole ? [.. locked.Except(now)] : [];
        if (more.Length > 0)
            yield return $"{what} {List(more)} {(more.Length == 1 ? "is" : "are")} not locked";
        if (fewer.Length > 0)
            yield return $"{what} {List(fewer)} {(fewer.Length == 1 ? "is" : "are")} locked and not there";
    }

    /// <summary>What differs, said once for all the stages in which it does.</summary>
    static IEnumerable<string> Stages(LockRecord locked, LockedPlan plan) =>
        plan
            .Record.Stages.SelectMany(stage =>
                locked.Stages.FirstOrDefault(s => IsSame(s, stage)) is { } before ? Stage(locked, before, plan, stage) : []
            )
            .GroupBy(d => d.What)
            .Select(g => $"{English.List(g.Select(d => d.Stage).Distinct())}: {g.Key}");

    static IEnumerable<(string Stage, string What)> Stage(LockRecord locked, LockedStage before, LockedPlan plan, LockedStage now)
    {
        if (KeyDifference.Of(before.Options, now.Options) is { Length: > 0 } options)
            yield return (now.Stage, options);
        if (!now.Numerics.All(before.Numerics.Contains))
            yield return (now.Stage, Code(locked, plan.CodeOf(now)));
    }

    static string Code(LockRecord locked, IReadOnlyDictionary<string, string> now)
    {
        // The lock has the code of all its stages together; what of it this stage came to is what it comes to now.
        var before = now.Where(m => locked.Code.ContainsKey(m.Key))
            .ToDictionary(m => m.Key, m => m.Value.Split(' ').All(locked.Code[m.Key].Split(' ').Contains) ? m.Value : locked.Code[m.Key]);
        var difference = NumericsDifference.Between(before, now);
        return difference.Changed.Count + difference.Appeared.Count > 0 ? difference.ToString() : "its code has become less";
    }

    /// <summary>Keys hold all that decides; what nothing above has named is not hidden.</summary>
    static IEnumerable<string> Keys(LockRecord locked, LockRecord now)
    {
        // Device and threads are the machine's, and numbers are compared with a tolerance then.
        if (locked.Computing != now.Computing)
            return [];
        var before = locked.Stages.SelectMany(s => s.Keys).ToDictionary();
        string[] other = [.. now.Stages.SelectMany(s => s.Keys).Where(k => before.GetValueOrDefault(k.Key) != k.Value).Select(k => k.Key)];
        return other.Length == 0 ? [] : [$"{List(other)} {(other.Length == 1 ? "has another key" : "have other keys")}"];
    }

    static bool IsSame(LockedStage one, LockedStage other) =>
        one.Stage == other.Stage && one.Values.OrderBy(v => v.Key).SequenceEqual(other.Values.OrderBy(v => v.Key));

    static string List(IReadOnlyList<string> names) =>
        names.Count <= Named
            ? English.List(names)
            : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", names.Take(Named))} and {names.Count - Named} more");

    static string Text(int seed) => seed.ToString(CultureInfo.InvariantCulture);
}
