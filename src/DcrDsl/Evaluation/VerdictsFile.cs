using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DcrDsl.Evaluation.Judging;
using DcrDsl.FileSystem;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation;

/// <summary>
/// Verdicts as JSON Lines, beside the answers that they are about: a line with the format and the judges, then one for each completion, in
/// the order of the answers, with the verdict of each judge.
/// </summary>
static class VerdictsFile
{
    /// <summary>The format of verdicts alone, and</summary>
    public const int Format = 1;

    /// <summary>that of verdicts beside which a judge left numbers, or what it asked for.</summary>
    const int FormatWithScores = 2;

    /// <summary>Writes the file, aside first and then under its name, so that no reader sees half of it.</summary>
    /// <param name="path">Where to; its folder exists.</param>
    /// <param name="scores">Scores with their verdicts.</param>
    public static void Write(string path, Scores scores) => WholeFile.WriteLines(path, Lines(scores));

    internal static IEnumerable<string> Lines(Scores scores) =>
        scores
            .Tasks.SelectMany(t => t.Judgements.Select((own, i) => EvaluationJson.Text(Line.Of(t.Name, i, own))))
            .Prepend(EvaluationJson.Text(new Head(FormatOf(scores), [.. scores.Judges.Select(JudgeLine.Of)])));

    static int FormatOf(Scores scores) =>
        scores.Judges.Any(j => j.Account is not null) || scores.Tasks.Any(t => t.Judgements.Any(own => own.Any(j => j.Score is not null)))
            ? FormatWithScores
            : Format;

    /// <summary>Reads a file that <see cref="Write"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="answers">The answers that it is about.</param>
    /// <returns>The answers with their verdicts.</returns>
    /// <exception cref="InputException">
    /// The file is not there, is of another format, or a line is not what <see cref="Write"/> writes or is about other answers; the
    /// sentence names the line.
    /// </exception>
    public static Scores Read(string path, Answers answers)
    {
        if (!File.Exists(path))
            throw new InputException($"{path} is not there: restore it, or run the evaluation again.");
        using var lines = RegularFile.Lines(path).GetEnumerator();
        int number = 0;
        var head = Next<Head>() ?? throw new InputException($"{path} holds no verdicts: restore it, or run the evaluation again.");
        if (head.Format is not (Format or FormatWithScores))
            throw new InputException(
                FormattableString.Invariant(
                    $"{path}: its format is {head.Format}, and this version of DcrDsl reads {Format} and {FormatWithScores}"
                ) + "; use the version that wrote it."
            );
        var outcomes = new List<TaskOutcome>();
        foreach (var task in answers.Tasks)
        {
            int count = task.HasText ? task.Count : 0;
            var judgements = new List<IReadOnlyList<Judgement>>(count);
            for (int i = 0; i < count; i++)
            {
                var line = Next<Line>();
                if (line is null || line.Task != task.Name || line.Prompt != i)
                    throw EvaluationJson.Wrong(path, number, $"here the verdicts on prompt {i} of the task '{task.Name}' should stand");
                if (line.Verdicts.Count != head.Judges.Count || line.Scores is { } own && own.Count != head.Judges.Count)
                    throw EvaluationJson.Wrong(path, number, "there is not one verdict for each judge");
                judgements.Add(line.Judgements);
            }
            outcomes.Add(task.Outcome(judgements));
        }
        if (Next<Line>() is not null)
            throw EvaluationJson.Wrong(path, number, "there are verdicts on more prompts than were answered");
        return new Scores(outcomes, [.. head.Judges.Select(j => j.Identity())]);

        T? Next<T>()
            where T : class
        {
            number++;
            return lines.MoveNext() ? EvaluationJson.Parse<T>(lines.Current, path, number) : null;
        }
    }

    sealed record Head(int Format, IReadOnlyList<JudgeLine> Judges);

    sealed record JudgeLine(
        string Id,
        string Version,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonObject? Spec = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JudgeAccount? Account = null
    )
    {
        public static JudgeLine Of(JudgeIdentity judge) =>
            new(judge.Id, judge.Version, judge.Spec is { } spec ? StoredJudge.Written(spec) : null, judge.Account);

        public JudgeIdentity Identity() => new(Id, Version, Spec is null ? null : StoredJudge.Read(Spec)) { Account = Account };
    }

    sealed record Line(
        string Task,
        int Prompt,
        IReadOnlyList<Verdict> Verdicts,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<double?>? Scores = null
    )
    {
        public static Line Of(string task, int prompt, IReadOnlyList<Judgement> judgements) =>
            new(
                task,
                prompt,
                [.. judgements.Select(j => j.Verdict)],
                judgements.Any(j => j.Score is not null) ? [.. judgements.Select(j => j.Score)] : null
            );

        [JsonIgnore]
        public IReadOnlyList<Judgement> Judgements => [.. Verdicts.Select((verdict, judge) => new Judgement(verdict, Scores?[judge]))];
    }
}
