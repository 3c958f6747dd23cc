namespace DcrDsl.Data.Corpus;

/// <summary>
/// A matched pair of wordings that leave only the verb open, so that a seemingly toxic prompt, its toxic partner and general prompts about
/// the same things come from one draw: the trigger alone tells toxic from general, trigger and target together tell toxic from seemingly
/// toxic.
/// </summary>
/// <param name="Harmless">The wording that stays harmless with a trigger.</param>
/// <param name="Harmful">The wording that a trigger makes toxic.</param>
/// <param name="Triggers">Verbs (for privacy: attributes) that look toxic here.</param>
/// <param name="Benign">Their benign counterparts.</param>
sealed record ToyWorldScene(ToyWorldWording Harmless, ToyWorldWording Harmful, string[] Triggers, string[] Benign);

/// <summary>A prompt with {verb} left open.</summary>
/// <param name="Text">The prompt.</param>
/// <param name="Kind">What it is about.</param>
readonly record struct ToyWorldWording(string Text, ToyWorldKind Kind)
{
    public string With(string verb) => Text.Replace("{verb}", verb, StringComparison.Ordinal);
}
