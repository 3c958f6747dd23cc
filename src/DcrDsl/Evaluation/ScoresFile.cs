using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation;

/// <summary>
/// Scores as JSON Lines, one line a prompt or question with all that is known of it, task by task: completions can be read, searched and
/// judged again
/// without the model. Numbers are written so that they come back exactly.
/// </summary>
public static class ScoresFile
{
    internal static JsonSerializerOptions Options { get; } =
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
        };

    /// <summary>Writes the file, aside first and then under its name, so that no reader sees half of it.</summary>
    /// <param name="path">Where to; its folder exists.</param>
    /// <param name="scores">What to write.</param>
    public static void Write(string path, Scores scores)
    {
        var prompts = scores.Tasks.SelectMany(task => task.Items.Select(item => JsonSerializer.Serialize(Line.Of(task, item), Options)));
        var questions = scores.ChoiceTasks.SelectMany(task =>
            task.Items.Select(item => JsonSerializer.Serialize(ChoiceLine.Of(task, item), Options))
        );
        WholeFile.WriteLines(path, prompts.Concat(questions));
    }

    /// <summary>Reads a file that <see cref="Write"/> wrote.</summary>
    /// <exception cref="InputException">
    /// The file is not there, holds nothing, or a line is not what <see cref="Write"/> writes; the sentence names the line.
    /// </exception>
    public static Scores Read(string path)
    {
        if (!File.Exists(path))
            throw new InputException($"{path} is not there: run the evaluation that writes it.");
        List<(Line First, List<PromptOutcome> Items)> tasks = [];
        List<(string Name, bool InDistribution, List<ChoiceOutcome> Items)> choiceTasks = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        string current = "";
        int number = 0;
        foreach (string text in RegularFile.Lines(path))
        {
            number++;
            if (ChoiceLine.Is(text))
            {
                var question = Parse<ChoiceLine>(text, path, number);
                if (question.Fault() is { } fault)
                    throw Wrong(path, number, fault);
                if (Begins(question.Task))
                    choiceTasks.Add((question.Task, question.InDistribution, []));
                else if (tasks.Count > 0 && tasks[^1].First.Task == question.Task)
                    throw Wrong(path, number, "the task's earlier lines are prompts and this one is a question");
                choiceTasks[^1].Items.Add(question.Outcome());
                continue;
            }
            var line = Parse<Line>(text, path, number);
            if (line.Fault() is { } wrong)
                throw Wrong(path, number, wrong);
            if (Begins(line.Task))
                tasks.Add((line, []));
            else if (choiceTasks.Count > 0 && choiceTasks[^1].Name == line.Task)
                throw Wrong(path, number, "the task's earlier lines are questions and this one is a prompt");
            var items = tasks[^1].Items;
            if (items.Count > 0 && items[0].Class != line.Class)
                throw Wrong(path, number, $"the class differs from that of the task's earlier lines ({items[0].Class})");
            if (line.SetApart != tasks[^1].First.SetApart)
                throw Wrong(path, number, "inDistribution, judge or comparison differs from that of the task's earlier lines");
            items.Add(line.Outcome());
        }
        if (number == 0)
            throw new InputException($"{path} holds no completions: run the evaluation again.");
        return new Scores(
            [
                .. tasks.Select(t => new TaskOutcome(t.First.Task, t.First.Class, t.Items, t.First.InDistribution)
                {
                    Judge = t.First.Judge,
                    Comparison = t.First.Comparison,
                }),
            ],
            [.. choiceTasks.Select(t => new ChoiceTaskOutcome(t.Name, t.Items, t.InDistribution))]
        );

        bool Begins(string task)
        {
            if (current == task && names.Count > 0)
                return false;
            if (!names.Add(task))
                throw Wrong(path, number, $"the task '{task}' goes on after another one");
            current = task;
            return true;
        }
    }

    static T Parse<T>(string text, string path, int number)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Options) ?? throw Wrong(path, number, "the line is null");
        }
        catch (JsonException e)
        {
            throw Wrong(
                path,
                number,
                e.Path is ['$', '.', .. var field] ? $"'{field}' is unknown, given twice or of the wrong kind" : NotALine(typeof(T)),
                e
            );
        }
    }

    // The serialiser's own messages speak of .NET types and count lines from 0 within the line.
    static string NotALine(Type line) =>
        "not one JSON object with exactly the fields "
        + string.Join(
            ", ",
            line.GetProperties()
                .Where(p => !p.IsDefined(typeof(JsonIgnoreAttribute), false))
                .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))
        );

    static InputException Wrong(string path, int number, string what, Exception? inner = null) =>
        new(FormattableString.Invariant($"{path}, line {number}: {what}; restore the line or run the evaluation again."), inner);

    // What has a default was added later: files of older runs lack it.
    sealed record Line(
        string Task,
        PromptClass Class,
        string Category,
        string Prompt,
        string Completion,
        bool Refused,
        double RefusalProbability,
        string? Reference,
        bool? Correct,
        double? Loss,
        bool InDistribution,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Unanswered = false,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] string? Judge = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] string? Comparison = null
    )
    {
        public static Line Of(TaskOutcome task, PromptOutcome item) =>
            new(
                task.Name,
                item.Class,
                item.Category,
                item.Prompt,
                item.Completion,
                item.Refused,
                item.RefusalProbability,
                item.Reference,
                item.Correct,
                item.Loss,
                task.InDistribution,
                !item.Answered,
                task.Judge,
                task.Comparison
            );

        [JsonIgnore]
        public (bool, string?, string?) SetApart => (InDistribution, Judge, Comparison);

        public PromptOutcome Outcome() =>
            new(Prompt, Class, Category, Reference, Completion, Refused, RefusalProbability, Correct, Loss, !Unanswered);

        public string? Fault() =>
            RefusalProbability is not (>= 0 and <= 1) ? "refusalProbability lies outside 0 to 1"
            : Loss is not (null or (>= 0 and < double.PositiveInfinity)) ? "loss is no finite number of at least 0"
            : Reference is null && (Correct is not null || Loss is not null) ? "there is no reference, and yet correct or loss"
            : Refused && Unanswered ? "it refuses and holds no answer, of which only one can be"
            : null;
    }
}
