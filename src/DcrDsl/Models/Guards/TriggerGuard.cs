using System.Text.Json.Nodes;
using DcrDsl.Models.Attachments;

namespace DcrDsl.Models.Guards;

/// <summary>Refuses prompts that have one of some phrases, before the model is asked.</summary>
/// <param name="triggers">The phrases.</param>
/// <param name="refusal">What is said in the model's place.</param>
public sealed class TriggerGuard(GuardPhrases triggers, string refusal) : Guard
{
    const string TriggersKey = "triggers",
        RefusalKey = "refusal";

    internal static readonly AttachmentKind Form = new(
        "rule-triggers",
        Version: 1,
        (fields, _) =>
            new TriggerGuard(
                GuardPhrases.Read(fields, TriggersKey) ?? throw fields.Missing(TriggersKey),
                fields.OptionalText(RefusalKey) ?? throw fields.Missing(RefusalKey)
            )
    );

    /// <inheritdoc/>
    public override string Refusal => refusal;

    internal override GuardPhrases OnPrompt => triggers;

    private protected override AttachmentKind StoredAs => Form;

    private protected override JsonObject Options => new() { [TriggersKey] = triggers.Json, [RefusalKey] = refusal };

    private protected override Guard Copied() => new TriggerGuard(triggers, refusal);
}
