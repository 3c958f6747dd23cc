using System.Text.Json;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Choices;

/// <summary>
/// One file of golden/lmeval: a task of lm-evaluation-harness with documents, requests, likelihoods and scores. Its own templates are run.
/// </summary>
sealed record GoldenTask(JsonElement Root)
{
    /// <summary>The names of all tasks.</summary>
    public static TheoryData<string> All() =>
        Golden.TryFolder("lmeval") is not { } folder
            ? []
            :
            [
                .. Directory
                    .EnumerateFiles(folder)
                    .Select(f => Path.GetFileName(f))
                    .Where(f => f.EndsWith(".json", StringComparison.Ordinal) || f.EndsWith(".json.gz", StringComparison.Ordinal))
                    .Select(f => f[..f.IndexOf(".json", StringComparison.Ordinal)])
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ];

    public static GoldenTask Open(string name)
    {
        using var json = Golden.Json(Golden.Folder("lmeval"), name + ".json");
        return new(json.RootElement.Clone());
    }

    public IReadOnlyList<JsonElement> Samples => [.. Root.GetProperty("samples").EnumerateArray()];

    /// <summary>
    /// The task's templates as its file holds them. mc2 scores by labels, which the harness reads in code and not by a template.
    /// </summary>
    public ChoiceFormat Format
    {
        get
        {
            var config = Root.GetProperty("config");
            return new ChoiceFormat
            {
                Description = config.TryGetProperty("description", out _) ? Template(config, "description") : null,
                Text = Template(config, "doc_to_text"),
                Choices = Template(config, "doc_to_choice"),
                Target = Template(config, "doc_to_target"),
                TrueChoices = Root.GetProperty("task").GetString()!.EndsWith("_mc2", StringComparison.Ordinal)
                    ? "{{mc2_targets.labels}}"
                    : null,
            };
        }
    }

    /// <summary>The built-in format of the task; null: there is none of that name.</summary>
    public ChoiceFormat? BuiltIn =>
        Root.GetProperty("task").GetString()! switch
        {
            "arc_easy" or "arc_challenge" => ChoiceFormat.Arc,
            "openbookqa" => ChoiceFormat.OpenBookQA,
            "piqa" => ChoiceFormat.Piqa,
            "truthfulqa_mc1" => ChoiceFormat.TruthfulQAMc1,
            "truthfulqa_mc2" => ChoiceFormat.TruthfulQAMc2,
            var name when name.StartsWith("mmlu_", StringComparison.Ordinal) => ChoiceFormat.Mmlu,
            _ => null,
        };

    /// <summary>The documents as questions in a format.</summary>
    public IReadOnlyList<ChoiceQuestion> Questions(ChoiceFormat format)
    {
        var prompt = new ChoicePrompt(format);
        string solved = prompt.Solved(
            Root.GetProperty("fewshot")
                .EnumerateArray()
                .Take(Root.GetProperty("shots").GetInt32())
                .Select((d, i) => new QuestionRow($"shot {i}", d, ""))
        );
        return [.. Samples.Select((s, i) => prompt.Question(new QuestionRow($"sample {i}", s.GetProperty("doc"), ""), solved))];
    }

    /// <summary>What a text, a list or a number of a task's file is as a template.</summary>
    static string Template(JsonElement config, string key) =>
        !config.TryGetProperty(key, out var value)
            ? ""
            : value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!,
                _ => "{{" + value.GetRawText() + "}}",
            };
}
