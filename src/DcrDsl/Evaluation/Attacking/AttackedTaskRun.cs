using DcrDsl.Data;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Models;

namespace DcrDsl.Evaluation.Attacking;

/// <summary>Asks a model a task's prompts as they are and under attacks.</summary>
public static class AttackedTaskRun
{
    /// <summary>
    /// The answers to the prompts as they are, then to what each attack makes of them, in the order of the attacks. Each is asked as <see
    /// cref="PromptTaskRun.Run"/> asks a task.
    /// </summary>
    /// <param name="name">The task's name.</param>
    /// <param name="examples">The prompts, all of one class.</param>
    /// <param name="attacks">The attacks.</param>
    /// <param name="seed">The seed of the cell, for attacks that draw.</param>
    /// <param name="model">The model.</param>
    /// <param name="probes">What is read off the model beside each completion.</param>
    /// <param name="maxNewTokens">Longest completion, in tokens.</param>
    /// <param name="batch">Prompts decoded side by side.</param>
    /// <param name="decoding">How completions are written; null: greedily.</param>
    /// <param name="comparison">When a completion is correct; null: <see cref="AnswerComparisons.ExactMatch"/>.</param>
    /// <param name="inDistribution">Whether the prompts were also trained on.</param>
    /// <param name="stopWhenJudgedBy">
    /// As of <see cref="PromptTaskRun.Run"/>; completions that an attack reads otherwise are written whole.
    /// </param>
    /// <param name="cancellation">Looked at before each token.</param>
    /// <exception cref="InputException">
    /// As of <see cref="PromptTaskRun.Run"/>, or an attack cannot be put on a prompt; the sentence names both.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static IReadOnlyList<PromptAnswers> Run(
        string name,
        IReadOnlyList<Example> examples,
        IReadOnlyList<NamedAttack> attacks,
        ulong seed,
        LanguageModel model,
        IReadOnlyList<IProbe> probes,
        int maxNewTokens,
        int batch,
        Decoding? decoding = null,
        AnswerComparison? comparison = null,
        bool inDistribution = false,
        IReadOnlyList<IJudge>? stopWhenJudgedBy = null,
        CancellationToken cancellation = default
    )
    {
        // Everything is asked for once before the model is: a prompt that an attack cannot take costs no answers.
        var asked = attacks.Select(a => (Attack: a, Examples: Asked(name, examples, a, seed))).ToList();
        // Judges see the task's own prompts.
        var settled = SettledVerdicts.Of(stopWhenJudgedBy, examples, model.Chat);
        return
        [
            Answered(name, examples, settled),
            .. asked.Select(a =>
                Read(Answered(NameOf(name, a.Attack), a.Examples, a.Attack.Attack.KeepsCompletions ? settled : null), a.Attack)
            ),
        ];

        PromptAnswers Answered(string task, IReadOnlyList<Example> prompts, SettledVerdicts? stop) =>
            PromptTaskRun.Ask(task, prompts, model, probes, maxNewTokens, batch, decoding, comparison, inDistribution, stop, cancellation);

        PromptAnswers Read(PromptAnswers answers, NamedAttack attack) =>
            answers with
            {
                Attack = attack.Name,
                Items = [.. answers.Items.Zip(examples, (item, example) => Understood(item, example, attack.Attack))],
            };

        PromptAnswer Understood(PromptAnswer item, Example example, IAttack attack)
        {
            string read = attack.Read(item.Completion.Text);
            var rule = comparison ?? AnswerComparisons.ExactMatch();
            return item with
            {
                Prompt = example.Prompt,
                Asked = item.Prompt,
                Read = read == item.Completion.Text ? null : read,
                Correct = example.Response is { } reference ? rule.Holds(read, reference) : null,
            };
        }
    }

    /// <summary>What an attack makes of a task's prompts.</summary>
    /// <exception cref="InputException">It cannot be put on one.</exception>
    internal static IReadOnlyList<Example> Asked(string task, IReadOnlyList<Example> examples, NamedAttack attack, ulong seed) =>
        [.. examples.Select((example, place) => Asked(NameOf(task, attack), example, place, attack, seed))];

    static Example Asked(string purpose, Example example, int place, NamedAttack attack, ulong seed)
    {
        var named = example with { Origin = $"{example.Origin}, under the attack {attack.Name}" };
        return named with { Prompt = named.Encoded(() => attack.Attack.Ask(new(example.Prompt, example, seed, purpose, place))) };
    }

    /// <summary>What a task's answers under an attack are stored by; no task can be called so.</summary>
    static string NameOf(string task, NamedAttack attack) => $"{task}/{attack.Name}";
}
