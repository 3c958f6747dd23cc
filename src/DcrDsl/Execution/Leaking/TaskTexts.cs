using DcrDsl.Data;
using DcrDsl.Definition;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Evaluation.Leaking;
using DcrDsl.Specs;

namespace DcrDsl.Execution.Leaking;

/// <summary>
/// The prompts or questions of a task, as they are compared with what is trained on. Tasks whose prompts are a <see cref="PromptSource"/>
/// need nothing here; a kind whose items lie in files of its own form has a row.
/// </summary>
static class TaskTexts
{
    static readonly Dictionary<Type, Func<EvaluationTask, RunPaths, IEnumerable<OverlapPlace>>> OfOwnForm = new()
    {
        [typeof(MultipleChoiceTask)] = (task, paths) => Questions((MultipleChoiceTask)task, paths),
    };

    /// <summary>The items of a task in its order; null: they are of a form that is not known here.</summary>
    /// <param name="task">The task.</param>
    /// <param name="paths">Where the experiment's paths lie.</param>
    /// <param name="load">Loads the prompts of a source.</param>
    /// <exception cref="InputException">They cannot be read.</exception>
    public static IReadOnlyList<OverlapPlace>? Of(
        EvaluationTask task,
        RunPaths paths,
        Func<PromptSource, IReadOnlyList<(Example Example, string Origin)>> load
    )
    {
        if (OfOwnForm.TryGetValue(task.GetType(), out var read))
            return [.. read(task, paths)];
        PromptSource[] sources =
        [
            .. SpecOptions
                .Options(task.GetType())
                .Where(o => o.IsDefined(typeof(EvaluatedAttribute), inherit: true))
                .Select(o => o.GetValue(task))
                .OfType<PromptSource>(),
        ];
        return sources.Length == 0 ? null : [.. sources.SelectMany(load).Select(p => new OverlapPlace(p.Origin, p.Example.Prompt))];
    }

    static IEnumerable<OverlapPlace> Questions(MultipleChoiceTask task, RunPaths paths) =>
        ChoiceQuestions
            .Load(
                task with
                {
                    Path = paths.Resolve(task.Path),
                    ShotsPath = task.ShotsPath is { } shots ? paths.Resolve(shots) : null,
                    LabelsPath = task.LabelsPath is { } labels ? paths.Resolve(labels) : null,
                }
            )
            .Select(q => new OverlapPlace(q.Origin, q.Question));
}
