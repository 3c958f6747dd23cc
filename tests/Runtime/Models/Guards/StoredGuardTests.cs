using DcrDsl.Models;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.Guards;
using DcrDsl.Models.Interventions;
using DcrDsl.Runtime.Tests.Models.Attachments;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models.Guards;

/// <summary>What stands around a model is copied, saved and opened with it.</summary>
public sealed class StoredGuardTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    static readonly GuardPhrases Phrases = new(["kill", "pick a lock"], PhraseMatch.Substring);

    static readonly Dictionary<string, Func<Guard>> All = new()
    {
        ["triggers"] = () => new TriggerGuard(Phrases, "no ."),
        ["classifier"] = () =>
            new ClassifierGuard(
                new PromptClassifier(2, AttachedModel.Direction(1), 0.125, -0.5),
                new ClassifierTable(2, 0.01, 8, 9, 5, 0.25, -0.5, [1.5, 2], [-1, -2.5], 1),
                Phrases with
                {
                    Match = PhraseMatch.WholeWords,
                },
                "no ."
            ),
        ["filter"] = () => new ClassifierGuard(null, null, Phrases, "sorry ."),
        ["revision"] = () => new RevisionGuard(new RevisionTurns("why {answer} ?", "{critique} so ?")),
    };

    public static IEnumerable<TheoryDataRow<string>> Kinds => All.Keys.Select(k => new TheoryDataRow<string>(k));

    [Fact]
    public void Every_guard_is_tested_here() =>
        Assert.Equal(
            typeof(Guard).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Guard))).ToHashSet(),
            All.Values.Select(make => make().GetType()).ToHashSet()
        );

    [Theory, MemberData(nameof(Kinds))]
    public void Saved_and_opened_or_copied_it_says_the_same(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = AttachedModel.Bare();
        var guard = model.Attach(All[kind]());
        guard.Save(Path.Combine(root, "saved"));

        using LanguageModel other = AttachedModel.Bare(),
            copy = model.Clone();
        var opened = AttachmentDirectory.Open(Path.Combine(root, "saved"), other);

        int number = 0;
        foreach (var same in new[] { opened, Assert.Single(copy.Attachments) })
        {
            string again = Path.Combine(root, $"again{number++}");
            same.Save(again);
            Assert.True(same.IsAttached);
            Assert.NotNull(same.MergeObstacle);
            Assert.All(
                Directory.EnumerateFiles(Path.Combine(root, "saved")),
                file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(again, Path.GetFileName(file))))
            );
        }
    }

    [Fact]
    public void A_classifier_for_another_model_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = AttachedModel.Bare();
        var guard = new ClassifierGuard(
            new PromptClassifier(9, AttachedModel.Direction(1), 0, 0),
            new ClassifierTable(9, 0.01, 8, 9, 5, 0.25, 0, [1], [-1], 1),
            null,
            "no ."
        );
        guard.Save(Path.Combine(root, "deep"));
        var mistake = Assert.Throws<InputException>(() => AttachmentDirectory.Open(Path.Combine(root, "deep"), model));
        Assert.Contains("attachment.json: layer", mistake.Message);
        guard.Dispose();
    }

    [Fact]
    public void What_is_filled_into_a_template_is_not_filled_in_again() =>
        Assert.Equal(
            "{critique} / {answer} / fine",
            new RevisionTurns("{answer}", "{answer} / {prompt} / {critique}").AskRevision("{answer}", "{critique}", "fine")
        );
}
