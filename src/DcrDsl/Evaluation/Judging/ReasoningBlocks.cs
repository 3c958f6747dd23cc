using System.Text;
using System.Text.RegularExpressions;
using DcrDsl.Data;

namespace DcrDsl.Evaluation.Judging;

/// <summary>
/// What a model writes to itself before it answers. The blocks that are known: tags such as <c>&lt;think&gt;…&lt;/think&gt;</c>, those of
/// models that mark them otherwise (<c>[THINK]</c>, <c>◁think▷</c>, <c>&lt;|begin_of_thought|&gt;</c>, <c>&lt;|START_THINKING|&gt;</c>,
/// <c>&lt;|channel&gt;</c>), and the channels of the harmony format, of which only
/// <c>final</c> is an answer, also where decoding has left their marks out ("analysis…assistantfinal…").
/// </summary>
static partial class ReasoningBlocks
{
    const string Tags =
        "think|thinking|thought|thoughts|thought_process|reasoning|reflection|analysis|"
        + "scratchpad|inner_monologue|chain_of_thought|cot|antthinking|seed:think|longcat_think";

    /// <summary>
    /// The text outside the blocks. A block that is not closed goes to the end. An end without a beginning, which the chat format may have
    /// written already, closes a block that began at the text's beginning or at the end of the block before.
    /// </summary>
    public static string Without(string text)
    {
        text = Final(text);
        var answer = new StringBuilder();
        int from = 0;
        bool inside = false;
        foreach (Match mark in Mark().Matches(text))
        {
            bool opens = mark.Groups["open"].Success;
            if (opens && inside)
                continue; // a block speaks of blocks
            if (opens)
                answer.Append(text, from, mark.Index - from);
            (inside, from) = (opens, mark.Index + mark.Length);
        }
        return inside ? answer.ToString() : answer.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>The mark with which a chat format has begun a block that the completion goes on with; empty: none.</summary>
    /// <param name="prompt">The prompt's text, with what the chat format puts around it.</param>
    public static string OpenedBy(string prompt)
    {
        string text = prompt.TrimEnd();
        return Mark().Matches(text).LastOrDefault() is { } last && last.Groups["open"].Success && last.Index + last.Length == text.Length
            ? last.Value
            : "";
    }

    /// <summary>Whether a model has a token for a mark of reasoning.</summary>
    public static bool AreKnownTo(IChatTokenizer chat) =>
        Enumerable.Range(0, chat.VocabularySize).Any(token => chat.Decode([token]) is var text && Mark().IsMatch(text));

    static string Final(string text)
    {
        if (Channel().Matches(text) is { Count: > 0 } channels)
        {
            if (channels.LastOrDefault(c => c.Groups["name"].Value == "final") is not { } final)
                return text[..channels[0].Index];
            string answer = text[(final.Index + final.Length)..];
            return answer[..(TurnEnd().Match(answer) is { Success: true } end ? end.Index : answer.Length)];
        }
        if (!BareAnalysis().IsMatch(text))
            return text;
        const string Bare = "assistantfinal";
        int at = text.LastIndexOf(Bare, StringComparison.Ordinal);
        return at < 0 ? "" : text[(at + Bare.Length)..];
    }

    [GeneratedRegex(
        $@"(?<open><\s*(?:{Tags})(?:\s[^<>/]*)?>|\[THINK\]|◁think▷|<\|(?:begin_of_thought|start_thinking|think)\|>|<\|channel>)"
            + $@"|(?<close><\s*/\s*(?:{Tags})\s*>|\[/THINK\]|◁/think▷|<\|(?:end_of_thought|end_thinking|/think)\|>|<channel\|>)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Mark();

    [GeneratedRegex(@"<\|channel\|>\s*(?<name>\w+)[^<>]*(?:<\|message\|>)?")]
    private static partial Regex Channel();

    [GeneratedRegex(@"<\|(?:end|return|start|call)\|>")]
    private static partial Regex TurnEnd();

    [GeneratedRegex(@"\A\s*analysis(?=\p{Lu})")]
    private static partial Regex BareAnalysis();
}
