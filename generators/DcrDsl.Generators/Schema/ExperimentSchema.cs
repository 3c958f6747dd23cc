using DcrDsl.Generators.Values;

namespace DcrDsl.Generators.Schema;

/// <summary>
/// The JSON Schema of <c>*.dcr.yaml</c>, derived from the vocabulary: what editors complete, explain and underline by. Draft 7, which
/// yaml-language-server and JetBrains' editors read whole. It is never stricter than the generator, which has the last word.
/// </summary>
static class ExperimentSchema
{
    // Stages begin with a capital; 'Base' is the model.
    const string StageName = "^(?!Base$)[^a-z].*$";

    /// <summary>The schema of the vocabulary, without records of the user's own.</summary>
    public static JsonObject OfVocabulary()
    {
        var definitions = ValueSchema.Plain;
        foreach (var enumeration in RecordSchema.Enumerations)
            definitions[enumeration.Name] = ValueSchema.Members(enumeration);
        foreach (var family in RecordSchema.Families)
            definitions = definitions.With(RecordSchema.Family(family));
        foreach (var record in RecordSchema.Records)
            definitions[RecordSchema.Mapping(record.Name)] = RecordSchema.Mapping(Vocabulary.Default(record), [record.Name]);
        var swept = SweptFields.Of(RecordSchema.Records.Select(Vocabulary.Default));
        foreach (var (key, values) in swept)
            definitions[SweptFields.Definition(key)] = ValueSchema.AnyOf(values);
        JsonObject lists = [],
            single = [];
        foreach (var (key, _) in swept)
        {
            lists[SweptFields.Pattern(key)] = SweptFields.List(key);
            single[SweptFields.Pattern(key)] = ValueSchema.Reference(SweptFields.Definition(key));
        }
        definitions["sweep"] = Closed(
            "Axes: swept fields, each with its values. They multiply, unless zip has them advance together.",
            [],
            lists
        );
        definitions["exclusion"] = Closed(
            "A combination that is not run: swept fields with a value each, and the arm if it matters. All must hold.",
            new() { ["arm"] = ValueSchema.Reference(ValueSchema.Text) },
            single
        );
        definitions["stage"] = OrNone("Stage", "A stage, or none: left out.");
        definitions["arm"] = Arm;
        return Top().With(new() { ["definitions"] = definitions });
    }

    static JsonObject Top() =>
        new()
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "DcrDsl experiment",
            ["description"] = "An experiment on over-refusal of safety-tuned models: docs/yaml.md.",
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["experiment"] = new JsonObject
                {
                    ["description"] = "The name on the command line: lower-case letters, digits and single dashes.",
                    ["type"] = new[] { "string", "number" },
                    ["pattern"] = "^[a-z0-9]+(-[a-z0-9]+)*$",
                },
                ["summary"] = Described("The question that the experiment asks.", ValueSchema.Text),
                ["base"] = Described("The base model.", "ModelSpec"),
                ["stages"] = Closed("The stages, in the order in which they run; names begin with a capital.", [], Stages),
                ["arms"] = new JsonObject
                {
                    ["description"] = "Variants of the pipeline by name, each with what it changes.",
                    ["type"] = "object",
                    ["minProperties"] = 1,
                    ["additionalProperties"] = OrNone("arm", ""),
                },
                ["sweep"] = OrNone("sweep", ""),
                ["zip"] = new JsonObject
                {
                    ["description"] = "Axes that advance together: one list of swept fields, or several.",
                    ["type"] = "array",
                    ["items"] = ValueSchema.AnyOf(ValueSchema.Reference(ValueSchema.Path), List(ValueSchema.Reference(ValueSchema.Path))),
                },
                ["exclude"] = ValueSchema.AnyOf(ValueSchema.Reference("exclusion"), List(ValueSchema.Reference("exclusion"))),
                ["seeds"] = new JsonObject
                {
                    ["description"] = "Every cell is run once with each; at least three are needed for an interval worth showing.",
                    ["type"] = "array",
                    ["minItems"] = 1,
                    ["uniqueItems"] = true,
                    ["items"] = ValueSchema.AnyOf(
                        new()
                        {
                            ["type"] = "integer",
                            ["minimum"] = 0,
                            ["maximum"] = int.MaxValue,
                        },
                        new() { ["type"] = "string", ["pattern"] = "^[+]?[0-9]+$" }
                    ),
                },
            },
            ["required"] = new[] { "experiment", "base", "stages", "arms", "seeds" },
            ["additionalProperties"] = false,
        };

    static JsonObject Stages => new() { [StageName] = ValueSchema.Reference("stage") };

    static JsonObject Arm =>
        Closed(
            "What an arm changes: stages by name, each with the options that differ, or none.",
            new()
            {
                ["summary"] = Described("What the arm is for.", ValueSchema.Text),
                ["role"] = Described("What the arm is in the answer to the experiment's question.", "ArmRole"),
                ["from"] = Described("An arm declared above, from which this one starts.", ValueSchema.Text),
                ["order"] = new JsonObject
                {
                    ["description"] = "The stages in another order; those not named are left out.",
                    ["type"] = "array",
                    ["items"] = ValueSchema.Reference(ValueSchema.Text),
                },
                ["Base"] = Described("Another base model, or what differs in it.", "ModelSpec"),
            },
            Stages
        );

    static JsonObject Closed(string description, JsonObject properties, JsonObject patterns) =>
        new()
        {
            ["description"] = description,
            ["type"] = "object",
            ["properties"] = properties,
            ["patternProperties"] = patterns,
            ["additionalProperties"] = false,
        };

    static JsonObject Described(string description, string definition)
    {
        var schema = ValueSchema.Reference(definition);
        schema["description"] = description;
        return schema;
    }

    static JsonObject OrNone(string definition, string description)
    {
        var schema = ValueSchema.AnyOf(ValueSchema.Reference(definition), ValueSchema.Reference(ValueSchema.None));
        if (description.Length > 0)
            schema["description"] = description;
        return schema;
    }

    static JsonObject List(JsonObject items) => new() { ["type"] = "array", ["items"] = items };
}
