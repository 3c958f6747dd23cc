using DcrDsl.Definition;
using DcrDsl.Planning;

namespace DcrDsl.Execution;

/// <summary>Which models of stages the store keeps. What is not kept is trained again when another stage needs it.</summary>
public enum KeptModels
{
    /// <summary>Every model that a stage has trained or changed.</summary>
    All,

    /// <summary>Those that no further stage of the plan begins with.</summary>
    Leaves,

    /// <summary>None: completions and verdicts only.</summary>
    None,
}

/// <summary>What of a plan is kept.</summary>
static class KeptResults
{
    /// <summary>Whether the store will have the result of a stage run. A base model is made again rather than kept.</summary>
    public static bool Keeps(this KeptModels models, StageRunNode node) =>
        node.Stage.Body.Gives != StageResult.Model
        || node.Stage.Body is not Make
            && models switch
            {
                KeptModels.All => true,
                KeptModels.Leaves => node.Children.All(c => c.Stage.Body.Gives != StageResult.Model),
                _ => false,
            };
}
