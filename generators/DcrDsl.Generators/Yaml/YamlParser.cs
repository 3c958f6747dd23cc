using System.Globalization;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace DcrDsl.Generators.Yaml;

/// <summary>Reads a <c>*.dcr.yaml</c> file into a draft. docs/yaml.md describes the layout.</summary>
sealed class YamlParser
{
    static readonly string[] Keys = ["experiment", "summary", "base", "stages", "arms", "sweep", "zip", "exclude", "seeds"];
    static readonly string[] ArmKeys = ["summary", "from", "order"];
    const string BaseProperty = "Base";

    readonly string path;
    readonly YamlText text;
    readonly SourceMap places = new();
    readonly YamlBinder binder;
    readonly Dictionary<string, YamlNode> top = new(StringComparer.Ordinal);
    readonly List<DraftProperty> properties = [];
    readonly ExperimentValue declared = new();

    YamlParser(string path, YamlText text, OwnVocabulary vocabulary, List<DiagnosticInfo> diagnostics)
    {
        (this.path, this.text) = (path, text);
        binder = new YamlBinder(text, vocabulary, places, diagnostics);
    }

    /// <summary>The draft, or null where an error was reported.</summary>
    public static ExperimentDraft? Parse(
        AdditionalText file,
        string rootNamespace,
        OwnVocabulary vocabulary,
        List<DiagnosticInfo> diagnostics,
        CancellationToken cancellation
    )
    {
        if (Open(file, cancellation) is not { } text)
            return null;
        if (text.Read(diagnostics) is not { } root)
            return null;
        var parser = new YamlParser(file.Path, text, vocabulary, diagnostics);
        try
        {
            var draft = parser.Draft(root, rootNamespace);
            return diagnostics.Any(d => d.IsError) ? null : draft;
        }
        catch (YamlValueException e)
        {
            parser.binder.Report(e.Node, e.Descriptor, e.Arguments);
            return null;
        }
    }

    /// <summary>Where the experiment's name is written.</summary>
    public static Place NamePlace(AdditionalText file, CancellationToken cancellation)
    {
        if (Open(file, cancellation) is { } text && text.Read([]) is YamlMapping root && root["experiment"] is { } name)
            return text.Of(name);
        return new Place(file.Path, default, default);
    }

    static YamlText? Open(AdditionalText file, CancellationToken cancellation) =>
        file.GetText(cancellation) is { } source ? new YamlText(file.Path, source) : null;

    ExperimentDraft Draft(YamlNode root, string rootNamespace)
    {
        foreach (var (key, value) in binder.Entries(root, "the experiment's parts"))
        {
            if (Keys.Contains(key.Value))
                top[key.Value] = value;
            else
                binder.Report(key, Descriptors.UnknownKey, key.Value, "an experiment", Suggestion.For(key.Value, Keys));
        }
        Properties();
        string name = Text("experiment");
        var namePlace = top.TryGetValue("experiment", out var node) ? text.Of(node) : text.Of(root);
        return new ExperimentDraft
        {
            Name = name,
            NamePlace = namePlace,
            Namespace = rootNamespace,
            TypeName = Values.Text.Pascal(name.Length > 0 ? name : "experiment"),
            Summary = Text("summary"),
            DeclaredIn = path,
            Properties = properties,
            Declared = declared,
            Arms = [.. Arms()],
            Axes = [.. Part("sweep", "fields and their values").Select(Axis)],
            Zips =
            [
                .. Lists("zip")
                    .Select(z => new DraftZip(
                        [.. binder.Items(z, "swept fields").Select(p => FieldPath(YamlBinder.Excerpt(p)))],
                        text.Of(z)
                    )),
            ],
            Exclusions = [.. Lists("exclude").Select(Exclusion)],
            Seeds = [.. Seeds()],
            SeedsPlace = top.TryGetValue("seeds", out var seeds) ? text.Of(seeds) : namePlace,
            Places = places,
            Notation = Notation.Yaml,
        };
    }

    void Properties()
    {
        if (top.TryGetValue("base", out var model))
            Property(BaseProperty, typeof(ModelSpec), model, model, optional: false);
        foreach (var (key, value) in Part("stages", "stages"))
        {
            string name = key.Value;
            if (!SyntaxFacts.IsValidIdentifier(name) || !char.IsUpper(name[0]) || name == BaseProperty)
                binder.Report(
                    key,
                    Descriptors.InvalidName,
                    name,
                    "a stage",
                    "use letters and digits, beginning with a capital, and not Base"
                );
            else
                Property(name, StageType(name, value), value, key, optional: true);
        }
    }

    void Property(string name, Type type, YamlNode value, YamlNode key, bool optional)
    {
        declared[name] = binder.Bind(value, type, null, optional);
        properties.Add(new DraftProperty(name, type == typeof(ModelSpec) ? type : declared[name]?.GetType() ?? type, text.Of(key)));
        places.Set(declared, name, text.Of(value));
    }

    /// <summary>
    /// Stages that every arm leaves out unless it says otherwise are declared with their type alone, so the type is needed first.
    /// </summary>
    Type StageType(string stage, YamlNode value)
    {
        // One that is declared as none has the type that an arm gives it.
        var arms = Part("arms", "arms").Select(arm => (arm.Value as YamlMapping)?[stage]);
        return arms.Prepend(value)
                .OfType<YamlMapping>()
                .Select(m => m["type"])
                .OfType<YamlScalar>()
                .Select(t => Vocabulary.ChoicesFor(typeof(Stage)).FirstOrDefault(c => c.Name == t.Value))
                .FirstOrDefault(t => t is not null)
            ?? typeof(Stage);
    }

    IEnumerable<DraftArm> Arms()
    {
        var known = new Dictionary<string, ExperimentValue>(StringComparer.Ordinal);
        foreach (var (key, value) in Part("arms", "arms"))
        {
            string name = key.Value,
                summary = "";
            IReadOnlyList<string>? order = null;
            var role = ArmRole.None;
            var experiment = declared;
            if (!YamlBinder.IsNone(value) && value is YamlMapping mapping && mapping["from"] is { } from)
            {
                if (!known.TryGetValue(YamlBinder.Excerpt(from), out experiment!))
                {
                    binder.Report(
                        from,
                        Descriptors.InvalidValue,
                        YamlBinder.Excerpt(from),
                        "an arm declared above",
                        Suggestion.For(YamlBinder.Excerpt(from), known.Keys)
                    );
                    experiment = declared;
                }
            }
            var changed = experiment.Clone();
            places.Copy(experiment, changed);
            foreach (var (option, setting) in YamlBinder.IsNone(value) ? [] : binder.Entries(value, "stages"))
            {
                if (option.Value == "summary")
                    summary = Line(setting);
                else if (option.Value == "order")
                    order = [.. binder.Items(setting, "stages").Select(YamlBinder.Excerpt)];
                else if (option.Value == "role")
                    role = binder.Bind(setting, typeof(ArmRole), null, optional: false) is ArmRole given ? given : ArmRole.None;
                else if (option.Value != "from")
                    Change(changed, option, setting);
            }
            known[name] = changed;
            yield return new DraftArm(name, Values.Text.Pascal(name), summary, changed, order, role, text.Of(key));
        }
    }

    void Change(ExperimentValue experiment, YamlScalar stage, YamlNode setting)
    {
        if (properties.FirstOrDefault(p => p.Name == stage.Value) is not { } property)
        {
            binder.Report(
                stage,
                Descriptors.UnknownKey,
                stage.Value,
                "an arm",
                Suggestion.For(stage.Value, properties.Select(p => p.Name).Concat(ArmKeys))
            );
            return;
        }
        experiment[property.Name] = binder.Bind(setting, property.Type, experiment[property.Name], optional: property.Name != BaseProperty);
        places.Set(experiment, property.Name, text.Of(setting));
    }

    DraftAxis Axis((YamlScalar Key, YamlNode Value) entry)
    {
        string field = FieldPath(entry.Key.Value!);
        var values = new List<(object? Value, Place Place)>();
        foreach (var item in binder.Items(entry.Value, "values"))
            values.Add((AxisValue(item, field), text.Of(item)));
        return new DraftAxis(field, values, text.Of(entry.Key));
    }

    /// <summary>A swept value in the type of its field; where the field is not known, as text, and the sweep's own check speaks.</summary>
    object? AxisValue(YamlNode node, string field)
    {
        string[] parts = field.Split('.');
        object? owner = declared[parts[0]];
        var type = properties.FirstOrDefault(p => p.Name == parts[0])?.Type;
        Option? option = null;
        for (int i = 1; i < parts.Length; i++)
        {
            option =
                owner is not null ? Vocabulary.OptionOf(owner, parts[i])
                : type is not null ? Vocabulary.Option(type, parts[i])
                : null;
            if (option is null)
                return YamlBinder.Excerpt(node);
            owner = owner is null ? null : option.GetValue(owner);
            type = option.Inner;
            // Behind a list of records comes the kind of one of them.
            if (i + 1 < parts.Length && Vocabulary.ItemType(type) is { } item && Vocabulary.IsRecord(item))
            {
                i++;
                (owner, type) = (null, Vocabulary.ChoicesFor(item).FirstOrDefault(kind => kind.Name == parts[i]));
            }
        }
        return option is null ? YamlBinder.Excerpt(node) : binder.Bind(node, option.Type, null, option.TakesNull, members: option.Members);
    }

    DraftExclusion Exclusion(YamlNode node) =>
        new(
            [
                .. binder
                    .Entries(node, "fields and values")
                    .Select(e =>
                        e.Key.Value == "arm"
                            ? ("arm", YamlBinder.Excerpt(e.Value))
                            : (FieldPath(e.Key.Value!), AxisValue(e.Value, FieldPath(e.Key.Value!)))
                    ),
            ],
            text.Of(node)
        );

    IEnumerable<DraftSeed> Seeds()
    {
        if (!top.TryGetValue("seeds", out var seeds))
            yield break;
        foreach (var item in binder.Items(seeds, "whole numbers"))
        {
            if (int.TryParse(YamlBinder.Excerpt(item), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seed))
                yield return new DraftSeed(seed, text.Of(item));
            else
                binder.Report(item, Descriptors.InvalidValue, YamlBinder.Excerpt(item), "a seed, a whole number of at least 0", "");
        }
    }

    IEnumerable<(YamlScalar Key, YamlNode Value)> Part(string key, string what) =>
        top.TryGetValue(key, out var node) && !YamlBinder.IsNone(node) ? binder.Entries(node, what) : [];

    /// <summary>A part that holds one entry or a list of them.</summary>
    IEnumerable<YamlNode> Lists(string key) =>
        !top.TryGetValue(key, out var node) ? []
        : node is YamlSequence sequence && sequence.Items.All(c => c is not YamlScalar) ? binder.Items(sequence, "entries")
        : [node];

    string Text(string key) => top.TryGetValue(key, out var node) ? Line(node) : "";

    /// <summary>A text on one line; anything else is reported.</summary>
    string Line(YamlNode node)
    {
        if (node is not YamlScalar { Value: var value })
        {
            binder.Report(node, Descriptors.InvalidValue, YamlBinder.Excerpt(node), "what is wanted here, text", "");
            return "";
        }
        return string.Join(" ", value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>A path as C# spells it: <c>Dcr.objective.margin</c> becomes <c>Dcr.Objective.Margin</c>.</summary>
    static string FieldPath(string written) =>
        string.Join(
            ".",
            written.Split('.').Select((part, i) => i == 0 || part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part.Substring(1))
        );
}
