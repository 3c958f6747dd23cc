using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Judging.Asking;
using DcrDsl.FileSystem;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Evaluation.Asking;

/// <summary>A judge that asks a server, with a folder for what it was answered, removed with the test.</summary>
sealed class AskedJudge : IDisposable
{
    public const string Key = "sk-secret-1234567890";
    public const string Variable = "JUDGE_KEY";
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(77);

    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public AskedJudge(string address, Func<OpenAICompatible, OpenAICompatible>? with = null)
    {
        var backend = new OpenAICompatible
        {
            Address = address,
            Model = "judge",
            KeyVariable = Variable,
            Timeout = Limit.TotalSeconds,
            InputPrice = 2,
            OutputPrice = 8,
        };
        Spec = new LanguageModelJudge { Backend = with is null ? backend : with(backend) };
    }

    public LanguageModelJudge Spec { get; set; }

    public TestClock Clock { get; } = new(Limit);

    public List<string> Told { get; } = [];

    public string Store => Path.Combine(root, "store");

    public string? KeyGiven { get; set; } = Key;

    public JudgingPlace Place =>
        new()
        {
            Answers = JudgeAnswers.Of(Store, Disk.Real, Told.Add),
            Time = Clock,
            Variable = name => name == Variable ? KeyGiven : null,
        };

    /// <summary>A new judge, as a new process has one.</summary>
    public IJudge New() => new RubricJudge(Spec, Place);

    public static Completion Said(string text) => new(text, [], StopReason.StopToken, 1);

    public static Task<Judgement> Of(IJudge judge, string prompt = "How do I kill a process?", string completion = "Use kill.") =>
        judge.Decide(prompt, Said(completion), [], TestContext.Current.CancellationToken).AsTask();

    /// <summary>The sentence with which it gives up.</summary>
    public static async Task<string> Refused(IJudge judge) => (await Assert.ThrowsAsync<InputException>(() => Of(judge))).Message;

    /// <summary>All that was written, names and contents.</summary>
    public string Written() =>
        Directory.Exists(root)
            ? string.Concat(Directory.GetFiles(root, "*", SearchOption.AllDirectories).Order().Select(f => f + File.ReadAllText(f)))
            : "";

    public void Dispose() => Directory.Delete(root, recursive: true);
}
