namespace DcrDsl.Specs;

/// <summary>
/// How a prompt's hidden states become one vector. A new one is a record, here or in your own project, naming its function with
/// <see cref="RuntimeCallAttribute"/>.
/// </summary>
public abstract record Pooling
{
    /// <summary>The state at the last prompt token, from which the first response token is predicted.</summary>
    public static LastPromptToken LastPromptToken { get; } = new();

    /// <summary>The mean over the prompt's tokens.</summary>
    public static Mean Mean { get; } = new();
}

/// <summary>The state at the last prompt token, from which the first response token is predicted.</summary>
[RuntimeCall("HiddenStates.LastPromptToken")]
public sealed record LastPromptToken : Pooling;

/// <summary>The mean over the prompt's tokens.</summary>
[RuntimeCall("HiddenStates.Mean")]
public sealed record Mean : Pooling;
