using System.Reflection;
using System.Text.Json.Nodes;
using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.Guards;
using DcrDsl.Models.Interventions;
using DcrDsl.Models.LowRank;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models.Attachments;

/// <summary>What stands beside a model's weights is copied, saved, opened, merged and decoded with the model.</summary>
public sealed class AttachmentTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public static IEnumerable<TheoryDataRow<string>> Kinds => AttachedModel.Kinds;

    /// <summary>
    /// What can be saved and not opened again would be lost, and what is not in <see cref="AttachedModel"/> is not tested.
    /// </summary>
    [Fact]
    public void Every_attachment_is_opened_by_its_kind_and_tested_here()
    {
        Assert.Equal(
            typeof(StandingIntervention)
                .Assembly.GetTypes()
                .Where(t => !t.IsAbstract && (t.IsSubclassOf(typeof(StandingIntervention)) || t.IsSubclassOf(typeof(Guard))))
                .Select(t => t.GetField("Form", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)?.GetValue(null))
                .OrderBy(f => (f as AttachmentKind)?.Name, StringComparer.Ordinal),
            AttachmentDirectory.Kinds.OrderBy(k => k.Name, StringComparer.Ordinal)
        );
        using var scope = NewDisposeScope();
        var tested = AttachedModel.Kinds.Select(kind =>
        {
            using var model = AttachedModel.With(kind.Data);
            return model.Attachments[^1].GetType();
        });
        Assert.Equal(
            typeof(Attachment)
                .Assembly.GetTypes()
                .Where(t => !t.IsAbstract && t.IsSubclassOf(typeof(Attachment)) && !t.IsSubclassOf(typeof(Guard)))
                .ToHashSet(),
            tested.ToHashSet()
        );
    }

    string In(string name) => Path.Combine(root, name);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory, MemberData(nameof(Kinds))]
    public void Saved_and_opened_again_it_gives_the_same_logits(string kind)
    {
        using var scope = NewDisposeScope();
        using LanguageModel model = AttachedModel.With(kind),
            other = AttachedModel.Bare();
        Assert.True(Apart(model, other) > 1e-2);
        var attachment = Assert.Single(model.Attachments);
        attachment.Save(In("saved"));

        var opened = AttachmentDirectory.Open(In("saved"), other);

        Assert.Same(opened, Assert.Single(other.Attachments));
        Assert.Equal(attachment.Kind, opened.Kind);
        Assert.Equal(0, Apart(model, other));
        opened.Save(In("again"));
        Assert.All(
            Directory.EnumerateFiles(In("saved")),
            file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(In("again"), Path.GetFileName(file))))
        );
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_copy_of_the_model_has_one_of_its_own(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = AttachedModel.With(kind);
        var before = AttachedModel.Logits(model);
        using (var copy = model.Clone())
        {
            Assert.NotSame(Assert.Single(model.Attachments), Assert.Single(copy.Attachments));
            Assert.Equal(0, Apart(model, copy));
            if (copy.Attachments[0] is LoraAdapter lora)
                using (no_grad())
                    lora.Parameters[0].add_(1);
            copy.Attachments[0].Detach();
            Assert.True(Apart(model, copy) > 1e-2);
        }
        TensorAssert.Close(before, AttachedModel.Logits(model), 0, 0, "after the copy was freed");
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, ScalarType.BFloat16)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32)]
    public void A_copy_holds_and_multiplies_what_is_frozen_in_the_same_formats(ScalarType stored, ScalarType computed)
    {
        using var scope = NewDisposeScope();
        using var model = AttachedModel.Bare();
        var lora = model.Adapt(new LoraOptions { Rank = 2 }, seed: 3, "test", new FrozenFormat(stored, computed));
        using (no_grad())
            lora.Parameters[1].add_(0.05f);

        using var copy = model.Clone();

        Assert.Equal(model.Decoder.Parameters.Select(p => p.dtype), copy.Decoder.Parameters.Select(p => p.dtype));
        Assert.Contains(ScalarType.BFloat16, copy.Decoder.Parameters.Select(p => p.dtype));
        Assert.Equal(0, Apart(model, copy));
    }

    [Fact]
    public void Several_are_kept_in_order_with_the_model()
    {
        using var scope = NewDisposeScope();
        using var model = AttachedModel.With("addition");
        AttachedModel.Attach(model, "half ablation");
        AttachedModel.Attach(model, "lora");
        var logits = AttachedModel.Logits(model);

        using var copy = model.Clone();
        string[] kinds = ["direction-addition", "direction-ablation", "lora"];
        Assert.Equal(kinds, copy.Attachments.Select(a => a.Kind));
        TensorAssert.Close(logits, AttachedModel.Logits(copy), 0, 0, "copy");

        HuggingFaceDirectory.Save(In("model"), model);
        using var opened = new LanguageModel(HuggingFaceDirectory.Open(In("model"), CPU), model.Chat);
        Assert.True(Apart(model, opened) > 1e-2);
        AttachmentDirectory.OpenAll(In("model"), opened);
        Assert.Equal(kinds, opened.Attachments.Select(a => a.Kind));
        TensorAssert.Close(logits, AttachedModel.Logits(opened), 0, 0, "opened");
    }

    [Theory]
    [InlineData("ablation", false)]
    [InlineData("ablation", true)]
    [InlineData("lora", false)]
    public void Merged_into_the_weights_it_gives_the_same_logits_and_can_still_be_saved(string kind, bool tied)
    {
        using var scope = NewDisposeScope();
        using var model = AttachedModel.With(kind, tied);
        var logits = AttachedModel.Logits(model);
        var attachment = Assert.Single(model.Attachments);
        Assert.Null(attachment.MergeObstacle);

        attachment.Merge();

        Assert.False(attachment.IsAttached);
        Assert.Equal("It is not attached, so there is nothing to merge it into.", attachment.MergeObstacle);
        TensorAssert.Close(logits, AttachedModel.Logits(model), 0, 2e-5, "merged");
        HuggingFaceDirectory.Save(In("model"), model);
        Assert.False(Directory.Exists(Path.Combine(In("model"), "attachments")));
        using var opened = new LanguageModel(HuggingFaceDirectory.Open(In("model"), CPU), model.Chat);
        Assert.Equal(0, Apart(model, opened));
        attachment.Save(In("saved"));
        using var other = AttachedModel.Bare(tied: tied);
        AttachmentDirectory.Open(In("saved"), other);
        TensorAssert.Close(logits, AttachedModel.Logits(other), 0, 0, "saved after it was merged");
    }

    [Fact]
    public void A_tied_checkpoint_with_a_direction_folded_in_is_saved_with_a_head_of_its_own()
    {
        using var scope = NewDisposeScope();
        using var checkpoint = new TinyCheckpoint();
        using var decoder = HuggingFaceDirectory.Open(checkpoint.Folder, CPU);
        using var ablation = new DirectionAblation(arange(decoder.Config.HiddenSize, float32) - 7);
        ablation.PutOn(decoder);
        ablation.Merge();

        HuggingFaceDirectory.Save(In("folded"), decoder);

        using var opened = HuggingFaceDirectory.Open(In("folded"), CPU);
        Assert.False(JsonNode.Parse(File.ReadAllText(Path.Combine(In("folded"), "config.json")))!["tie_word_embeddings"]!.GetValue<bool>());
        var tokens = tensor(new long[] { 5, 6, 7 }).unsqueeze(0);
        using var frozen = no_grad();
        TensorAssert.Close(decoder.Head(decoder.Forward(tokens)), opened.Head(opened.Forward(tokens)), 0, 0, "opened");
    }

    [Fact]
    public void What_cannot_be_merged_says_why()
    {
        using var half = AttachedModel.With("half ablation");
        Assert.Equal("Only the whole direction (share 1) can be folded into weights.", Refusal(half.Attachments[0]));
        using var addition = AttachedModel.With("addition");
        Assert.Equal(
            "A direction that is added cannot be folded into weights: a decoder has no bias at that place.",
            Refusal(addition.Attachments[0])
        );
        using var both = AttachedModel.With("ablation");
        AttachedModel.Attach(both, "addition");
        Assert.Equal(
            "Another intervention stands in the model, whose part of the stream weights would not reach.",
            Refusal(both.Attachments[0])
        );
        using var adapted = AttachedModel.With("ablation");
        AttachedModel.Attach(adapted, "lora").Merge();
        adapted.Attachments[0].Merge();
        using var unmerged = AttachedModel.With("ablation");
        AttachedModel.Attach(unmerged, "lora");
        Assert.Equal(
            "An adapter is attached, whose part of the stream weights would not reach: merge it first.",
            Refusal(unmerged.Attachments[0])
        );

        static string Refusal(Attachment attachment)
        {
            Assert.Equal(attachment.MergeObstacle, Assert.Throws<InvalidOperationException>(attachment.Merge).Message);
            Assert.True(attachment.IsAttached);
            return attachment.MergeObstacle!;
        }
    }

    [Fact]
    public void It_belongs_to_one_model()
    {
        using LanguageModel one = AttachedModel.With("ablation"),
            other = AttachedModel.Bare();
        Assert.Throws<InvalidOperationException>(() => other.Attach(one.Attachments[0]));
        Assert.Empty(other.Attachments);
        one.Attach(one.Attachments[0]);
        Assert.Single(one.Attachments);
    }

    [Fact]
    public void An_adapter_of_the_decoder_only_is_not_lost_unseen()
    {
        using var model = AttachedModel.Bare();
        using var lora = LoraAdapter.Attach(model.Decoder, new LoraOptions { Rank = 2 }, seed: 3, "test");
        const string sentence =
            "An adapter is attached to the decoder only, and would be lost: merge it, or give it to the model with Attach.";
        Assert.Equal(sentence, Assert.Throws<InvalidOperationException>(() => model.Clone()).Message);
        Assert.Equal(sentence, Assert.Throws<InvalidOperationException>(() => HuggingFaceDirectory.Save(In("model"), model)).Message);
        Assert.False(Directory.Exists(In("model")));
        model.Attach(lora);
        using var copy = model.Clone();
        Assert.Equal("lora", Assert.Single(copy.Attachments).Kind);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Decoding_with_a_cache_chooses_the_tokens_that_whole_passes_choose(string kind)
    {
        using var scope = NewDisposeScope();
        using var model = AttachedModel.With(kind);
        int[] prompt = [1, 2, 17, 33, 3];
        var decoded = Complete(model, [prompt]).Single();

        using var frozen = no_grad();
        var text = prompt.ToList();
        foreach (int token in decoded.Tokens)
        {
            var logits = model.Decoder.Head(model.Decoder.Forward(tensor(text.Select(t => (long)t).ToArray()).unsqueeze(0)).select(1, -1));
            Assert.Equal(logits.argmax(-1).item<long>(), token);
            text.Add(token);
        }
        Assert.Equal(8, decoded.Tokens.Length);
    }

    /// <summary>The rows begin alike, which is read once unless rows are changed differently, and are of unlike lengths.</summary>
    [Theory]
    [InlineData("ablation", false)]
    [InlineData("addition", false)]
    [InlineData("lora", false)]
    [InlineData("addition", true)]
    public void A_batch_of_three_of_which_one_ends_early_gives_what_each_gives_alone(string kind, bool byRow)
    {
        using var scope = NewDisposeScope();
        int[] beginning = [.. Enumerable.Range(20, 40)];
        int[][] prompts =
        [
            [.. beginning, 400, 3],
            [.. beginning, 401, 402, 403, 3],
            [.. beginning, 404, 3],
        ];
        double[] factors = [1, -1, 0.25];
        int[] first = [10, 0, 41];
        using var model = byRow ? AttachedModel.Bare() : AttachedModel.With(kind);
        var alone = prompts.Select((p, row) => One(row, [])).ToList();
        int stop = alone[1].Tokens.First(t => !alone[0].Tokens.Contains(t));

        if (byRow)
            model.Attach(AttachedModel.Addition(factors, first));
        var together = Complete(model, prompts, stop);

        Assert.Contains(together, t => t.Tokens.Length < 8);
        Assert.Contains(together, t => t.Tokens.Length == 8);
        for (int row = 0; row < prompts.Length; row++)
        {
            int end = alone[row].Tokens.ToList().IndexOf(stop);
            Assert.Equal(end < 0 ? alone[row].Tokens : alone[row].Tokens.Take(end + 1), together[row].Tokens);
            TensorAssert.Close(tensor(alone[row].FirstLogits), tensor(together[row].FirstLogits), 0, 1e-4, $"row {row}");
        }

        DecodedRow One(int row, int[] stops)
        {
            if (!byRow)
                return Complete(model, [prompts[row]], stops).Single();
            using var own = model.Clone();
            own.Attach(AttachedModel.Addition([factors[row]], [first[row]]));
            return Complete(own, [prompts[row]], stops).Single();
        }
    }

    [Theory]
    [InlineData(
        "kind",
        "\"rules\"",
        "kind is 'rules', which is not known; there are direction-ablation, direction-addition, surgical, scans, rule-triggers, "
            + "classifier-chain, critique-and-revision."
    )]
    [InlineData("version", "2", "version is 2, and this program reads version 1 of direction-addition; use the program that wrote it.")]
    [InlineData("strength", "\"much\"", "strength is '\"much\"'; it must be a number.")]
    [InlineData("strength", "null", "strength is missing; take the model's complete configuration.")]
    [InlineData("site", "\"Head\"", "site must be one of BlockInput, AttentionOutput, FeedForwardOutput, BlockOutput.")]
    public void A_mistake_in_its_file_is_refused_by_key(string key, string value, string sentence)
    {
        using var model = AttachedModel.With("addition");
        model.Attachments[0].Save(In("saved"));
        string path = Path.Combine(In("saved"), "attachment.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        json[key] = JsonNode.Parse(value);
        File.WriteAllText(path, json.ToJsonString());

        Assert.Equal($"{path}: {sentence}", Assert.Throws<InputException>(() => AttachmentDirectory.Open(In("saved"), model)).Message);
        Assert.Single(model.Attachments);
    }

    [Fact]
    public void One_that_was_made_for_another_model_is_refused()
    {
        using var model = AttachedModel.With("addition");
        model.Attachments[0].Save(In("saved"));
        string file = Path.Combine(In("saved"), "attachment.safetensors");
        Assert.Equal(
            $"{file}: tensor 'direction.1' has shape [16], and the model's residual stream is 8 wide; give the model that it was made for.",
            Refusal(AttachedModel.Shape with { HiddenSize = 8 })
        );
        Assert.Equal(
            $"{file} has tensor 'direction.3', and the model has the blocks 1 to 2; give the model that it was made for.",
            Refusal(AttachedModel.Shape with { Layers = 2 })
        );
        Directory.CreateDirectory(In("empty"));
        Assert.Equal(
            $"{In("empty")} holds no attachment: it has neither attachment.json nor PEFT's adapter_config.json; give a directory that one "
                + "was saved in.",
            Assert.Throws<InputException>(() => AttachmentDirectory.Open(In("empty"), model)).Message
        );

        string Refusal(DecoderConfig shape)
        {
            using var other = new LanguageModel(TestDecoder.Initialise(shape, 1), model.Chat);
            return Assert.Throws<InputException>(() => AttachmentDirectory.Open(In("saved"), other)).Message;
        }
    }

    static IReadOnlyList<DecodedRow> Complete(LanguageModel model, int[][] prompts, params int[] stops) =>
        Generation.Complete(model.Decoder, prompts, maxNewTokens: 8, stops, cancellation: TestContext.Current.CancellationToken);

    static float Apart(LanguageModel one, LanguageModel other) =>
        (AttachedModel.Logits(one) - AttachedModel.Logits(other)).abs().max().item<float>();
}
