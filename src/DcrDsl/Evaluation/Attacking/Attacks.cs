using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Attacking;

/// <summary>The attacks that DcrDsl brings.</summary>
public static class Attacks
{
    /// <summary>A text around the prompt.</summary>
    /// <param name="text">What is asked; <c>{prompt}</c> stands for the prompt.</param>
    public static IAttack PromptTemplate(string text) => new TemplateText(text);

    /// <inheritdoc cref="Specs.PrefixInjection"/>
    /// <param name="text">What is asked; <c>{prompt}</c> stands for the prompt.</param>
    public static IAttack PrefixInjection(string text = Specs.PrefixInjection.Wording) => new TemplateText(text);

    /// <inheritdoc cref="Specs.RefusalSuppression"/>
    /// <param name="text">What is asked; <c>{prompt}</c> stands for the prompt.</param>
    public static IAttack RefusalSuppression(string text = Specs.RefusalSuppression.Wording) => new TemplateText(text);

    /// <inheritdoc cref="Specs.StyleInjection"/>
    /// <param name="text">What is asked; <c>{prompt}</c> stands for the prompt.</param>
    public static IAttack StyleInjection(string text = Specs.StyleInjection.Wording) => new TemplateText(text);

    /// <inheritdoc cref="Specs.RolePlay"/>
    /// <param name="text">What is asked; <c>{prompt}</c> stands for the prompt.</param>
    public static IAttack RolePlay(string text = Specs.RolePlay.Wording) => new TemplateText(text);

    /// <inheritdoc cref="Specs.Base64"/>
    /// <param name="text">What is asked; <c>{prompt}</c> stands for the encoded prompt.</param>
    public static IAttack Base64(string text = TemplateAttack.PromptPlace) => new Encoded(text, Base64Text.Of, Base64Text.Read);

    /// <inheritdoc cref="Specs.Rot13"/>
    /// <param name="text">What is asked; <c>{prompt}</c> stands for the encoded prompt.</param>
    public static IAttack Rot13(string text = TemplateAttack.PromptPlace) =>
        new Encoded(text, Letters.Rot13, completion => EnglishReading.Likelier(completion, Letters.Rot13(completion)));

    /// <inheritdoc cref="Specs.Leetspeak"/>
    /// <param name="text">What is asked; <c>{prompt}</c> stands for the encoded prompt.</param>
    public static IAttack Leetspeak(string text = TemplateAttack.PromptPlace) =>
        new Encoded(text, Letters.Leet, completion => EnglishReading.Likelier(completion, Letters.FromLeet(completion)));

    /// <summary>Pairs of a file before the prompt.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shots">How many.</param>
    /// <param name="promptColumn">The column of the prompts.</param>
    /// <param name="responseColumn">The column of the answers.</param>
    /// <param name="shot">How a pair is written.</param>
    /// <param name="last">How the prompt is written behind them.</param>
    /// <exception cref="InputException">The file cannot be read, or a row lacks a column.</exception>
    public static IAttack ManyShot(
        string path,
        int shots,
        string promptColumn = "prompt",
        string responseColumn = "response",
        string shot = "User: {prompt}\nAssistant: {response}\n\n",
        string last = "User: {prompt}\nAssistant:"
    ) => new ShotsBefore(ShotsBefore.Pairs(path, promptColumn, responseColumn), path, shots, shot, last);

    /// <summary>A suffix of a file behind the prompt.</summary>
    /// <param name="path">The file, one a line.</param>
    /// <param name="line">The line that all prompts get; null: one that is drawn for each.</param>
    /// <param name="between">What stands between prompt and suffix.</param>
    /// <exception cref="InputException">The file cannot be read, holds none, or not in this line.</exception>
    public static IAttack Suffix(string path, int? line = null, string between = " ") =>
        new SuffixBehind(SuffixBehind.Of(path, line), between);

    /// <summary>The translation of a prompt.</summary>
    /// <param name="path">The table.</param>
    /// <param name="language">The language, for messages.</param>
    /// <param name="column">The column of the translations.</param>
    /// <param name="promptColumn">The column of the prompts.</param>
    /// <exception cref="InputException">The table cannot be read, or has two translations of one prompt.</exception>
    public static IAttack Translated(string path, string language, string column = "translation", string promptColumn = "prompt") =>
        new TranslationTable(path, language, column, promptColumn);

    /// <summary>Attacks one upon the other.</summary>
    /// <param name="steps">The attacks in their order.</param>
    public static IAttack InTurn(IReadOnlyList<IAttack> steps) => new OneUponTheOther(steps);
}
