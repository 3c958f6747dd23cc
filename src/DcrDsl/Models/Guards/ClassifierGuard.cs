using System.Text.Json;
using System.Text.Json.Nodes;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.Interventions;
using static TorchSharp.torch;

namespace DcrDsl.Models.Guards;

/// <summary>Refuses prompts by their state in the model, or withdraws answers that have one of some phrases, or both.</summary>
public sealed class ClassifierGuard : Guard
{
    internal static readonly AttachmentKind Form = new("classifier-chain", Version: 1, Opened);

    const string WeightsName = "weights",
        LayerKey = "layer",
        BiasKey = "bias",
        ThresholdKey = "threshold",
        PhrasesKey = "answer_phrases",
        RefusalKey = "refusal",
        FindingsKey = "findings";

    readonly PromptClassifier? classifier;
    readonly ClassifierTable? table;
    readonly GuardPhrases? phrases;

    /// <param name="classifier">Looks at prompts; the guard's from now on. Null: nothing does.</param>
    /// <param name="table">How it was fitted.</param>
    /// <param name="phrases">Those for which an answer is withdrawn; null: none.</param>
    /// <param name="refusal">What is said in the model's place.</param>
    public ClassifierGuard(PromptClassifier? classifier, ClassifierTable? table, GuardPhrases? phrases, string refusal) =>
        (this.classifier, this.table, this.phrases, Refusal) = (classifier, table, phrases, refusal);

    /// <inheritdoc/>
    public override string Refusal { get; }

    /// <inheritdoc/>
    public override AttachmentFindings? Findings => table;

    internal override PromptClassifier? OnState => classifier;

    internal override GuardPhrases? OnAnswer => phrases;

    private protected override AttachmentKind StoredAs => Form;

    private protected override JsonObject Options
    {
        get
        {
            var json = new JsonObject { [RefusalKey] = Refusal };
            if (phrases is not null)
                json[PhrasesKey] = phrases.Json;
            if (classifier is not null)
            {
                json[LayerKey] = classifier.Layer;
                json[BiasKey] = classifier.Bias;
                json[ThresholdKey] = classifier.Threshold;
                json[FindingsKey] = JsonSerializer.SerializeToNode(table, FindingsJson.Default.AttachmentFindings);
            }
            return json;
        }
    }

    private protected override IEnumerable<(string Name, Tensor Value)> Tensors =>
        classifier is null ? [] : [(WeightsName, classifier.Weights)];

    static ClassifierGuard Opened(ConfigFields fields, StoredDirections stored)
    {
        string refusal = fields.OptionalText(RefusalKey) ?? throw fields.Missing(RefusalKey);
        var phrases = GuardPhrases.Read(fields, PhrasesKey);
        if (!fields.Has(LayerKey))
            return new(null, null, phrases ?? throw fields.Missing(LayerKey), refusal);
        return new(
            new PromptClassifier(
                fields.Integer(LayerKey, maximum: stored.Blocks),
                stored.Direction(WeightsName),
                fields.Finite(BiasKey),
                fields.Finite(ThresholdKey)
            ),
            fields.Read(FindingsKey, FindingsJson.Default.AttachmentFindings) as ClassifierTable ?? throw fields.Missing(FindingsKey),
            phrases,
            refusal
        );
    }

    private protected override Guard Copied() => new ClassifierGuard(classifier?.Copied(), table, phrases, Refusal);

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        classifier?.Dispose();
    }
}
