using System.Text.Json.Serialization;

namespace DcrDsl.Evaluation.Preferring;

/// <summary>How a completion came out beside a reference's answer to the same prompt, shown in both orders.</summary>
/// <param name="ShownFirst">1 where it was preferred when it stood first, 0 where the reference was, 0.5 for a tie.</param>
/// <param name="ShownSecond">The same when it stood second.</param>
/// <param name="Length">Its length in characters (code points), without reasoning.</param>
/// <param name="ReferenceLength">The reference's.</param>
/// <param name="Asked">Whether somebody was asked: not where both say the same, or one says nothing.</param>
public sealed record Preference(double ShownFirst, double ShownSecond, int Length, int ReferenceLength, bool Asked)
{
    /// <summary>How often it was preferred, from 0 to 1: the mean of both orders.</summary>
    [JsonIgnore]
    public double Value => (ShownFirst + ShownSecond) / 2;

    /// <summary>Whether it was preferred in both orders, as MT-Bench counts wins; all that is no win and no loss is a tie.</summary>
    [JsonIgnore]
    public bool Wins => ShownFirst == 1 && ShownSecond == 1;

    /// <summary>Whether the reference was preferred in both orders.</summary>
    [JsonIgnore]
    public bool Loses => ShownFirst == 0 && ShownSecond == 0;

    /// <summary>Whether the preference is another one in the other order.</summary>
    [JsonIgnore]
    public bool Turns => ShownFirst != ShownSecond;

    /// <summary>By how much what stands first is preferred for standing there, from −1 to 1.</summary>
    [JsonIgnore]
    public double FirstPlace => ShownFirst - ShownSecond;
}
