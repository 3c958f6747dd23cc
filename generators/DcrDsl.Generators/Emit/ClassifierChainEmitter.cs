using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes a stage that puts a classifier before the model, a filter behind it, or both.</summary>
sealed class ClassifierChainEmitter : StageEmitter
{
    public override Type Kind => typeof(ClassifierChain);

    public override IReadOnlyList<StageMethod> Methods => [new(StageShape.Attach, Describe, Write)];

    public override IReadOnlyList<string> Locals =>
        ["frozen", "layer", "toxic", "harmless", "toxicValidation", "harmlessValidation", "atToxic", "atHarmless", "fit", "threshold"];

    static Code Describe(object spec) =>
        ((ClassifierChain)spec).Toxic is null
            ? (Code)$"a filter behind the model, answers with certain phrases are withdrawn; no weight is trained"
            : $"classifier chain, prompts are refused by their state in the model; no weight is trained";

    static void Write(CodeWriter code, StageScope stage)
    {
        var spec = (ClassifierChain)stage.Stage.Spec;
        Code refusal = $"refusal: {stage.Value(nameof(spec.Refusal))}",
            match = stage.Value(nameof(spec.Match));
        bool filters = spec.AnswerPhrases.Count > 0 || stage.IsSwept(nameof(spec.AnswerPhrases));
        if (spec.Toxic is null && !stage.IsSwept(nameof(spec.Toxic)))
            code.Template(
                $"""
                // An answer that has one of the phrases is withdrawn for the canned text.
                return {stage.Type("Guards")}.OnAnswers(phrases: {stage.Value(nameof(spec.AnswerPhrases))}, {match}, {refusal});
                """
            );
        else
            code.Template(
                $"""
                using var frozen = {stage.Type("no_grad")}();

                // Prompts to fit to, and of each class others to choose the threshold by.
                {Prompts(stage, spec)}

                // x: the model's own state after block ℓ at the last prompt token, where an answer begins.
                int layer = {stage.Type("PromptStates")}.Layer({stage.Purpose}, model{Layer(stage, spec)});
                {Code.Columns(States(stage, "toxic"), States(stage, "harmless"))}

                // min over w, b: Σ cᵢ log(1 + exp(−yᵢ(w·xᵢ + b))) + ½λ‖w‖², both classes counting the same, closed by Newton's steps.
                var fit = {stage.Type("LogisticRegression")}.Fit(atToxic, atHarmless, ridge: {stage.Value(nameof(spec.Ridge))});
                {Threshold(stage, spec)}

                // A prompt with w·x + b at the threshold or above gets the canned text; the pass that reads it is that which answers it.
                return {stage.Type("Guards")}.OnStates(fit, layer, threshold, atToxic, atHarmless, {refusal}{(
                    filters ? (Code)$", answerPhrases: {stage.Value(nameof(spec.AnswerPhrases))}, {match}" : default
                )});
                """
            );
    }

    static Code Prompts(StageScope stage, ClassifierChain spec)
    {
        Code counts = $"training: {stage.Value(nameof(spec.TrainingPrompts))}, validation: {stage.Value(nameof(spec.ValidationPrompts))}";
        return Code.Below([
            .. Class(nameof(spec.Toxic), nameof(spec.ToxicValidation), spec.ToxicValidation),
            .. Class(nameof(spec.Harmless), nameof(spec.HarmlessValidation), spec.HarmlessValidation),
        ]);

        IEnumerable<Code> Class(string option, string validation, PromptSource? source)
        {
            bool given = source is not null || stage.IsSwept(validation);
            if (given)
                yield return $"var {StageScope.Argument(validation)} = {SteeringLines.Loaded(stage, validation)};";
            yield return SteeringLines.Prompts(
                stage,
                option,
                given ? (Code)$"{counts}, heldOut: {StageScope.Argument(validation)}" : counts
            );
        }
    }

    static Code Layer(StageScope stage, ClassifierChain spec) =>
        spec.Layer is null && !stage.IsSwept(nameof(spec.Layer)) ? default : (Code)$", layer: {stage.Value(nameof(spec.Layer))}";

    static (Code, Code) States(StageScope stage, string prompts) =>
        (
            $"var {Code.Name("at" + char.ToUpperInvariant(prompts[0]) + prompts.Substring(1))}",
            $"= {stage.Type("PromptStates")}.Of(model, {Code.Name(prompts)}, layer, batch: {stage.Value(
                nameof(ClassifierChain.Batch)
            )}, run.Cancellation);  // [n, H]"
        );

    static Code Threshold(StageScope stage, ClassifierChain spec)
    {
        Code byRate = $"fit.ThresholdFor(atToxic, atHarmless, falsePositiveRate: {stage.Value(nameof(spec.FalsePositiveRate))})";
        Code fixedAt = stage.Value(nameof(spec.Threshold)),
            logOdds = $"{stage.Type("LogisticRegression")}.LogOdds";
        return stage.MayBeNone(nameof(spec.Threshold)) ? $"double threshold = {fixedAt} is double at ? {logOdds}(at) : {byRate};"
            : spec.Threshold is null && !stage.IsSwept(nameof(spec.Threshold))
                ? (Code)$"double threshold = {byRate};  // by harmless validation prompts"
            : $"double threshold = {logOdds}({fixedAt});";
    }
}
