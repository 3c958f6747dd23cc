namespace DcrDsl.Definition;

/// <summary>What a stage leaves to the stages after it.</summary>
public enum StageResult
{
    /// <summary>A model.</summary>
    Model,

    /// <summary>Answers of a model that are not judged yet.</summary>
    Answers,

    /// <summary>Judged answers.</summary>
    Scores,

    /// <summary>What was read off a model along a stage; no stage begins with it.</summary>
    Readings,
}
