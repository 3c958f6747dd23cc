using System.Globalization;
using DcrDsl.Data;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Guarding;

/// <summary>A prompt on its way through a model and its guards: what was asked, what was said, and what counts in the end.</summary>
/// <param name="prompt">The prompt.</param>
/// <param name="asked">Its tokens.</param>
sealed class GuardedAnswer(string prompt, int[] asked)
{
    readonly List<string> turns = [prompt];
    readonly List<Draft> drafts = [];

    /// <summary>The prompt.</summary>
    public string Prompt => prompt;

    /// <summary>The tokens that the model was given last.</summary>
    public int[] Asked { get; private set; } = asked;

    /// <summary>What the model said last; null: it was not asked, or wrote nothing.</summary>
    public DecodedRow? Said { get; private set; }

    /// <summary>Its words, behind the mark with which the chat format itself began its reasoning, if it did.</summary>
    public string Text { get; private set; } = "";

    /// <summary>What it had said before.</summary>
    public IReadOnlyList<Draft> Drafts => drafts;

    /// <summary>What a guard says in the model's place; null: nothing.</summary>
    public string? Refusal { get; private set; }

    /// <summary>What a guard did; null: none did anything.</summary>
    public GuardTrace? Trace
    {
        get => field is null ? null : field with { Drafts = ValueList.Of(drafts) };
        set;
    }

    /// <summary>The model has said something.</summary>
    public void Say(IChatTokenizer chat, int[] given, DecodedRow said)
    {
        Keep();
        (Asked, Said) = (given, said);
        Text = TextOf(chat, given, said.Tokens);
    }

    /// <summary>What a model's tokens say.</summary>
    /// <param name="chat">Its tokenizer.</param>
    /// <param name="given">The tokens that it was given.</param>
    /// <param name="said">Those that it wrote.</param>
    public static string TextOf(IChatTokenizer chat, int[] given, int[] said) =>
        ReasoningBlocks.OpenedBy(chat.Decode(given)) + chat.Decode(said);

    /// <summary>The model has spoken, and is spoken to again.</summary>
    public void Turn(string question) => turns.AddRange([Text, question]);

    /// <summary>The tokens of the conversation so far.</summary>
    /// <exception cref="InputException">It leaves no room for another answer.</exception>
    public int[] Conversation(IChatTokenizer chat, int maxNewTokens)
    {
        int[] tokens = chat.Conversation(turns);
        if (chat.LongestText is { } longest && tokens.Length > longest - maxNewTokens)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"With its answer and critique the prompt '{prompt}' has {tokens.Length:N0} tokens, and with MaxNewTokens = "
                        + $"{maxNewTokens:N0} that is more than the {longest:N0} that the model takes (max_position_embeddings): shorten "
                        + $"the templates, leave the prompt out, or lower MaxNewTokens."
                )
            );
        return tokens;
    }

    /// <summary>A guard speaks in the model's place.</summary>
    public void Refuse(string refusal, GuardTrace trace)
    {
        Keep();
        // The model has read a prompt that is refused by its state, and no other that it has not answered.
        if (trace.Fate == GuardFate.RefusedByPhrase)
            Asked = [];
        (Refusal, Trace, Said, Text) = (refusal, trace, null, refusal);
    }

    void Keep()
    {
        if (Said is { } before)
            drafts.Add(new Draft(Text, ValueList.Of(before.Tokens), Asked.Length));
    }

    /// <summary>What counts.</summary>
    public Completion Completion(IChatTokenizer chat) =>
        Said is { Tokens: var tokens }
            ? new(
                Text,
                ValueList.Of(tokens),
                chat.StopTokens.Contains(tokens[^1]) ? StopReason.StopToken
                    : Said.Settled ? StopReason.Judged
                    : StopReason.Length,
                Asked.Length
            )
            : new(Text, ValueList<int>.Empty, StopReason.Guard, Asked.Length);
}
