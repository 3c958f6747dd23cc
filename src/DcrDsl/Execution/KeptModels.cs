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
