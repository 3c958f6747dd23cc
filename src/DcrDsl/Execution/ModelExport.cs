using DcrDsl.Definition;
using DcrDsl.Models;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Planning;
using DcrDsl.Results;

namespace DcrDsl.Execution;

/// <summary>
/// Writes the models of chosen stages as Hugging Face directories, <c>models/STAGE-RUN</c>, with what is attached to them in their folder
/// <c>attachments</c>; and what these stages have merged into them, such as the adapter that was trained, in directories of its own,
/// <c>adapters/STAGE-RUN</c>. That belongs to the model that the stage began with.
/// </summary>
sealed class ModelExport
{
    readonly HashSet<StageRunNode> chosen;

    ModelExport(HashSet<StageRunNode> chosen) => this.chosen = chosen;

    /// <summary>The stage runs of some stages.</summary>
    /// <param name="plan">What is going to run.</param>
    /// <param name="stages">Stages by the property that declares them, or by the name of one of its variants, in any case.</param>
    /// <exception cref="InputException">There is no such stage, or it makes no model.</exception>
    public static ModelExport Of(Plan plan, IReadOnlyList<string> stages)
    {
        StageRunNode[] making = [.. plan.StageRuns.Where(r => r.Stage.Body.Gives == StageResult.Model)];
        string[] known = [.. making.Select(r => r.Stage.Property).Concat(making.Select(r => r.Stage.Name)).Distinct()];
        if (stages.FirstOrDefault(s => !known.Contains(s, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new InputException(
                $"--export {unknown}: {plan.Definition.Name} runs no stage of that name that makes a model. There are: "
                    + $"{string.Join(", ", known)}."
            );
        return new ModelExport([
            .. making.Where(r =>
                stages.Contains(r.Stage.Property, StringComparer.OrdinalIgnoreCase)
                || stages.Contains(r.Stage.Name, StringComparer.OrdinalIgnoreCase)
            ),
        ]);
    }

    /// <summary>Whether there is anything to write.</summary>
    public bool Any => chosen.Count > 0;

    /// <summary>Whether a stage run's model is to be written.</summary>
    public bool Writes(StageRunNode node) => chosen.Contains(node);

    /// <summary>An observer that writes into a run's folder.</summary>
    public IRunObserver Into(string folder) => new Writer(chosen, folder);

    sealed class Writer(HashSet<StageRunNode> chosen, string folder) : IRunObserver
    {
        public void Made(StageRunNode node, LanguageModel model)
        {
            if (!chosen.Contains(node))
                return;
            HuggingFaceDirectory.Save(RunFiles.ModelOf(folder, node), model);
            Attachment[] merged = [.. model.Attachments.Where(a => !a.IsAttached)];
            string place = RunFiles.AdapterOf(folder, node);
            foreach (var (index, attachment) in merged.Index())
                attachment.Save(
                    merged.Length == 1 ? place : Path.Combine(place, AttachmentDirectory.NameOf(index, attachment)),
                    BaseOf(node, model)
                );
        }

        /// <summary>
        /// The directory of the model that the stage began with: what was exported, or what the base model was opened from.
        /// </summary>
        string? BaseOf(StageRunNode node, LanguageModel model) =>
            node.Parent is not { } parent ? null
            : chosen.Contains(parent) ? Path.GetFullPath(RunFiles.ModelOf(folder, parent))
            : parent.Stage.Body is Make && model.SourceDirectory is { } source ? Path.GetFullPath(source)
            : null;
    }
}
