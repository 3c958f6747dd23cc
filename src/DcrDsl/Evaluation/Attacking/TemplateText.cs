using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Attacking;

/// <summary>A text around the prompt.</summary>
sealed class TemplateText(string text) : IAttack
{
    public string Ask(AttackedPrompt prompt) => Around(text, prompt.Text);

    public bool KeepsCompletions => true;

    /// <summary>The text with the prompt in it; what the prompt says of places is left alone.</summary>
    public static string Around(string text, string prompt) => text.Replace(TemplateAttack.PromptPlace, prompt, StringComparison.Ordinal);
}

/// <summary>The prompt in other signs, in a text that may say so.</summary>
sealed class Encoded(string text, Func<string, string> encode, Func<string, string> read) : IAttack
{
    public string Ask(AttackedPrompt prompt) => TemplateText.Around(text, encode(prompt.Text));

    public string Read(string completion) => read(completion);
}

/// <summary>Attacks one upon the other.</summary>
sealed class OneUponTheOther(IReadOnlyList<IAttack> steps) : IAttack
{
    // Two steps of one kind draw apart.
    public string Ask(AttackedPrompt prompt) =>
        steps
            .Index()
            .Aggregate(
                prompt.Text,
                (text, step) =>
                    step.Item.Ask(
                        prompt with
                        {
                            Text = text,
                            Purpose = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{prompt.Purpose}/{step.Index}"),
                        }
                    )
            );

    public string Read(string completion) => steps.Reverse().Aggregate(completion, (text, step) => step.Read(text));

    public bool KeepsCompletions => steps.All(s => s.KeepsCompletions);
}
