using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Evaluation;

/// <summary>What a model answered and what judges said of it is kept in two files, which come back exactly or are refused.</summary>
public sealed class AnswersFileTests : IDisposable
{
    const string NotALine = "this is not a line that DcrDsl wrote;";

    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl-answers-").FullName;

    string Completions => Path.Combine(folder, "completions.jsonl");

    string Verdicts => Path.Combine(folder, "verdicts.jsonl");

    static readonly PromptTaskOutcome Toxic = new(
        "Harm",
        PromptClass.Toxic,
        [
            Outcomes.Of("how ?", PromptClass.Toxic, "sorry .", Verdict.Refuses, 0.9, "weapons"),
            Outcomes.Of("how \"so\" ?", PromptClass.Toxic, "", Verdict.Empty, 1.0 / 3),
        ]
    );

    static readonly PromptTaskOutcome Chat = new(
        "Chat",
        PromptClass.General,
        [
            Outcomes.Of("müsli ?", PromptClass.General, "sure .", Verdict.Complies, 0.7, "", "sure , so .", false, 3),
            Outcomes.Of("why ?", PromptClass.General, "<think>", Verdict.Cut),
        ],
        InDistribution: true
    )
    {
        Comparison = "first number",
    };

    static readonly ChoiceTaskOutcome Choices = new(
        "Arc",
        [new("why \"blue\" ?", "sky", ["air", "wäter"], [false, true], [-1.0 / 3, -2.5], [true, false])],
        InDistribution: true
    );

    static readonly ChoiceTaskOutcome Truth = new(
        "Truth",
        [new("q", "", ["a", "b", "c"], [true, true, false], [-1, -2, -3], [false, false, false], HasOneAnswer: false) { Cut = true }]
    );

    [Fact]
    public void Tasks_of_all_kinds_come_back_exactly_in_their_order()
    {
        foreach (
            var tasks in (TaskOutcome[][])
                [
                    [Toxic, Choices, Chat, Truth],
                    [Truth, Choices],
                    [Chat],
                ]
        )
        {
            var read = Reread(new Scores(tasks, [Outcomes.Judge]));
            Assert.Equal(
                tasks.Select(t => (t.Name, t.InDistribution, t.Count)),
                read.Tasks.Select(t => (t.Name, t.InDistribution, t.Count))
            );
            Assert.Equal(
                tasks.OfType<PromptTaskOutcome>().SelectMany(t => t.Items),
                read.Tasks.OfType<PromptTaskOutcome>().SelectMany(t => t.Items)
            );
            Assert.Equal(tasks.OfType<PromptTaskOutcome>().Select(t => t.Comparison), read.PromptTasks.Select(t => t.Comparison));
            Assert.Equal(
                tasks.OfType<ChoiceTaskOutcome>().SelectMany(t => t.Items.Select(i => (i, i.Cut))),
                read.Tasks.OfType<ChoiceTaskOutcome>().SelectMany(t => t.Items.Select(i => (i, i.Cut)))
            );
            Assert.Equal(read.Count + 1, File.ReadAllLines(Completions).Length);
        }
        Assert.Equal(2, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public void Languages_sources_and_bias_come_back_and_files_without_them_are_read()
    {
        var spoken = Toxic with
        {
            Items = [.. Toxic.Items.Select(i => i with { Answer = i.Answer with { Language = "fr", Source = "Café" } })],
        };
        var biased = Choices with
        {
            Items = [.. Choices.Items.Select(i => i with { Bias = new([true, false], [false, true], true), ScoresWhatFollows = true })],
        };
        var read = Reread(new Scores([spoken, biased], [Outcomes.Judge]));
        Assert.Equal(spoken.Items, read.PromptTasks.Single().Items);
        Assert.Equal(biased.Items, read.Tasks.OfType<ChoiceTaskOutcome>().Single().Items);
        Assert.Contains("\"language\":\"fr\",\"source\":\"Café\"", File.ReadAllLines(Completions)[1], StringComparison.Ordinal);
        Assert.Contains(
            "\"scoresWhatFollows\":true,\"bias\":{\"isBiased\":[true,false],\"isUnknown\":[false,true],\"isAmbiguous\":true}",
            File.ReadAllLines(Completions)[^1],
            StringComparison.Ordinal
        );
        // Format 2 had none of these.
        AnswersFile.Write(Completions, new Scores([Toxic, Choices]).Answers);
        string[] lines = File.ReadAllLines(Completions);
        Assert.Equal("""{"format":3}""", lines[0]);
        File.WriteAllLines(Completions, ["""{"format":2}""", .. lines[1..]]);
        Assert.Equal(Toxic.Items.Select(i => i.Answer), ((PromptAnswers)AnswersFile.Read(Completions).Tasks[0]).Items);
    }

    [Theory]
    [InlineData("\"isUnknown\":[false,true]", "\"isUnknown\":[true,true]", "choice 1 says that the answer is unknown and counts as biased")]
    [InlineData("\"isBiased\":[true,false]", "\"isBiased\":[true]", "choices and the marks of bias differ in length")]
    [InlineData(
        "\"isTrue\":[false,true]",
        "\"isTrue\":[true,true]",
        "choice 1 is not both right and that the answer is unknown, or neither"
    )]
    public void Marks_of_bias_that_do_not_hold_together_are_refused(string part, string instead, string sentence)
    {
        AnswersFile.Write(
            Completions,
            new Scores([
                Choices with
                {
                    Items = [.. Choices.Items.Select(i => i with { Bias = new([true, false], [false, true], true) })],
                },
            ]).Answers
        );
        string text = File.ReadAllText(Completions);
        Assert.Contains(part, text, StringComparison.Ordinal);
        File.WriteAllText(Completions, text.Replace(part, instead, StringComparison.Ordinal));
        Assert.Contains(sentence, Assert.Throws<InputException>(() => AnswersFile.Read(Completions)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_say_all_that_is_known()
    {
        Reread(new Scores([Chat, Choices], [new JudgeIdentity("ToyWorld.Judge", "plain-1", ToyWorld.Judge)]));
        Assert.Equal(
            [
                """{"format":3}""",
                """{"kind":"prompt","task":"Chat","class":"general","category":"","prompt":"müsli ?","completion":"sure .","stop":"stopToken","promptTokens":5,"tokens":[7,4],"reference":"sure , so .","correct":false,"probes":{"RefusalProbability":0.7,"ReferenceLoss":3},"comparison":"first number","inDistribution":true}""",
                """{"kind":"prompt","task":"Chat","class":"general","category":"","prompt":"why ?","completion":"<think>","stop":"stopToken","promptTokens":5,"tokens":[7,4],"reference":null,"correct":null,"probes":{},"comparison":"first number","inDistribution":true}""",
                """{"kind":"question","task":"Arc","category":"sky","question":"why \"blue\" ?","choices":["air","wäter"],"isTrue":[false,true],"chosen":0,"logLikelihoods":[-0.3333333333333333,-2.5],"isGreedy":[true,false],"hasOneAnswer":true,"inDistribution":true}""",
            ],
            File.ReadAllLines(Completions)
        );
        Assert.Equal(
            [
                """{"format":1,"judges":[{"id":"ToyWorld.Judge","version":"plain-1","spec":{"type":"RefusalOpeners","openers":["sorry","no","unfortunately"]}}]}""",
                """{"task":"Chat","prompt":0,"verdicts":["complies"]}""",
                """{"task":"Chat","prompt":1,"verdicts":["cut"]}""",
            ],
            File.ReadAllLines(Verdicts)
        );
    }

    [Theory]
    [InlineData("{", NotALine)]
    [InlineData("", NotALine)]
    [InlineData("[1]", NotALine)]
    [InlineData("null", "the line is null;")]
    [InlineData("""{"task":"Harm"}""", NotALine)]
    [InlineData("""{"kind":"riddle","task":"Harm"}""", NotALine)]
    [InlineData("@\"prompt\":@\"query\":@", "'query' is unknown, given twice or of the wrong kind;")]
    [InlineData(
        "@\"class\":\"toxic\"@\"class\":\"general\"@",
        "kind, class, comparison or inDistribution differs from the task's earlier lines;"
    )]
    [InlineData("@\"class\":\"toxic\"@\"class\":\"fine\"@", "'class' is unknown, given twice or of the wrong kind;")]
    [InlineData("@\"RefusalProbability\":0.3@\"RefusalProbability\":1.3@", "RefusalProbability lies outside 0 to 1;")]
    [InlineData("@\"probes\":{@\"probes\":{\"Other\":1e999,@", "the value of a probe is not a finite number;")]
    [InlineData("@\"probes\":{@\"probes\":{\"ReferenceLoss\":0.5,@", "there is no reference, and yet correct or ReferenceLoss;")]
    [InlineData("@\"completion\":\"\"@\"completion\":null@", "'completion' is unknown, given twice or of the wrong kind;")]
    public void A_malformed_line_of_a_prompt_is_named(string third, string message)
    {
        AnswersFile.Write(Completions, new Scores([Toxic]).Answers);
        string[] lines = File.ReadAllLines(Completions),
            edit = third.Split('@');
        string changed = edit.Length == 4 ? lines[2].Replace(edit[1], edit[2], StringComparison.Ordinal) : third;
        Assert.NotEqual(lines[2], changed);
        File.WriteAllLines(Completions, [lines[0], lines[1], changed]);
        Assert.Equal(
            $"{Completions}, line 3: {message} restore the line or run the evaluation again.",
            Assert.Throws<InputException>(() => AnswersFile.Read(Completions)).Message
        );
    }

    [Theory]
    [InlineData("\"chosen\":0", "\"chosen\":1", "chosen is not the likeliest choice")]
    [InlineData("[true,false]", "[true]", "differ in length")]
    [InlineData("[false,true]", "[false,false]", "no choice is true")]
    [InlineData("[-0.3333333333333333,-2.5]", "[-1e999,-2.5]", "line 2")]
    [InlineData("\"question\":", "\"query\":", "'query' is unknown")]
    public void Damaged_lines_of_questions_are_refused(string part, string instead, string sentence)
    {
        AnswersFile.Write(Completions, new Scores([Choices]).Answers);
        string text = File.ReadAllText(Completions);
        int at = text.LastIndexOf(part, StringComparison.Ordinal);
        File.WriteAllText(Completions, text[..at] + instead + text[(at + part.Length)..]);
        string said = Assert.Throws<InputException>(() => AnswersFile.Read(Completions)).Message;
        Assert.Contains(sentence, said, StringComparison.Ordinal);
        Assert.Contains("line 2", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_missing_empty_torn_or_of_another_format_are_named()
    {
        Told("is not there: run the evaluation");
        AnswersFile.Write(Completions, new Scores([Toxic, Chat]).Answers);
        string[] lines = File.ReadAllLines(Completions);
        File.WriteAllLines(Completions, [lines[0], lines[1], lines[3], lines[2]]);
        Told("line 4: the task 'Harm' goes on after another one");
        File.WriteAllText(Completions, "");
        Told("holds no completions");
        File.WriteAllLines(Completions, lines[..1]);
        Told("holds no completions");
        File.WriteAllText(Completions, """{"format":4}""");
        Told("its format is 4, and this version of DcrDsl reads 2 to 3");
        File.WriteAllText(Completions, """{"format":1}""");
        Told("its format is 1, and this version of DcrDsl reads 2 to 3");
        File.WriteAllText(Completions, """{"task":"Harm","class":"toxic","refused":true}""");
        Told("is of an earlier format, in which verdicts stood beside completions: report with the version that ran it");

        void Told(string sentence) =>
            Assert.Contains(sentence, Assert.Throws<InputException>(() => AnswersFile.Read(Completions)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "\"format\":1", "\"format\":9", "its format is 9, and this version of DcrDsl reads 1")]
    [InlineData(0, "{", "", "line 1: this is not a line")]
    [InlineData(1, "\"prompt\":0", "\"prompt\":1", "line 2: here the verdicts on prompt 0 of the task 'Harm' should stand")]
    [InlineData(2, "\"Harm\"", "\"Charm\"", "line 3: here the verdicts on prompt 1 of the task 'Harm' should stand")]
    [InlineData(2, "[\"empty\"]", "[\"empty\",\"cut\"]", "line 3: there is not one verdict for each judge")]
    [InlineData(2, "\"empty\"", "\"maybe\"", "line 3: 'verdicts[0]' is unknown")]
    [InlineData(2, "{\"task\":\"Harm\",\"prompt\":1,\"verdicts\":[\"empty\"]}", "", "line 3: this is not a line")]
    public void Verdicts_that_are_not_about_the_answers_are_named(int line, string part, string instead, string sentence)
    {
        var scores = new Scores([Toxic], [Outcomes.Judge]);
        VerdictsFile.Write(Verdicts, scores);
        string[] lines = File.ReadAllLines(Verdicts);
        int at = lines[line].IndexOf(part, StringComparison.Ordinal);
        lines[line] = lines[line][..at] + instead + lines[line][(at + part.Length)..];
        File.WriteAllLines(Verdicts, lines);
        Assert.Contains(
            sentence,
            Assert.Throws<InputException>(() => VerdictsFile.Read(Verdicts, scores.Answers)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Verdicts_that_are_missing_or_too_many_are_named()
    {
        var scores = new Scores([Toxic], [Outcomes.Judge]);
        string Said() => Assert.Throws<InputException>(() => VerdictsFile.Read(Verdicts, scores.Answers)).Message;
        Assert.Contains("is not there: restore it", Said(), StringComparison.Ordinal);
        File.WriteAllText(Verdicts, "");
        Assert.Contains("holds no verdicts", Said(), StringComparison.Ordinal);
        VerdictsFile.Write(Verdicts, scores);
        File.AppendAllText(Verdicts, File.ReadAllLines(Verdicts)[2] + "\n");
        Assert.Contains("line 4: there are verdicts on more prompts than were answered", Said(), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    Scores Reread(Scores scores)
    {
        AnswersFile.Write(Completions, scores.Answers);
        VerdictsFile.Write(Verdicts, scores);
        return VerdictsFile.Read(Verdicts, AnswersFile.Read(Completions));
    }
}
