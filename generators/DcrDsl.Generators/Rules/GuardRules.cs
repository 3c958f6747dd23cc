using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about what stands around the model alone: what it looks for, what it says, and that the model is finished.</summary>
static class GuardRules
{
    public static void Check(ArmView arm, string property, RuleTriggers rules)
    {
        if (rules.Phrases.Count == 0 && rules.File is null)
            Wrong(
                arm,
                property,
                rules,
                nameof(rules.Phrases),
                $"has no triggers; name words or phrases in {arm.Notation.Option(nameof(rules.Phrases))}, or a file of them in "
                    + arm.Notation.Option(nameof(rules.File))
            );
        Phrases(arm, property, rules, nameof(rules.Phrases), rules.Phrases);
        Refusal(arm, property, rules, nameof(rules.Refusal), rules.Refusal);
        Last(arm, property, rules);
    }

    public static void Check(ArmView arm, string property, ClassifierChain chain)
    {
        string toxic = arm.Notation.Option(nameof(chain.Toxic)),
            harmless = arm.Notation.Option(nameof(chain.Harmless)),
            phrases = arm.Notation.Option(nameof(chain.AnswerPhrases));
        if (chain.Toxic is null != chain.Harmless is null)
        {
            bool lacksToxic = chain.Toxic is null;
            Wrong(
                arm,
                property,
                chain,
                lacksToxic ? nameof(chain.Harmless) : nameof(chain.Toxic),
                $"has prompts of one class only, and a classifier tells two apart; set {(lacksToxic ? toxic : harmless)} too"
            );
        }
        else if (chain.Toxic is null && chain.AnswerPhrases.Count == 0)
            Wrong(
                arm,
                property,
                chain,
                nameof(chain.AnswerPhrases),
                $"looks at neither prompts nor answers; "
                    + $"set {toxic} and {harmless} for a classifier before the model, {phrases} for a filter "
                    + "behind it, or both"
            );
        if (chain.Threshold == 1)
            Wrong(
                arm,
                property,
                chain,
                nameof(chain.Threshold),
                $"refuses from a probability of 1 on, which no prompt has; set {arm.Notation.Option(nameof(chain.Threshold))} below 1"
            );
        Phrases(arm, property, chain, nameof(chain.AnswerPhrases), chain.AnswerPhrases);
        Refusal(arm, property, chain, nameof(chain.Refusal), chain.Refusal);
        Last(arm, property, chain);
    }

    public static void Check(ArmView arm, string property, CritiqueAndRevise stage)
    {
        Template(nameof(stage.Critique), stage.Critique, CritiqueAndRevise.AnswerPlace, "the answer that is criticised");
        Template(nameof(stage.Revision), stage.Revision, CritiqueAndRevise.CritiquePlace, "the critique that is met");
        Last(arm, property, stage);

        void Template(string option, string template, string place, string what)
        {
            if (!template.Contains(place))
                Wrong(arm, property, stage, option, $"has a {arm.Notation.Option(option)} without {place}, {what}; put {place} into it");
        }
    }

    static void Phrases(ArmView arm, string property, object owner, string option, ValueList<string> phrases)
    {
        if (phrases.Any(string.IsNullOrWhiteSpace))
            Wrong(arm, property, owner, option, "looks for an empty phrase, which every text has; take it out");
    }

    static void Refusal(ArmView arm, string property, object owner, string option, string refusal)
    {
        if (string.IsNullOrWhiteSpace(refusal))
            Wrong(
                arm,
                property,
                owner,
                option,
                $"says nothing where it refuses; set {arm.Notation.Option(option)} to the text of a refusal, or leave it out"
            );
    }

    /// <summary>What stands around a model is made for it as it is: a classifier reads its states.</summary>
    static void Last(ArmView arm, string property, object owner)
    {
        var after = arm
            .Stages.SkipWhile(s => s.Property != property)
            .Skip(1)
            .FirstOrDefault(s => s.Spec is not EvaluationGrid && !IsGuard(s.Spec));
        if (after.Spec is not null)
            Wrong(
                arm,
                property,
                owner,
                nameof(Stage.Kind),
                $"stands around a model that '{after.Property}' still changes; declare it behind '{after.Property}'"
            );
    }

    static bool IsGuard(Stage stage) => stage is RuleTriggers or ClassifierChain or CritiqueAndRevise;

    static void Wrong(ArmView arm, string property, object owner, string option, string why) =>
        arm.Report(Descriptors.GuardCannotBe, property, owner, option, property, why);
}
