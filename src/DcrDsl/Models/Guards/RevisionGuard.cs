using System.Text.Json.Nodes;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.Checkpoints;

namespace DcrDsl.Models.Guards;

/// <summary>Lets the model criticise its answer and answer again.</summary>
/// <param name="turns">What it is asked.</param>
public sealed class RevisionGuard(RevisionTurns turns) : Guard
{
    const string CritiqueKey = "critique",
        RevisionKey = "revision";

    internal static readonly AttachmentKind Form = new(
        "critique-and-revision",
        Version: 1,
        (fields, _) => new RevisionGuard(new RevisionTurns(Text(fields, CritiqueKey), Text(fields, RevisionKey)))
    );

    internal override RevisionTurns Revision => turns;

    private protected override AttachmentKind StoredAs => Form;

    private protected override JsonObject Options => new() { [CritiqueKey] = turns.Critique, [RevisionKey] = turns.Revision };

    static string Text(ConfigFields fields, string key) => fields.OptionalText(key) ?? throw fields.Missing(key);

    private protected override Guard Copied() => new RevisionGuard(turns);
}
