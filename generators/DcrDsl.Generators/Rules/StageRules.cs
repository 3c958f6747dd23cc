using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules about one arm's stages.</summary>
static class StageRules
{
    public static void Check(ArmView arm)
    {
        bool whole = arm.Model is not null;
        if (arm.Model is { } model)
        {
            whole &= OptionRules.Check(arm, arm.ModelProperty, model);
            if (whole)
                Dimensions(arm, model);
        }
        foreach (var (property, stage) in arm.Stages)
            whole &= OptionRules.Check(arm, property, stage);
        if (!whole)
            return;
        foreach (var (property, stage) in arm.Stages)
        {
            Data(arm, property, stage);
            PromptRules.Check(arm, property, stage);
            SourceRules.Check(arm, property, stage);
            if (stage is TrainingStage training)
                TrainingRules.Check(arm, property, training);
            if (stage is ContrastiveRefinement refinement)
            {
                Layer(arm, property, refinement, nameof(refinement.Layer), refinement.Layer);
                Classes(arm, property, refinement);
            }
            if (stage is SupervisedFineTuning tuning)
            {
                Disjointness(arm, property, tuning);
                if (tuning.Adapter is { } adapter)
                    Adapter(arm, property, adapter);
            }
            if (stage is EvaluationGrid grid)
            {
                TaskRules.Check(arm, property, grid);
                AnswerRules.Check(arm, property, grid);
            }
        }
    }

    static void Dimensions(ArmView arm, ModelSpec model)
    {
        if (model is not ToyLlama toy || toy.Heads < 1 || toy.KeyValueHeads < 1)
            return;
        string property = arm.ModelProperty;
        if (toy.Width % toy.Heads != 0)
            arm.Report(
                Descriptors.DimensionsDoNotDivide,
                property,
                toy,
                nameof(ToyLlama.Width),
                arm.Notation.Option("Width"),
                Values.Text.Label(toy.Width),
                arm.Notation.Option("Heads"),
                Values.Text.Label(toy.Heads)
            );
        else if (toy.Width / toy.Heads % 2 != 0)
            arm.Report(
                Descriptors.DimensionsDoNotDivide,
                property,
                toy,
                nameof(ToyLlama.Width),
                $"{arm.Notation.Option("Width")} / {arm.Notation.Option("Heads")}, which rotary positions split in pairs,",
                Values.Text.Label(toy.Width / toy.Heads),
                "2",
                "a pair"
            );
        if (toy.Heads % toy.KeyValueHeads != 0)
            arm.Report(
                Descriptors.DimensionsDoNotDivide,
                property,
                toy,
                nameof(ToyLlama.KeyValueHeads),
                arm.Notation.Option("Heads"),
                Values.Text.Label(toy.Heads),
                arm.Notation.Option("KeyValueHeads"),
                Values.Text.Label(toy.KeyValueHeads)
            );
    }

    static void Data(ArmView arm, string property, Stage stage)
    {
        void Need(object? data, string option, string example)
        {
            if (data is null)
                arm.Report(Descriptors.MissingData, property, stage, option, property, arm.Notation.Option(option), example);
        }
        switch (stage)
        {
            case Pretrain pretrain:
                Need(pretrain.Data, nameof(Pretrain.Data), "ToyWorld.Pretraining");
                break;
            case ContrastiveRefinement refinement:
                Need(refinement.SeeminglyToxic, nameof(ContrastiveRefinement.SeeminglyToxic), "ToyWorld.RefinementSeeminglyToxic");
                Need(refinement.Toxic, nameof(ContrastiveRefinement.Toxic), "ToyWorld.RefinementToxic");
                break;
            case SupervisedFineTuning tuning:
                Need(tuning.General, nameof(SupervisedFineTuning.General), "ToyWorld.AlignmentGeneral");
                if (tuning.RefusalShare > 0)
                    Need(tuning.Refusals, nameof(SupervisedFineTuning.Refusals), "ToyWorld.AlignmentRefusals");
                break;
            case EvaluationGrid grid:
                Need(grid.Tasks.Count == 0 ? null : grid.Tasks, nameof(EvaluationGrid.Tasks), "[ToyWorld.SeeminglyToxic, ToyWorld.Toxic]");
                break;
        }
    }

    /// <summary>The layer against the depth of the model or, where only its config.json tells that, later against the files of the
    /// build.</summary>
    static void Layer(ArmView arm, string property, object owner, string option, int layer)
    {
        if (arm.Model!.Depth is { } depth && layer > depth)
            arm.Report(
                Descriptors.LayerOutOfRange,
                property,
                owner,
                option,
                Values.Text.Label(layer),
                arm.Model.GetType().Name,
                Values.Text.Label(depth)
            );
        else if (arm.Model is HuggingFace model)
            arm.Draft.DeepLayers.Add(new Draft.DeepLayer(model.Path, layer, arm.PlaceOf(property, owner, option)));
    }

    static void Classes(ArmView arm, string property, ContrastiveRefinement refinement)
    {
        int seeminglyToxic = (int)Math.Round(refinement.Batch * refinement.SeeminglyToxicShare, MidpointRounding.AwayFromZero);
        int toxic = refinement.Batch - seeminglyToxic;
        if (refinement.Batch >= 1 && (seeminglyToxic < 2 || toxic < 2))
            arm.Report(
                Descriptors.BatchCannotHoldBothClasses,
                property,
                refinement,
                arm.Draft.Places.Find(refinement, nameof(ContrastiveRefinement.Batch)) is null
                    ? nameof(ContrastiveRefinement.SeeminglyToxicShare)
                    : nameof(ContrastiveRefinement.Batch),
                Values.Text.Label(refinement.Batch),
                Values.Text.Label(refinement.SeeminglyToxicShare),
                Values.Text.Label(seeminglyToxic),
                Values.Text.Label(toxic),
                arm.Notation.Option(nameof(ContrastiveRefinement.Batch)),
                arm.Notation.Option(nameof(ContrastiveRefinement.SeeminglyToxicShare))
            );
    }

    static void Adapter(ArmView arm, string property, LowRankAdapter adapter)
    {
        if (adapter.Targets.Count == 0)
            arm.Report(
                Descriptors.InvalidValue,
                property,
                adapter,
                nameof(adapter.Targets),
                "[]",
                "a list of modules to adapt",
                "; write [\"all-linear\"] for every linear module but the head"
            );
        foreach (int layer in adapter.Layers ?? ValueList<int>.Empty)
        {
            if (layer < 1)
                arm.Report(
                    Descriptors.ValueOutOfRange,
                    property,
                    adapter,
                    nameof(adapter.Layers),
                    $"A layer of {arm.Notation.Option(nameof(adapter.Layers))}",
                    Values.Text.Label(layer),
                    "at least 1"
                );
            else
                Layer(arm, property, adapter, nameof(adapter.Layers), layer);
        }
    }

    static void Disjointness(ArmView arm, string property, SupervisedFineTuning tuning)
    {
        var refinements = arm
            .Stages.Where(s => s.Spec is ContrastiveRefinement)
            .ToDictionary(s => s.Property, s => (ContrastiveRefinement)s.Spec);
        string[] declared = [.. arm.Draft.Properties.Select(p => p.Name).Where(name => arm.Draft.Holds<ContrastiveRefinement>(name))];
        foreach (string name in tuning.DisjointFrom)
            if (!declared.Contains(name))
                arm.Report(
                    Descriptors.UnknownStage,
                    property,
                    tuning,
                    nameof(SupervisedFineTuning.DisjointFrom),
                    name,
                    Suggestion.For(name, declared)
                );
        foreach (var refinement in refinements)
            if (
                tuning.Refusals is not null
                && refinement.Value.Toxic is { } toxic
                && toxic.MayOverlap(tuning.Refusals)
                && !tuning.DisjointFrom.Contains(refinement.Key)
            )
                arm.Report(
                    Descriptors.OverlappingPrompts,
                    property,
                    tuning,
                    nameof(SupervisedFineTuning.Refusals),
                    $"{property}.{arm.Notation.Option(nameof(tuning.Refusals))}",
                    $"{refinement.Key}.{arm.Notation.Option(nameof(refinement.Value.Toxic))}",
                    arm.Notation.Setting(nameof(tuning.DisjointFrom), $"[\"{refinement.Key}\"]")
                );
    }
}
