using DcrDsl.Evaluation.Choices;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Choices;

/// <summary>The public sets themselves, where they are: as many questions as published, and those of the harness' own documents.</summary>
public class PublishedSetsTests
{
    static string Data(params string[] parts)
    {
        string path = Path.GetFullPath(Path.Combine([Golden.Folder("lmeval"), "..", "..", "data", .. parts]));
        Assert.SkipUnless(Path.Exists(path), $"the public data {string.Join('/', parts)} is not beside the golden folder");
        return path;
    }

    static void BeginsAsGolden(IReadOnlyList<ChoiceQuestion> questions, string name)
    {
        var task = GoldenTask.Open(name);
        var golden = task.Questions(task.Format);
        Assert.Equal(
            golden.Select(q => (q.Context, string.Join('\n', q.Choices), string.Concat(q.IsTrue))),
            questions.Take(golden.Count).Select(q => (q.Context, string.Join('\n', q.Choices), string.Concat(q.IsTrue)))
        );
    }

    [Fact]
    public void Mmlu_is_whole_and_put_as_the_harness_puts_it()
    {
        var questions = ChoiceQuestions.Load(
            new()
            {
                Path = Data("mmlu", "mmlu_test"),
                Format = ChoiceFormat.Mmlu,
                Shots = 5,
                ShotsPath = Data("mmlu", "mmlu_dev"),
            }
        );
        Assert.Equal((14_042, 57), (questions.Count, questions.Select(q => q.Category).Distinct().Count()));
        BeginsAsGolden([.. questions.Where(q => q.Category == "astronomy")], "mmlu_astronomy");
    }

    [Fact]
    public void Arc_and_openbookqa_in_the_layout_of_llm_adapters()
    {
        var arc = ChoiceQuestions.Load(new() { Path = Data("llm-adapters-mc", "ARC-Easy", "test.json"), Format = ChoiceFormat.Arc });
        var book = ChoiceQuestions.Load(
            new() { Path = Data("llm-adapters-mc", "openbookqa", "test.json"), Format = ChoiceFormat.OpenBookQA }
        );
        Assert.Equal((2376, 500), (arc.Count, book.Count));
        BeginsAsGolden(arc, "arc_easy");
        BeginsAsGolden(book, "openbookqa");
    }

    [Fact]
    public void TruthfulQA_as_tasks_and_as_a_table()
    {
        var tasks = ChoiceQuestions.Load(new() { Path = Data("truthfulqa", "mc_task.json"), Format = ChoiceFormat.TruthfulQAMc1 });
        Assert.Equal(790, tasks.Count);
        BeginsAsGolden(
            ChoiceQuestions.Load(new() { Path = Data("truthfulqa", "mc_task.json"), Format = ChoiceFormat.TruthfulQAMc2 }),
            "truthfulqa_mc2"
        );
        BeginsAsGolden(tasks, "truthfulqa_mc1");
        Assert.Equal(
            817,
            ChoiceQuestions.Load(new() { Path = Data("truthfulqa", "TruthfulQA_v1.csv"), Format = ChoiceFormat.TruthfulQAMc2 }).Count
        );
    }
}
