namespace DcrDsl.Generators.Values;

/// <summary>A record in the user's own project that joins a family of the vocabulary, as plain data.</summary>
/// <param name="FullName">Its name with namespace and containing types, separated by dots.</param>
/// <param name="Family">The record of the vocabulary that it derives from: a name of <see cref="OwnFamily"/>.</param>
/// <param name="Summary">Its documentation, on one line.</param>
/// <param name="Function">The full name of the function, or class, behind it.</param>
/// <param name="Options">Its own options; it has those of its family besides.</param>
/// <param name="TakesTotal">Of a schedule: whether its function takes the number of steps in all.</param>
/// <param name="HasAnswers">Of prompts: whether they come with answers.</param>
/// <param name="IsSound">Whether it can be used; if not, the errors stand at its declaration.</param>
sealed record OwnType(
    string FullName,
    string Family,
    string Summary,
    string Function,
    EquatableArray<OwnOption> Options,
    bool TakesTotal,
    bool HasAnswers,
    bool IsSound
)
{
    public string Name => FullName.Substring(FullName.LastIndexOf('.') + 1);

    /// <summary>A record with every option at its default.</summary>
    public object Create()
    {
        var record = OwnFamily.Of(Family)!.Create();
        record.Own = new OwnRecord(this, Options.Select(o => o.Default).ToEquatableArray());
        return record;
    }
}

/// <summary>A record of the user's with the values of its own options.</summary>
sealed record OwnRecord(OwnType Type, EquatableArray<object?> Values);

/// <summary>The records of the user's own project and of what it references, by which YAML names them.</summary>
sealed record OwnVocabulary(EquatableArray<OwnType> Types)
{
    public static readonly OwnVocabulary Empty = new(EquatableArray<OwnType>.Empty);

    /// <summary>The records by name; of one that several declarations or assemblies give, the first.</summary>
    public static OwnVocabulary Of(IEnumerable<OwnType> declared, IEnumerable<OwnType> referenced) =>
        new(
            declared
                .Concat(referenced)
                .Where(t => t.Family.Length > 0)
                .GroupBy(t => t.FullName)
                .Select(g => g.First())
                .OrderBy(t => t.FullName, StringComparer.Ordinal)
                .ToEquatableArray()
        );

    /// <summary>What can stand where a record of the family is asked for, by the names it has there.</summary>
    public IReadOnlyList<Choice> ChoicesFor(Type family) =>
        [
            .. Vocabulary.ChoicesFor(family).Select(t => new Choice(t.Name, t.FullName!, () => Activator.CreateInstance(t)!, true)),
            .. Types
                .Where(t => family.IsAssignableFrom(OwnFamily.Of(t.Family)!.Base))
                .Select(t => new Choice(IsAlone(t) ? t.Name : t.FullName, t.FullName, t.Create, t.IsSound)),
        ];

    /// <summary>Whether the simple name is enough.</summary>
    bool IsAlone(OwnType type) => Types.Count(t => t.Name == type.Name) == 1 && !Vocabulary.IsName(type.Name);
}

/// <summary>A record that can be chosen by name.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="FullName">What it is called too, whatever else there is.</param>
/// <param name="Create">Makes one with every option at its default.</param>
/// <param name="IsSound">Whether it can be used.</param>
sealed record Choice(string Name, string FullName, Func<object> Create, bool IsSound);
