using DcrDsl.Evaluation.Choices;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Choices;

/// <summary>Published layouts of question sets, and what is said of files that are none.</summary>
public sealed class QuestionLayoutTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl-questions-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string File(string name, string text)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    static MultipleChoiceTask Task(string path, ChoiceFormat format) =>
        new()
        {
            Name = "Task",
            Path = path,
            Format = format,
        };

    static IReadOnlyList<ChoiceQuestion> Load(string path, ChoiceFormat format) => ChoiceQuestions.Load(Task(path, format));

    static int Right(ChoiceQuestion question) => question.IsTrue.ToList().IndexOf(true);

    const string ArcHub =
        """{"id":"a","question":"Why is the sky blue?","choices":{"text":["Air","Water","Paint"],"label":["A","B","C"]},"answerKey":"B"}""";
    const string ArcOwn =
        """{"id":"a","question":{"stem":"Why is the sky blue?","choices":[{"text":"Air","label":"A"},{"text":"Water","label":"B"},{"text":"Paint","label":"C"}]},"answerKey":"B"}""";
    const string BookHub =
        """{"id":"a","question_stem":"Why is the sky blue?","choices":{"text":["Air","Water","Paint"],"label":["A","B","C"]},"answerKey":"B"}""";
    const string Adapters =
        """[{"instruction":"Please choose the correct answer to the question: Why is the sky blue?\n\nAnswer1: Air Answer2: Water Answer3: Paint\n\nAnswer format: answer1/answer2/answer3","input":"","output":"the correct answer is answer2","answer":"answer2"}]""";

    [Theory]
    [InlineData("arc.jsonl", ArcHub, false)]
    [InlineData("arc.json", "[" + ArcHub + "]", false)]
    [InlineData("arc-own.jsonl", ArcOwn, false)]
    [InlineData("arc-own.jsonl", ArcOwn, true)]
    [InlineData("book.jsonl", BookHub, true)]
    [InlineData("test.json", Adapters, false)]
    [InlineData("test.json", Adapters, true)]
    public void Arc_and_openbookqa_in_all_their_layouts(string name, string text, bool book)
    {
        var question = Assert.Single(Load(File(name, text), book ? ChoiceFormat.OpenBookQA : ChoiceFormat.Arc));
        Assert.Equal(book ? "Why is the sky blue?" : "Question: Why is the sky blue?\nAnswer:", question.Context);
        Assert.Equal(["Air", "Water", "Paint"], question.Choices);
        Assert.Equal([" Air", " Water", " Paint"], Enumerable.Range(0, 3).Select(question.Continuation));
        Assert.Equal(1, Right(question));
    }

    [Fact]
    public void Labels_of_arc_may_be_numbers_as_text() =>
        Assert.Equal(
            2,
            Right(
                Assert.Single(
                    Load(
                        File("n.jsonl", """{"question":"q","choices":{"text":["x","y","z"],"label":["1","2","3"]},"answerKey":"3"}"""),
                        ChoiceFormat.Arc
                    )
                )
            )
        );

    [Fact]
    public void Mmlu_has_no_header_and_its_folder_has_subjects_with_shots_of_their_own()
    {
        File("test/high_school_physics_test.csv", "\"What, then?\",w,x,y,z,C\nSecond?,a,b,c,d,A\n");
        File("test/anatomy_test.csv", "Bone?,a,b,c,d,D\n");
        File("dev/high_school_physics_dev.csv", "P1?,a,b,c,d,B\nP2?,a,b,c,d,A\n");
        File("dev/anatomy_dev.csv", "A1?,a,b,c,d,D\n");
        var questions = ChoiceQuestions.Load(
            Task(Path.Combine(folder, "test"), ChoiceFormat.Mmlu) with
            {
                Shots = 1,
                ShotsPath = Path.Combine(folder, "dev"),
            }
        );
        Assert.Equal(["anatomy", "high_school_physics", "high_school_physics"], questions.Select(q => q.Category));
        Assert.Equal(
            "The following are multiple choice questions (with answers) about high school physics.\n\nP1?\nA. a\nB. b\nC. c\nD. "
                + "d\nAnswer: B\n\nWhat, then?\nA. w\nB. x\nC. y\nD. z\nAnswer:",
            questions[1].Context
        );
        Assert.Equal([3, 2, 0], questions.Select(Right));
        Assert.Equal(["A", "B", "C", "D"], questions[0].Choices);
        Assert.Equal(2, ChoiceQuestions.Load(Task(Path.Combine(folder, "test"), ChoiceFormat.Mmlu) with { Take = 1 }).Count);
    }

    [Fact]
    public void Mmlu_may_have_a_header_or_be_the_hubs()
    {
        Assert.Equal(1, Right(Assert.Single(Load(File("with.csv", "question,A,B,C,D,answer\nq?,a,b,c,d,B\n"), ChoiceFormat.Mmlu))));
        var hub = Assert.Single(
            Load(File("hub.jsonl", """{"question":"q?","subject":"anatomy","choices":["a","b","c","d"],"answer":3}"""), ChoiceFormat.Mmlu)
        );
        Assert.Equal((3, "anatomy"), (Right(hub), hub.Category));
    }

    [Fact]
    public void Piqa_has_its_labels_in_a_file_or_a_column()
    {
        const string rows = "{\"goal\":\"g\",\"sol1\":\"s\",\"sol2\":\"t\"}\n{\"goal\":\"h\",\"sol1\":\"u\",\"sol2\":\"v\"}\n";
        string path = File("valid.jsonl", rows),
            labels = File("valid-labels.lst", "1\n0\n");
        var questions = ChoiceQuestions.Load(Task(path, ChoiceFormat.Piqa) with { LabelsPath = labels });
        Assert.Equal([1, 0], questions.Select(Right));
        Assert.Equal("Question: g\nAnswer:", questions[0].Context);
        Assert.Equal(1, Right(Assert.Single(Load(File("p.csv", "goal,sol1,sol2,label\ng,s,t,1\n"), ChoiceFormat.Piqa))));
    }

    [Fact]
    public void TruthfulQA_as_tasks_and_as_its_table()
    {
        string tasks = File(
            "mc_task.json",
            """[{"question":"q?","mc1_targets":{"wrong":0,"right":1},"mc2_targets":{"right":1,"too":1,"wrong":0}}]"""
        );
        string table = File(
            "TruthfulQA.csv",
            "Type,Category,Question,Best Answer,Correct Answers,Incorrect Answers,Source\nA,Myths,q?,right,right; too,wrong; bad,none\n"
        );
        Assert.Equal(1, Right(Assert.Single(Load(tasks, ChoiceFormat.TruthfulQAMc1))));
        var several = Assert.Single(Load(tasks, ChoiceFormat.TruthfulQAMc2));
        Assert.Equal([true, true, false], several.IsTrue);
        Assert.False(several.HasOneAnswer);
        var one = Assert.Single(Load(table, ChoiceFormat.TruthfulQAMc1));
        Assert.Equal(["right", "wrong", "bad"], one.Choices);
        Assert.Equal((0, "Myths"), (Right(one), one.Category));
        Assert.Equal(["right", "too", "wrong", "bad"], Assert.Single(Load(table, ChoiceFormat.TruthfulQAMc2)).Choices);
        Assert.EndsWith("Spain.\n\nQ: q?\nA:", one.Context, StringComparison.Ordinal);
    }

    [Fact]
    public void A_format_of_ones_own_reads_any_fields()
    {
        var format = new ChoiceFormat
        {
            Text = "{% if hint %}{{hint}}\n{% endif %}{{ask}} =",
            Choices = "options",
            Target = "right",
            TargetDelimiter = "",
        };
        var questions = Load(
            File(
                "own.jsonl",
                """{"ask":"1+1","hint":"","options":["1","2"],"right":"2"}"""
                    + "\n"
                    + """{"ask":"0+1","hint":"sum","options":["1","2"],"right":0}"""
            ),
            format
        );
        Assert.Equal(["1+1 =", "sum\n0+1 ="], questions.Select(q => q.Context));
        Assert.Equal([1, 0], questions.Select(Right));
    }

    public static TheoryData<string, string, string, string> Hostile() =>
        new()
        {
            {
                "a.jsonl",
                """{"question":"q","choices":{"text":["x","y"],"label":["A","B"]},"answerKey":"E"}""",
                "Arc",
                "line 1: the template of Format.Target does not fit"
            },
            {
                "a.jsonl",
                """{"question":"q","choices":{"text":["x","y"],"label":["A","B"]}}""",
                "Arc",
                "line 1: the template of Format.Target does not fit: "
            },
            {
                "a.jsonl",
                """{"quest":"q","choices":{"text":["x","y"],"label":["A","B"]},"answerKey":"A"}""",
                "Arc",
                "line 1: the template of Format.Text does not fit: 'question' is undefined; choose the Format that belongs to the file"
            },
            {
                "a.jsonl",
                """{"question":"q","choices":{"text":["x"],"label":["A"]},"answerKey":"A"}""",
                "Arc",
                "line 1: the question has 1 choice: give it at least two"
            },
            {
                "a.jsonl",
                """{"question":"q","choices":{"text":["x",3],"label":["A","B"]},"answerKey":"A"}""",
                "Arc",
                "line 1: the template of Format.Choices does not fit: its list holds a int where text is wanted"
            },
            {
                "a.jsonl",
                """{"question":"q","choices":"x, y","answerKey":"A"}""",
                "Arc",
                "line 1: 'choices' is text where a list is wanted: give the file as .jsonl or .parquet"
            },
            { "a.jsonl", """{"question":{"stem":"q"},"answerKey":"A"}""", "Arc", "line 1: there is no list 'question.choices'" },
            {
                "a.jsonl",
                """{"question":{"stem":"q","choices":[1,2]},"answerKey":"A"}""",
                "Arc",
                "line 1: there is no text 'question.choices[].text'"
            },
            { "a.csv", "q?,a,b,c,d,A\nr?,a,b,c,d,E\n", "Mmlu", "line 2: the answer is 'E', not one of A, B, C and D" },
            { "a.csv", "q?,a,b,c,d,A\nr?,a,b,c,A\n", "Mmlu", "line 2: 5 fields where wanted are 6" },
            {
                "a.json",
                """[{"instruction":"Please choose the correct answer to the question: q?\n\nAnswer1: a Answer2: b\n\nAnswer format: answer1/answer2","answer":"answer3"}]""",
                "Arc",
                "item 1: the answer is 'answer3', not one of answer1 to answer2"
            },
            {
                "a.jsonl",
                """{"goal":"g","sol1":"s","sol2":"t","label":2}""",
                "Piqa",
                "line 1: the template of Format.Target does not fit: it gives '2', which is none of the 2 choices"
            },
            {
                "a.json",
                """[{"question":"q","mc2_targets":{"a":0,"b":0},"mc1_targets":{"a":0,"b":0}}]""",
                "TruthfulQAMc2",
                "item 1: no choice is true"
            },
            {
                "a.json",
                """[{"question":"q","mc2_targets":{"choices":["a","b"],"labels":[1]},"mc1_targets":{"choices":[],"labels":[]}}]""",
                "TruthfulQAMc2",
                "item 1: there are 2 choices and 1 label"
            },
            { "a.jsonl", "{\"question\":", "Arc", "line 1" },
            { "a.jsonl", "", "Arc", "empty" },
            { "a.xlsx", "x", "Arc", "a.xlsx ends neither in" },
        };

    [Theory, MemberData(nameof(Hostile))]
    public void What_is_wrong_is_said_in_one_sentence_with_its_place(string name, string text, string format, string part)
    {
        var chosen = (ChoiceFormat)typeof(ChoiceFormat).GetProperty(format)!.GetValue(null)!;
        string sentence = Assert.Throws<InputException>(() => Load(File(name, text), chosen)).Message;
        Assert.Contains(part, sentence, StringComparison.Ordinal);
        Assert.Contains(name, sentence, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', sentence);
    }

    [Theory]
    [InlineData("Mmlu", "question,subject,choices,answer\nQ1,anat,\"['a', 'b', 'c', 'd']\",1\n", "choices")]
    [InlineData("Mmlu", "question,subject,choices,answer\nQ1,anat,\"['a' 'b' 'c' 'd']\",1\n", "choices")]
    [InlineData("Mmlu", "question,subject,choices,answer\nQ1,anat,a|b|c|d,1\n", "choices")]
    [InlineData(
        "Arc",
        "question,choices,answerKey\nQ1,\"{'text': array(['a', 'b'], dtype=object), 'label': array(['A', 'B'], dtype=object)}\",A\n",
        "choices"
    )]
    [InlineData("TruthfulQAMc1", "question,mc1_targets\nQ1,\"{'choices': ['a', 'b'], 'labels': [1, 0]}\"\n", "mc1_targets")]
    public void A_list_that_is_given_as_text_is_refused(string format, string text, string field) =>
        Assert.EndsWith(
            $"a.csv, line 2: '{field}' is text where a list is wanted: give the file as .jsonl or .parquet, which hold lists; in .csv "
                + $"give every choice a column of its own.",
            Assert
                .Throws<InputException>(() =>
                    Load(File("a.csv", text), (ChoiceFormat)typeof(ChoiceFormat).GetProperty(format)!.GetValue(null)!)
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_list_as_text_in_a_field_of_ones_own_is_refused_and_a_text_that_looks_like_one_is_kept()
    {
        var format = new ChoiceFormat
        {
            Text = "{{ask}}",
            Choices = "{{[one, two]}}",
            Target = "right",
        };
        string row = """{"ask": "Which is a list?", "one": "['a', 'b']", "two": "('a')", "right": 0, "meta": "['x']"}""";
        Assert.Equal(["['a', 'b']", "('a')"], Assert.Single(Load(File("a.jsonl", row), format)).Choices);
        Assert.Contains(
            "'meta' is text where a list is wanted",
            Assert.Throws<InputException>(() => Load(File("a.jsonl", row), format with { Choices = "{{meta}}" })).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'meta' is text where a list is wanted",
            Assert.Throws<InputException>(() => Load(File("a.jsonl", row), format with { Text = "{{meta[0]}}" })).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'meta' is text where a list is wanted",
            Assert
                .Throws<InputException>(() => Load(File("a.jsonl", row), format with { Choices = "{% for m in meta %}{{m}}{% endfor %}" }))
                .Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Questions_that_begin_with_a_number_sign_are_questions()
    {
        var questions = Load(File("cs_test.csv", "#include what?,w,x,y,z,C\nSecond?,a,b,c,d,A\n# Third?,a,b,c,d,B\n"), ChoiceFormat.Mmlu);
        Assert.Equal([2, 0, 1], questions.Select(Right));
        Assert.Equal(["line 1", "line 2", "line 3"], questions.Select(q => q.Origin[^6..]));
    }

    [Fact]
    public void A_question_never_stands_among_its_own_solved_examples()
    {
        string Line(int i) => $$"""{"id": {{i}}, "q": "Code word {{i}}?", "c": ["zab", "qux"], "a": {{i % 2}}}""";
        var format = new ChoiceFormat
        {
            Text = "{{q}}",
            Choices = "c",
            Target = "a",
        };
        string path = File("own.jsonl", string.Join('\n', Enumerable.Range(0, 4).Select(Line)));
        var task = Task(path, format) with { Shots = 2, ShotsPath = path };
        string Shot(int i) => $"Code word {i}? {(i % 2 == 0 ? "zab" : "qux")}\n\n";
        // lm-evaluation-harness takes one more than wanted, without the question itself, and of these the first.
        Assert.Equal(
            [
                Shot(1) + Shot(2) + "Code word 0?",
                Shot(0) + Shot(2) + "Code word 1?",
                Shot(0) + Shot(1) + "Code word 2?",
                Shot(0) + Shot(1) + "Code word 3?",
            ],
            ChoiceQuestions.Load(task).Select(q => q.Context)
        );
        // The same question in another file, with another id and twice.
        string shots = File(
            "shots.jsonl",
            string.Join('\n', Line(3).Replace("\"id\": 3", "\"id\": 9", StringComparison.Ordinal), Line(3), Line(1), Line(0))
        );
        Assert.Equal(Shot(1) + Shot(0) + "Code word 3?", ChoiceQuestions.Load(task with { ShotsPath = shots })[3].Context);
        Assert.Equal(Shot(3) + Shot(3) + "Code word 2?", ChoiceQuestions.Load(task with { ShotsPath = shots })[2].Context);
        Assert.EndsWith(
            "own.jsonl has 3 questions besides that of " + path + ", line 1 and 4 solved examples are wanted: set Shots to at most 3.",
            Assert.Throws<InputException>(() => ChoiceQuestions.Load(task with { Shots = 4 })).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Missing_files_shots_and_labels_are_named()
    {
        string Say(MultipleChoiceTask task) => Assert.Throws<InputException>(() => ChoiceQuestions.Load(task)).Message;
        string path = File("arc.jsonl", ArcHub),
            piqa = File("p.jsonl", """{"goal":"g","sol1":"s","sol2":"t"}""");
        Assert.Contains("There is no file", Say(Task(Path.Combine(folder, "none.jsonl"), ChoiceFormat.Arc)), StringComparison.Ordinal);
        Assert.Contains("has no Path", Say(new() { Name = "Task" }), StringComparison.Ordinal);
        Assert.Equal(
            "The task 'Task' has no ShotsPath: name the file of its solved examples, or leave it out.",
            Say(Task(path, ChoiceFormat.Arc) with { ShotsPath = "" })
        );
        Assert.Equal(
            "The task 'Task' has no LabelsPath: name the file of the right choices, or leave it out.",
            Say(Task(path, ChoiceFormat.Arc) with { LabelsPath = " " })
        );
        Assert.Contains("has no ShotsPath", Say(Task(path, ChoiceFormat.Arc) with { Shots = 2 }), StringComparison.Ordinal);
        Assert.Contains(
            "has 1 questions and 2 solved examples are wanted",
            Say(Task(path, ChoiceFormat.Arc) with { Shots = 2, ShotsPath = path }),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "has 2 labels and",
            Say(Task(piqa, ChoiceFormat.Piqa) with { LabelsPath = File("two.lst", "1\n0\n") }),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "bad.lst, line 1: 'x' is no label",
            Say(Task(piqa, ChoiceFormat.Piqa) with { LabelsPath = File("bad.lst", "x\n") }),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "has no file of questions",
            Say(Task(Directory.CreateDirectory(Path.Combine(folder, "empty")).FullName, ChoiceFormat.Mmlu)),
            StringComparison.Ordinal
        );
        File("t/a_test.csv", "q?,a,b,c,d,A\n");
        Assert.Contains(
            "has no file of the subject 'a'",
            Say(
                Task(Path.Combine(folder, "t"), ChoiceFormat.Mmlu) with
                {
                    Shots = 1,
                    ShotsPath = Path.GetDirectoryName(File("d/b_dev.csv", "q?,a,b,c,d,A\n")),
                }
            ),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Format.Text, line 1 of its template",
            Say(Task(path, ChoiceFormat.Arc with { Text = "{{question" })),
            StringComparison.Ordinal
        );
    }
}
