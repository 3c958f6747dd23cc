using System.Text.Json.Serialization;

namespace DcrDsl.Tool.Doctor;

/// <summary>One thing that was looked at.</summary>
/// <param name="What">What was looked at.</param>
/// <param name="State">Whether runs can do with it.</param>
/// <param name="Found">What was found, in words.</param>
/// <param name="ToDo">What to do; null: nothing.</param>
sealed record Finding(string What, State State, string Found, string? ToDo = null);

/// <summary>Whether runs can do with something.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<State>))]
enum State
{
    /// <summary>It is as it should be.</summary>
    Works,

    /// <summary>Runs do without it, or more slowly.</summary>
    Warns,

    /// <summary>A run would fail.</summary>
    Fails,
}
