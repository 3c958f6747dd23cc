namespace DcrDsl.Jinja;

/// <summary>
/// What stops the renderings of a thread, and of those it starts, before they reach their bounds. A run of thousands of prompts renders
/// as many templates between two of its own checkpoints, so each rendering looks for itself whether the run is to end.
/// </summary>
public static class RenderingStop
{
    static readonly AsyncLocal<CancellationToken> Current = new();

    /// <summary>None, unless set.</summary>
    public static CancellationToken Token
    {
        get => Current.Value;
        set => Current.Value = value;
    }
}
