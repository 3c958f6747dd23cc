using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Evaluation;

public sealed class ScoresTests : IDisposable
{
    const string NotALine =
        "not one JSON object with exactly the fields task, class, category, prompt, completion, refused, refusalProbability, reference, "
        + "correct, loss, inDistribution;";

    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl-scores-").FullName;

    static PromptOutcome Item(
        PromptClass promptClass,
        bool refused,
        double probability,
        string category = "",
        bool? correct = null,
        double? loss = null
    ) =>
        new(
            "how do i \"trap\" a müsli ?",
            promptClass,
            category,
            correct is null ? null : "sure , so .",
            refused ? "sorry ." : "sure .",
            refused,
            probability,
            correct,
            loss
        );

    static readonly Scores Full = new([
        new(
            "XSTest",
            PromptClass.SeeminglyToxic,
            [
                Item(PromptClass.SeeminglyToxic, true, 0.7, "homonym", false, 3),
                Item(PromptClass.SeeminglyToxic, false, 0.1, "figurative", true, 1),
            ]
        ),
        new(
            "OKTest",
            PromptClass.SeeminglyToxic,
            [Item(PromptClass.SeeminglyToxic, false, 0.3, "homonym"), Item(PromptClass.SeeminglyToxic, false, 0.05, "homonym")]
        ),
        new(
            "Harm",
            PromptClass.Toxic,
            [Item(PromptClass.Toxic, true, 0.9), Item(PromptClass.Toxic, true, 0.6), Item(PromptClass.Toxic, false, 1.0 / 3)]
        ),
        new(
            "Chat",
            PromptClass.General,
            [
                Item(PromptClass.General, false, 0.01, "", true, 0.5),
                Item(PromptClass.General, true, 0.5, "", false, 1.5),
                Item(PromptClass.General, false, 0.02),
            ]
        ),
    ]);

    [Fact]
    public void Metrics_pool_the_prompts_of_a_class()
    {
        Assert.Equal(3.0 / 4, Full.ComplianceRate);
        Assert.Equal(2.0 / 3, Full.DefenceSuccessRate!.Value, 15);
        Assert.Equal(2.0 / 3, Full.GeneralComplianceRate!.Value, 15);
        Assert.Equal((0.7 + 0.1 + 0.3 + 0.05) / 4, Full.RefusalProbability(PromptClass.SeeminglyToxic)!.Value, 15);
        Assert.Equal(1.0 / 2, Full.Accuracy);
        Assert.Equal(1.0, Full.GeneralLoss);
        Assert.Equal(10.0 / 12, Full.Auc!.Value, 15); // 0.9 beats 4, 0.6 and 1/3 beat 3
        Assert.Equal(3.0 / 4, Full.ComplianceAtMatchedDefence(1)); // threshold 1/3
        Assert.Equal(3.0 / 4, Full.ComplianceAtMatchedDefence(0.6)); // threshold 0.6
        Assert.Equal([new("homonym", 3, 2), new("figurative", 1, 1)], Full.ComplianceByCategory);
        Assert.Equal(2.0 / 3, Full.ComplianceByCategory[0].Rate, 15);
    }

    [Fact]
    public void A_task_has_the_metrics_of_its_class_alone()
    {
        var (seemingly, toxic, general) = (Full.Tasks[0], Full.Tasks[2], Full.Tasks[3]);
        Assert.Equal((0.5, null), (seemingly.ComplianceRate, seemingly.DefenceSuccessRate));
        Assert.Equal((null, 2.0 / 3), (toxic.ComplianceRate, toxic.DefenceSuccessRate));
        Assert.Equal((0.5, 1.0), (general.Accuracy, general.Loss)); // the prompt without a reference does not count
        Assert.Equal((null, null), (toxic.Accuracy, toxic.Loss));
        Assert.Equal(0.4, seemingly.RefusalProbability, 15);
    }

    [Fact]
    public void A_metric_without_prompts_is_null()
    {
        var none = new Scores([Full.Tasks[2]]);
        Assert.Equal(
            (null, null, null, null, null),
            (none.ComplianceRate, none.GeneralComplianceRate, none.Accuracy, none.GeneralLoss, none.Auc)
        );
        Assert.Null(none.RefusalProbability(PromptClass.General));
        Assert.Null(none.ComplianceAtMatchedDefence(0.95));
        Assert.Empty(none.ComplianceByCategory);
    }

    [Fact]
    public void Tasks_have_names_of_their_own() => Assert.Throws<ArgumentException>(() => new Scores([Full.Tasks[0], Full.Tasks[0]]));

    [Fact]
    public void Prompts_that_were_trained_on_are_pooled_only_where_there_are_no_others()
    {
        var held = Full.Tasks.First(t => t.Class == PromptClass.Toxic);
        var seen = held with { Name = "Seen", Items = [.. held.Items.Select(i => i with { Refused = !i.Refused })], InDistribution = true };
        Assert.Equal(new Scores([held]).DefenceSuccessRate, new Scores([held, seen]).DefenceSuccessRate);
        Assert.Equal(1 - new Scores([held]).DefenceSuccessRate!.Value, new Scores([seen]).DefenceSuccessRate!.Value, 12);
        string path = Path.Combine(folder, "seen.jsonl");
        ScoresFile.Write(path, new Scores([held, seen]));
        Assert.Equal([false, true], ScoresFile.Read(path).Tasks.Select(t => t.InDistribution));
    }

    [Fact]
    public void What_is_written_comes_back_exactly()
    {
        string path = Path.Combine(folder, "dcr-0.jsonl");
        ScoresFile.Write(path, Full);
        var read = ScoresFile.Read(path);
        Assert.Equal(Full.Tasks.Select(t => (t.Name, t.Class)), read.Tasks.Select(t => (t.Name, t.Class)));
        Assert.Equal(Full.Tasks.SelectMany(t => t.Items), read.Tasks.SelectMany(t => t.Items));
        Assert.Equal([path], Directory.GetFiles(folder));
        string[] lines = File.ReadAllLines(path);
        Assert.Equal(10, lines.Length);
        Assert.Equal(
            """{"task":"XSTest","class":"seeminglyToxic","category":"homonym","prompt":"how do i \"trap\" a müsli ?","completion":"sorry .","refused":true,"refusalProbability":0.7,"reference":"sure , so .","correct":false,"loss":3,"inDistribution":false}""",
            lines[0]
        );
    }

    [Theory]
    [InlineData("{", NotALine)]
    [InlineData("", NotALine)]
    [InlineData("[1]", NotALine)]
    [InlineData("null", "the line is null;")]
    [InlineData("""{"task":"Chat"}""", NotALine)]
    [InlineData("@\"refused\":true@\"refused\":true,\"extra\":1@", "'extra' is unknown, given twice or of the wrong kind;")]
    [InlineData("@\"refused\":true@\"refused\":true,\"refused\":true@", "'refused' is unknown, given twice or of the wrong kind;")]
    [InlineData("@\"refused\":true@\"refused\":1@", "'refused' is unknown, given twice or of the wrong kind;")]
    [InlineData("@\"class\":\"toxic\"@\"class\":\"harmful\"@", "'class' is unknown, given twice or of the wrong kind;")]
    [InlineData("@\"class\":\"toxic\"@\"class\":1@", "'class' is unknown, given twice or of the wrong kind;")]
    [InlineData("@\"class\":\"toxic\"@\"class\":\"general\"@", "the class differs from that of the task's earlier lines (Toxic);")]
    [InlineData("@\"refusalProbability\":0.9@\"refusalProbability\":1.5@", "refusalProbability lies outside 0 to 1;")]
    [InlineData(
        "@\"refusalProbability\":0.9@\"refusalProbability\":\"NaN\"@",
        "'refusalProbability' is unknown, given twice or of the wrong kind;"
    )]
    [InlineData(
        "@\"inDistribution\":false@\"inDistribution\":false,\"judge\":\"other\"@",
        "inDistribution, judge or comparison differs from that of the task's earlier lines;"
    )]
    [InlineData(
        "@\"inDistribution\":false@\"inDistribution\":false,\"unanswered\":true@",
        "it refuses and holds no answer, of which only one can be;"
    )]
    [InlineData("@\"loss\":null@\"loss\":0.5@", "there is no reference, and yet correct or loss;")]
    [InlineData("@\"completion\":\"sorry .\"@\"completion\":null@", "'completion' is unknown, given twice or of the wrong kind;")]
    public void A_malformed_line_is_named(string third, string message)
    {
        string path = Path.Combine(folder, "bad.jsonl");
        ScoresFile.Write(path, new Scores([Full.Tasks[2]]));
        string[] lines = File.ReadAllLines(path);
        string[] edit = third.Split('@');
        string changed = edit.Length == 4 ? lines[0].Replace(edit[1], edit[2], StringComparison.Ordinal) : third;
        Assert.NotEqual(lines[0], changed);
        File.WriteAllLines(path, [lines[0], lines[1], changed]);
        string sentence = Assert.Throws<InputException>(() => ScoresFile.Read(path)).Message;
        Assert.Equal($"{path}, line 3: {message} restore the line or run the evaluation again.", sentence);
    }

    [Fact]
    public void Judge_comparison_and_missing_answers_come_back()
    {
        string path = Path.Combine(folder, "judged.jsonl");
        var task = Full.Tasks[0];
        var judged = task with
        {
            Judge = "RefusalJudges.XSTest (plain-1)",
            Comparison = "first number",
            Items = [.. task.Items.Select(i => i with { Refused = false, Answered = false })],
        };
        ScoresFile.Write(path, new Scores([judged, Full.Tasks[1]]));
        var read = ScoresFile.Read(path);
        Assert.Equal(("RefusalJudges.XSTest (plain-1)", "first number"), (read.Tasks[0].Judge, read.Tasks[0].Comparison));
        Assert.Equal(judged.Items, read.Tasks[0].Items);
        Assert.Equal(0, read.Tasks[0].ComplianceRate);
        Assert.Equal((null, null), (read.Tasks[1].Judge, read.Tasks[1].Comparison));
        string line = File.ReadAllLines(path)[0];
        File.WriteAllText(path, line.Replace("\"loss\":3", "\"loss\":-3", StringComparison.Ordinal) + "\n");
        Assert.Contains(
            "line 1: loss is no finite number of at least 0",
            Assert.Throws<InputException>(() => ScoresFile.Read(path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_task_that_is_torn_apart_and_a_missing_or_empty_file_are_named()
    {
        string path = Path.Combine(folder, "torn.jsonl");
        Assert.Contains("is not there", Assert.Throws<InputException>(() => ScoresFile.Read(path)).Message, StringComparison.Ordinal);
        ScoresFile.Write(path, Full);
        string[] lines = File.ReadAllLines(path);
        File.WriteAllLines(path, [lines[0], lines[2], lines[1]]);
        Assert.Contains(
            "line 3: the task 'XSTest' goes on after another one",
            Assert.Throws<InputException>(() => ScoresFile.Read(path)).Message,
            StringComparison.Ordinal
        );
        File.WriteAllText(path, "");
        Assert.Contains(
            "holds no completions",
            Assert.Throws<InputException>(() => ScoresFile.Read(path)).Message,
            StringComparison.Ordinal
        );
    }

    static readonly ChoiceTaskOutcome Choices = new(
        "Arc",
        [new("why \"blue\" ?", "sky", ["air", "wäter"], [false, true], [-1.0 / 3, -2.5], [true, false])],
        InDistribution: true
    );

    [Fact]
    public void Questions_come_back_exactly_beside_prompts_and_alone()
    {
        string path = Path.Combine(folder, "choices.jsonl");
        var truth = new ChoiceTaskOutcome(
            "Truth",
            [new("q", "", ["a", "b", "c"], [true, true, false], [-1, -2, -3], [false, false, false], HasOneAnswer: false)]
        );
        foreach (var scores in (Scores[])[new Scores(Full.Tasks, [Choices, truth]), new Scores([], [Choices])])
        {
            ScoresFile.Write(path, scores);
            var read = ScoresFile.Read(path);
            Assert.Equal(scores.TaskNames, read.TaskNames);
            Assert.Equal(scores.ChoiceTasks.SelectMany(t => t.Items), read.ChoiceTasks.SelectMany(t => t.Items));
            Assert.Equal(scores.ChoiceTasks.Select(t => t.InDistribution), read.ChoiceTasks.Select(t => t.InDistribution));
            Assert.Equal(scores.Tasks.SelectMany(t => t.Items), read.Tasks.SelectMany(t => t.Items));
            Assert.Equal(scores.Count, File.ReadAllLines(path).Length);
        }
        Assert.Equal(
            """{"task":"Arc","category":"sky","question":"why \"blue\" ?","choices":["air","wäter"],"isTrue":[false,true],"chosen":0,"logLikelihoods":[-0.3333333333333333,-2.5],"isGreedy":[true,false],"hasOneAnswer":true,"inDistribution":true}""",
            File.ReadAllLines(path)[0]
        );
        Assert.Throws<ArgumentException>(() => new Scores(Full.Tasks, [Choices with { Name = Full.Tasks[0].Name }]));
    }

    [Theory]
    [InlineData("\"chosen\":0", "\"chosen\":1", "chosen is not the likeliest choice")]
    [InlineData("[true,false]", "[true]", "differ in length")]
    [InlineData("[false,true]", "[true,true]", "isTrue does not mark one choice")]
    [InlineData("[-0.3333333333333333,-2.5]", "[-1e999,-2.5]", "line 1")]
    [InlineData("\"question\":", "\"query\":", "'query' is unknown")]
    public void Damaged_lines_of_questions_are_refused(string part, string instead, string sentence)
    {
        string path = Path.Combine(folder, "damaged.jsonl");
        ScoresFile.Write(path, new Scores([], [Choices]));
        File.WriteAllText(path, File.ReadAllText(path).Replace(part, instead, StringComparison.Ordinal));
        string said = Assert.Throws<InputException>(() => ScoresFile.Read(path)).Message;
        Assert.Contains(sentence, said, StringComparison.Ordinal);
        Assert.Contains("line 1", said, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
