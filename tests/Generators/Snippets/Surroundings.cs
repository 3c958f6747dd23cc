using System.Text.RegularExpressions;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Tests.Snippets;

/// <summary>
/// The experiment that fragments of declarations are put into: its stages in order, with the options that they cannot be without. Those
/// of <see cref="Always"/> are in each, the others where a fragment has one.
/// </summary>
static class Surroundings
{
    /// <summary>Whether a fragment is about models that write more words than ToyWorld has, or have more blocks.</summary>
    public static bool IsReal(string text) =>
        text.Contains("RefusalJudges", StringComparison.Ordinal)
        || text.Contains("HuggingFace", StringComparison.Ordinal)
        || Regex.IsMatch(text, "[Ll]ayer(:| =) 15|RefusalPhrases");

    public static string Base(string text) =>
        IsReal(text) ? "new HuggingFace { Path = \"{model}\" }" : "new ToyLlama { Layers = 4, Width = 64 }";

    /// <summary>What a fragment that names stages or options of an experiment is put beside.</summary>
    public static readonly (string Stage, Type Record, (string Option, string CSharp, string Yaml)[] Options)[] Stages =
    [
        Stage<Pretrain>("Learn", ("Data", "ToyWorld.Pretraining")),
        Stage<ContrastiveRefinement>("Dcr", ("SeeminglyToxic", "ToyWorld.RefinementSeeminglyToxic"), ("Toxic", "ToyWorld.RefinementToxic")),
        Stage<SupervisedFineTuning>("Align", ("General", "ToyWorld.AlignmentGeneral"), ("Refusals", "ToyWorld.AlignmentRefusals")),
        Stage<PreferenceTuning>("Prefer", ("Pairs", "ToyWorld.PreferencePairs")),
        Stage<Surgical>(
            "Cut",
            ("Toxic", "ToyWorld.RefinementToxic"),
            ("OverRefused", "ToyWorld.RefinementSeeminglyToxic"),
            ("General", "ToyWorld.AlignmentGeneral"),
            ("RefusalOpeners", "[\"sorry\", \"no\"]")
        ),
        Stage<Scans>("Steer", ("Toxic", "ToyWorld.RefinementToxic"), ("General", "ToyWorld.AlignmentGeneral")),
        Stage<RuleTriggers>("Rules", ("Phrases", "[\"kill\"]")),
        Stage<ClassifierChain>("Chain", ("Toxic", "ToyWorld.RefinementToxic"), ("Harmless", "ToyWorld.RefinementSeeminglyToxic")),
        Stage<CritiqueAndRevise>("Think"),
        Stage<EvaluationGrid>(
            "Score",
            ("Tasks", "[ToyWorld.SeeminglyToxic, ToyWorld.Toxic]"),
            ("Judge", "RefusalJudges.PrefixOrSubstring")
        ),
    ];

    public static readonly string[] Always = ["Learn", "Dcr", "Align", "Score"];

    /// <summary>The records whose options a fragment may list, the likeliest first, and the option that such a record stands in.</summary>
    public static readonly (Type Record, string Stage, string In, (string Option, string CSharp, string Yaml)[] Options)[] Inner =
    [
        .. Stages
            .OrderBy(s => Array.IndexOf(["Dcr", "Align", "Learn", "Score", "Prefer"], s.Stage) is >= 0 and var rank ? rank : 9)
            .Select(s => (s.Record, s.Stage, "", s.Options)),
        Within<PromptTask>("Tasks", ("Name", "\"Mine\""), ("Prompts", "ToyWorld.ToxicPrompts")),
        Within<LanguageModelJudge>(
            "OtherJudges",
            ("Backend", "new OpenAICompatible { Address = \"http://localhost:8000/v1\", Model = \"qwen-2026\" }"),
            ("Rubric", "Rubrics.AfterStrongReject")
        ),
    ];

    /// <summary>Of a record that stands alone in a fragment: the stage and the option that it belongs into.</summary>
    public static (string Stage, string In) PlaceOf(Type record) =>
        Stages.FirstOrDefault(s => s.Record == record).Stage is { } stage ? (stage, "")
        : typeof(EvaluationTask).IsAssignableFrom(record) ? ("Score", "Tasks")
        : typeof(JudgeSpec).IsAssignableFrom(record) ? ("Score", "OtherJudges")
        : typeof(ModelSpec).IsAssignableFrom(record) ? ("", "Base")
        : typeof(PromptSource).IsAssignableFrom(record) ? ("Score", "Tasks")
        : throw new InvalidOperationException($"Where a {record.Name} stands in an experiment is to be said here.");

    static (string, Type, (string, string, string)[]) Stage<T>(string name, params (string Option, string CSharp)[] options) =>
        (name, typeof(T), InBoth(options));

    static (Type, string, string, (string, string, string)[]) Within<T>(string option, params (string Option, string CSharp)[] options) =>
        (typeof(T), "Score", option, InBoth(options));

    static (string, string, string)[] InBoth((string Option, string CSharp)[] options) =>
        [.. options.Select(o => (o.Option, o.CSharp, Yaml(o.CSharp)))];

    /// <summary>The few forms that options above have, in YAML.</summary>
    static string Yaml(string value) =>
        value.StartsWith("new ", StringComparison.Ordinal)
            ? "{ type: OpenAICompatible, address: \"http://localhost:8000/v1\", model: qwen-2026 }"
            : value;
}
