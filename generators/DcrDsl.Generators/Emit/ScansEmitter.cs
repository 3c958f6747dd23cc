using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes a stage that steers as SCANS does.</summary>
sealed class ScansEmitter : StageEmitter
{
    public override Type Kind => typeof(Scans);

    public override IReadOnlyList<StageMethod> Methods => [new(StageShape.Attach, Describe, Write)];

    public override IReadOnlyList<string> Locals =>
        ["frozen", .. SteeringLines.Locals, "suffix", "atToxic", "atGeneral", "v", "r", "steered", "scored"];

    static Code Describe(object spec) => $"SCANS, answers are steered by a score of their query; no weight is trained";

    static void Write(CodeWriter code, StageScope stage)
    {
        var spec = (Scans)stage.Stage.Spec;
        Code anchors = $"training: {stage.Value(nameof(spec.Anchors))}";
        code.Template(
            $"""
            using var frozen = {stage.Type("no_grad")}();

            // Anchors, and the blocks that are steered and that score.
            {SteeringLines.Prompts(stage, nameof(spec.Toxic), anchors)}
            {SteeringLines.Prompts(stage, nameof(spec.General), anchors)}
            var suffix  = {stage.Type("ScansAnchors")}.Suffix(model, {stage.Value(nameof(spec.Suffix))}, behind: toxic);
            var steered = {stage.Type("SteeredBlocks")}.Between({stage.Purpose}, model, {Blocks(
                stage,
                nameof(spec.FirstSteeredDepth),
                nameof(spec.LastSteeredDepth),
                nameof(spec.FirstSteered),
                nameof(spec.LastSteered)
            )});
            var scored  = {stage.Type("SteeredBlocks")}.Scored({stage.Purpose}, model, steered{Scored(stage)});

            // v: what toxic anchors have more than harmless ones at the output of each block, at the last prompt token; of length 1.
            {Code.Columns(Mean(stage, spec, "atToxic", "toxic"), Mean(stage, spec, "atGeneral", "general"))}
            var v = {stage.Type("ScansAnchors")}.Vectors(atToxic, atGeneral);  // [L, H]

            // r = mean over toxic anchors of δ, δ(x) = h(last prompt token) − h(last token with the agreeing word behind), by block.
            var r = {stage.Type("ScansAnchors")}.Reference(model, toxic, suffix, run.Cancellation);  // [L, H]

            // A query scores the mean over blocks of cos(δ, r); from its last token on h ← h + a·v if that is at least T, else h − a·v.
            return {stage.Type("ScansAnchors")}.Steering(model, v, r, suffix, toxic, general, threshold: {stage.Value(
                nameof(spec.Threshold)
            )}, strength: {stage.Value(nameof(spec.Strength))}, steered, scored, run.Cancellation);
            """
        );
    }

    static Code Scored(StageScope stage)
    {
        var given = new List<Code>();
        Add(nameof(Scans.FirstScored), "first");
        Add(nameof(Scans.LastScored), "last");
        return Code.Join("", given);

        void Add(string option, string argument)
        {
            if (stage.IsSwept(option) || stage.Get(option) is not null)
                given.Add($", {Code.Name(argument)}: {stage.Value(option)}");
        }
    }

    static Code Blocks(StageScope stage, string firstDepth, string lastDepth, string first, string last)
    {
        var given = new List<Code> { $"firstDepth: {stage.Value(firstDepth)}", $"lastDepth: {stage.Value(lastDepth)}" };
        foreach (var (option, argument) in new[] { (first, "first"), (last, "last") })
            if (stage.IsSwept(option) || stage.Get(option) is not null)
                given.Add($"{Code.Name(argument)}: {stage.Value(option)}");
        return Code.Join(", ", given);
    }

    static (Code, Code) Mean(StageScope stage, Scans spec, string local, string prompts) =>
        (
            $"var {Code.Name(local)}",
            $"= {stage.Type("MeanStates")}.Of(model, {Code.Name(prompts)}, {stage.Type("StreamSite")}.BlockOutput, positions: 1, "
                + $"batch: {stage.Value(
                nameof(spec.Batch)
            )}, run.Cancellation);"
        );
}
