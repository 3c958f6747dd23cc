namespace DcrDsl.Generators.Values;

/// <summary>
/// Gives out names that are free in one place of a program: the locals of a method, the members of a type, the stages of an experiment.
/// </summary>
sealed class Names
{
    readonly HashSet<string> taken;

    /// <param name="reserved">The names that the place uses itself.</param>
    /// <param name="comparer">How names are compared; null: as C# does.</param>
    public Names(IEnumerable<string> reserved, StringComparer? comparer = null) =>
        taken = new HashSet<string>(reserved, comparer ?? StringComparer.Ordinal);

    /// <summary>The wanted name if it is free, else with the suffix behind it, else with a number behind that.</summary>
    public string Take(string wanted, string suffix = "")
    {
        string name = Characters.WithoutFormat(wanted);
        if (taken.Add(name))
            return name;
        if (suffix.Length > 0 && taken.Add(name + suffix))
            return name + suffix;
        for (int i = 2; ; i++)
            if (taken.Add(name + suffix + Text.Label(i)))
                return name + suffix + Text.Label(i);
    }
}
