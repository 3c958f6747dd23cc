using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Wording;

namespace DcrDsl.Generators.Draft;

/// <summary>
/// A field reached from the experiment: a stage (or model) property and options within options, such as <c>Dcr.Objective.Margin</c>.
/// </summary>
sealed class FieldPath
{
    readonly IReadOnlyList<Option> chain;

    FieldPath(string path, DraftProperty property, IReadOnlyList<Option> chain) => (Text, Property, this.chain) = (path, property, chain);

    public string Text { get; }

    public DraftProperty Property { get; }

    public Option Field => chain[chain.Count - 1];

    public Type Type => Field.Inner;

    /// <summary>The field's path below its stage.</summary>
    public string Below => Text.Substring(Property.Name.Length + 1);

    /// <summary>Finds the field; otherwise says why there is none.</summary>
    /// <param name="draft">The experiment.</param>
    /// <param name="path">The path.</param>
    /// <param name="problem">Why there is none.</param>
    /// <param name="meant">The path with the nearest name in place of the one that is not known; null: none is near.</param>
    public static FieldPath? Resolve(ExperimentDraft draft, string path, out string problem, out string? meant)
    {
        meant = null;
        string[] parts = path.Split('.');
        var property = draft.Properties.FirstOrDefault(p => p.Name == parts[0]);
        if (property is null || parts.Length < 2)
        {
            problem = property is null
                ? $"no stage is called '{parts[0]}'{Suggestion.For(parts[0], draft.Properties.Select(p => p.Name))}"
                : "name a field of the stage after a dot";
            meant = Nearest(parts, 0, draft.Properties.Select(p => p.Name));
            return null;
        }
        // The declared value tells which objective, schedule or model it is; where an arm alone declares the stage, that arm does.
        object? owner = new[] { draft.Declared }
            .Concat(draft.Arms.Select(a => a.Value))
            .Select(v => v[property.Name])
            .FirstOrDefault(v => v is not null);
        var chain = new List<Option>();
        for (int i = 1; i < parts.Length; i++)
        {
            string part = parts[i];
            var type = chain.Count == 0 ? property.Type : chain[chain.Count - 1].Inner;
            var options = owner is null ? Vocabulary.Options(type) : Vocabulary.OptionsOf(owner);
            if (options.FirstOrDefault(o => o.Name == part) is not { } option)
            {
                string written = draft.Notation.Option(part);
                problem =
                    $"{(owner is null ? type.Name : Vocabulary.NameOf(owner))} has no option "
                    + $"'{written}'"
                    + (
                        Vocabulary.WhyItLacks(owner?.GetType() ?? type, part)
                        ?? Suggestion.For(written, options.Select(o => draft.Notation.Option(o.Name)))
                    );
                meant = Nearest(parts, i, options.Select(o => o.Name));
                return null;
            }
            if (i + 1 < parts.Length && Vocabulary.ItemType(option.Type) is { } item && Vocabulary.IsRecord(item))
            {
                option = new ItemOption(option, parts[++i]);
                // An arm may be the first to have such an item.
                owner = Owners(draft, property, chain).FirstOrDefault(option.IsOf);
                if (owner is null)
                {
                    var kinds = Vocabulary.ChoicesFor(item).Select(kind => kind.Name).ToList();
                    problem = kinds.Contains(parts[i])
                        ? $"no arm has one {parts[i]} in '{draft.Notation.Option(part)}'"
                        : $"'{draft.Notation.Option(part)}' has no item '{parts[i]}'{Suggestion.For(parts[i], kinds)}";
                    meant = Nearest(parts, i, kinds);
                    return null;
                }
            }
            chain.Add(option);
            owner = owner is null ? null : option.GetValue(owner);
        }
        problem = "";
        return new FieldPath(path, property, chain);
    }

    static string? Nearest(string[] parts, int at, IEnumerable<string> known) =>
        NearestName.Of(parts[at], [.. known]) is { } nearest && nearest != parts[at]
            ? string.Join(".", parts.Select((part, i) => i == at ? nearest : part))
            : null;

    /// <summary>What the options lead to from the stage as it is declared and as each arm has it.</summary>
    static IEnumerable<object> Owners(ExperimentDraft draft, DraftProperty property, IReadOnlyList<Option> chain) =>
        new[] { draft.Declared }.Concat(draft.Arms.Select(a => a.Value)).Select(v => Along(chain, v[property.Name])).OfType<object>();

    static object? Along(IEnumerable<Option> chain, object? owner)
    {
        foreach (var option in chain)
        {
            if (owner is null || !option.IsOf(owner))
                return null;
            owner = option.GetValue(owner);
        }
        return owner;
    }

    /// <summary>The object that holds the field in a given experiment, or null where a stage on the way was left out.</summary>
    public object? Owner(ExperimentValue experiment) =>
        Along(chain.Take(chain.Count - 1), experiment[Property.Name]) is { } owner && Field.IsOf(owner) ? owner : null;

    public object? Get(ExperimentValue experiment) => Owner(experiment) is { } owner ? Field.GetValue(owner) : null;

    /// <summary>The experiment with another value in the field; the places of everything else are kept.</summary>
    public ExperimentValue With(ExperimentValue experiment, object? value, SourceMap places, Place place)
    {
        var copy = experiment.Clone();
        places.Copy(experiment, copy);
        object owner = copy[Property.Name] = CloneWithPlaces(experiment[Property.Name]!, places);
        foreach (var option in chain.Take(chain.Count - 1))
        {
            object inner = CloneWithPlaces(option.GetValue(owner)!, places);
            option.SetValue(owner, inner);
            owner = inner;
        }
        Field.SetValue(owner, value);
        places.Set(owner, Field.Name, place);
        return copy;
    }

    static object CloneWithPlaces(object record, SourceMap places)
    {
        object copy = Vocabulary.Clone(record);
        places.Copy(record, copy);
        return copy;
    }
}
