using DcrDsl.Generators.Diagnostics;

namespace DcrDsl.Generators.Draft;

/// <summary>An experiment as one of the two front ends read it: the values as written, with their places, not yet checked.</summary>
sealed class ExperimentDraft
{
    public required string Name { get; init; }
    public required Place NamePlace { get; init; }
    public required string Namespace { get; init; }
    public required string TypeName { get; init; }
    public bool IsRecord { get; init; }
    public bool IsPublic { get; init; } = true;
    public string Summary { get; init; } = "";

    /// <summary>The file, as the compiler was given it.</summary>
    public required string DeclaredIn { get; init; }

    /// <summary>
    /// The properties that hold the base model and the stages, in order of declaration, with the types they are declared with.
    /// </summary>
    public required IReadOnlyList<DraftProperty> Properties { get; init; }

    /// <summary>The experiment as declared, before any arm changes it.</summary>
    public required ExperimentValue Declared { get; init; }

    public required IReadOnlyList<DraftArm> Arms { get; init; }
    public required IReadOnlyList<DraftAxis> Axes { get; init; }
    public required IReadOnlyList<DraftZip> Zips { get; init; }
    public required IReadOnlyList<DraftExclusion> Exclusions { get; init; }
    public required IReadOnlyList<DraftSeed> Seeds { get; init; }
    public required Place SeedsPlace { get; init; }
    public required SourceMap Places { get; init; }

    /// <summary>Layers that only a model's config.json can hold to its depth; the rules fill it.</summary>
    public List<DeepLayer> DeepLayers { get; } = [];

    /// <summary>Files of prompts that are to be compared by content; the rules fill it.</summary>
    public List<ComparedPrompts> Compared { get; } = [];

    /// <summary>Whether a property holds a value of this type as declared or in any arm.</summary>
    public bool Holds<T>(string property) => TypesOf(property).Contains(typeof(T));

    /// <summary>The types of what a property holds as declared or in any arm, and its own.</summary>
    public IEnumerable<Type> TypesOf(string property) =>
        ValuesOf(property).Select(v => v.GetType()).Concat(Properties.Where(p => p.Name == property).Select(p => p.Type)).Distinct();

    /// <summary>What a property holds as declared, then in each arm, without those that leave it out.</summary>
    public IEnumerable<object> ValuesOf(string property) =>
        Arms.Select(a => a.Value).Prepend(Declared).Select(v => v[property]).OfType<object>();

    /// <summary>How the front end writes options and paths.</summary>
    public Notation Notation { get; init; } = Notation.CSharp;
}

/// <summary>The values of an experiment's properties: what an instance of the user's record would hold.</summary>
sealed class ExperimentValue
{
    readonly Dictionary<string, object?> values = new(StringComparer.Ordinal);

    public object? this[string property]
    {
        get => values.TryGetValue(property, out var value) ? value : null;
        set => values[property] = value;
    }

    public bool Has(string property) => values.ContainsKey(property);

    public ExperimentValue Clone()
    {
        var copy = new ExperimentValue();
        foreach (var pair in values)
            copy[pair.Key] = pair.Value;
        return copy;
    }
}

sealed record DraftProperty(string Name, Type Type, Place Place);

sealed record DraftArm(
    string Name,
    string Member,
    string Summary,
    ExperimentValue Value,
    IReadOnlyList<string>? Order,
    Specs.ArmRole Role,
    Place Place
);

sealed record DraftAxis(string Path, IReadOnlyList<(object? Value, Place Place)> Values, Place Place);

sealed record DraftZip(IReadOnlyList<string> Paths, Place Place);

sealed record DraftExclusion(IReadOnlyList<(string Field, object? Value)> Combination, Place Place);

sealed record DraftSeed(int Value, Place Place);
