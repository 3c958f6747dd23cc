namespace DcrDsl.Cli.DeviceChecks;

/// <summary>One thing that was computed on a device and on the processor, or held against a stored value.</summary>
/// <param name="Part">What kind of check it is.</param>
/// <param name="Name">What was computed.</param>
/// <param name="Difference">The largest difference, relative to the largest value; null: it was not computed.</param>
/// <param name="Allowed">The largest difference that passes; null: any, as what is chosen by a search may fall otherwise.</param>
/// <param name="Seconds">The time on the device.</param>
/// <param name="ProcessorSeconds">The time on the processor.</param>
sealed record DeviceCheck(
    string Part,
    string Name,
    double? Difference,
    double? Allowed,
    double? Seconds = null,
    double? ProcessorSeconds = null
)
{
    /// <summary>Why it was not computed; null: it was.</summary>
    public string? Trouble { get; init; }

    /// <summary>Why it cannot be computed on the processor either, which says nothing of the device; null: it can.</summary>
    public string? Skipped { get; init; }

    /// <summary>Whether the difference is within what is allowed; what the device alone could not compute does not hold.</summary>
    public bool Holds => Skipped is not null || Trouble is null && (Allowed is not { } most || Difference is { } found && found <= most);
}
