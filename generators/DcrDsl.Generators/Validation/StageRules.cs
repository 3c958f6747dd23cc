using System.Globalization;
using System.Reflection;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Validation;

/// <summary>The rules about one arm's stages.</summary>
static class StageRules
{
    public static void Check(ArmView arm)
    {
        if (arm.Model is { } model)
        {
            Ranges(arm, arm.Draft.Properties.First(p => arm.Value[p.Name] == (object)model).Name, model);
            Dimensions(arm, model);
        }
        foreach (var (property, stage) in arm.Stages)
        {
            Ranges(arm, property, stage);
            Data(arm, property, stage);
            PromptRules.Check(arm, property, stage);
            if (stage is ContrastiveRefinement refinement)
            {
                Layer(arm, property, refinement);
                Classes(arm, property, refinement);
            }
            if (stage is SupervisedFineTuning tuning)
            {
                Disjointness(arm, property, tuning);
                if (tuning.Adapter is { } adapter) Adapter(arm, property, adapter);
            }
            if (stage is EvaluationGrid grid) TaskRules.Check(arm, property, grid);
        }
    }

    /// <summary>Every number within the range its option declares, in the stage and in the records it holds.</summary>
    static void Ranges(ArmView arm, string property, object owner)
    {
        foreach (var option in Vocabulary.Options(owner.GetType()))
        {
            object? value = option.GetValue(owner);
            if (value is null) continue;
            if (Vocabulary.IsRecord(value.GetType())) { Ranges(arm, property, value); continue; }
            if (value is not string && value is System.Collections.IEnumerable items)
            {
                foreach (object? item in items)
                    if (item is not null && Vocabulary.IsRecord(item.GetType())) Ranges(arm, property, item);
                continue;
            }
            if (value is Enum member && !member.GetType().IsEnumDefined(member))
                arm.Report(Descriptors.InvalidValue, property, owner, option.Name, $"({member.GetType().Name}){member:D}",
                    Emit.Text.Kind(member.GetType()), "");
            if (option.GetCustomAttribute<RangeAttribute>() is { } range && value is int or double)
            {
                double number = System.Convert.ToDouble(value, CultureInfo.InvariantCulture);
                if (!Within(range, number))
                    arm.Report(Descriptors.ValueOutOfRange, property, owner, option.Name, option.Name, Emit.Text.Label(value), Wanted(range));
            }
        }
    }

    public static bool Within(RangeAttribute range, double value) =>
        (range.ExclusiveMinimum ? value > range.Minimum : value >= range.Minimum) && value <= range.Maximum;

    public static string Wanted(RangeAttribute range)
    {
        string low = Emit.Text.Label(range.Minimum), high = Emit.Text.Label(range.Maximum);
        return double.IsInfinity(range.Maximum)
            ? range.ExclusiveMinimum ? $"above {low}" : $"at least {low}"
            : range.ExclusiveMinimum ? $"above {low} and at most {high}" : $"from {low} to {high}";
    }

    static void Dimensions(ArmView arm, ModelSpec model)
    {
        if (model is not ToyLlama toy || toy.Heads < 1 || toy.KeyValueHeads < 1) return;
        string property = arm.Draft.Properties.First(p => arm.Value[p.Name] == (object)model).Name;
        if (toy.Width % toy.Heads != 0)
            arm.Report(Descriptors.DimensionsDoNotDivide, property, toy, nameof(ToyLlama.Width), "Width", Emit.Text.Label(toy.Width), "Heads", Emit.Text.Label(toy.Heads));
        else if (toy.Width / toy.Heads % 2 != 0)
            arm.Report(Descriptors.DimensionsDoNotDivide, property, toy, nameof(ToyLlama.Width), "Width / Heads, which rotary positions split in pairs,", Emit.Text.Label(toy.Width / toy.Heads), "2", "a pair");
        if (toy.Heads % toy.KeyValueHeads != 0)
            arm.Report(Descriptors.DimensionsDoNotDivide, property, toy, nameof(ToyLlama.KeyValueHeads), "Heads", Emit.Text.Label(toy.Heads), "KeyValueHeads", Emit.Text.Label(toy.KeyValueHeads));
    }

    static void Data(ArmView arm, string property, Stage stage)
    {
        void Need(object? data, string option, string example)
        {
            if (data is null) arm.Report(Descriptors.MissingData, property, stage, option, property, option, example);
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
                if (tuning.RefusalShare > 0) Need(tuning.Refusals, nameof(SupervisedFineTuning.Refusals), "ToyWorld.AlignmentRefusals");
                break;
            case EvaluationGrid grid:
                Need(grid.Tasks.Count == 0 ? null : grid.Tasks, nameof(EvaluationGrid.Tasks), "[ToyWorld.SeeminglyToxic, ToyWorld.Toxic]");
                break;
        }
    }

    static void Layer(ArmView arm, string property, ContrastiveRefinement refinement)
    {
        if (arm.Model?.Depth is { } depth && refinement.Layer > depth)
            arm.Report(Descriptors.LayerOutOfRange, property, refinement, nameof(ContrastiveRefinement.Layer),
                Emit.Text.Label(refinement.Layer), arm.Model.GetType().Name, Emit.Text.Label(depth));
    }

    static void Classes(ArmView arm, string property, ContrastiveRefinement refinement)
    {
        int seeminglyToxic = (int)Math.Round(refinement.Batch * refinement.SeeminglyToxicShare, MidpointRounding.AwayFromZero);
        int toxic = refinement.Batch - seeminglyToxic;
        if (refinement.Batch >= 1 && (seeminglyToxic < 2 || toxic < 2))
            arm.Report(Descriptors.BatchCannotHoldBothClasses, property, refinement,
                arm.Draft.Places.Find(refinement, nameof(ContrastiveRefinement.Batch)) is null ? nameof(ContrastiveRefinement.SeeminglyToxicShare) : nameof(ContrastiveRefinement.Batch),
                Emit.Text.Label(refinement.Batch), Emit.Text.Label(refinement.SeeminglyToxicShare), Emit.Text.Label(seeminglyToxic), Emit.Text.Label(toxic));
    }

    static void Adapter(ArmView arm, string property, LowRankAdapter adapter)
    {
        if (adapter.Targets.Count == 0)
            arm.Report(Descriptors.InvalidValue, property, adapter, nameof(adapter.Targets), "[]", "a list of modules to adapt", "; write [\"all-linear\"] for every linear module but the head");
        foreach (int layer in adapter.Layers ?? ValueList<int>.Empty)
        {
            if (layer < 1)
                arm.Report(Descriptors.ValueOutOfRange, property, adapter, nameof(adapter.Layers), $"A layer of {nameof(adapter.Layers)}", Emit.Text.Label(layer), "at least 1");
            else if (arm.Model?.Depth is { } depth && layer > depth)
                arm.Report(Descriptors.LayerOutOfRange, property, adapter, nameof(adapter.Layers), Emit.Text.Label(layer), arm.Model.GetType().Name, Emit.Text.Label(depth));
        }
    }

    static void Disjointness(ArmView arm, string property, SupervisedFineTuning tuning)
    {
        var refinements = arm.Stages.Where(s => s.Spec is ContrastiveRefinement).ToDictionary(s => s.Property, s => (ContrastiveRefinement)s.Spec);
        string[] declared = [.. arm.Draft.Properties.Where(p => p.Type == typeof(ContrastiveRefinement)).Select(p => p.Name)];
        foreach (string name in tuning.DisjointFrom)
            if (!declared.Contains(name))
                arm.Report(Descriptors.UnknownStage, property, tuning, nameof(SupervisedFineTuning.DisjointFrom), name, Suggestion.For(name, declared));
        foreach (var refinement in refinements)
            if (tuning.Refusals is not null && refinement.Value.Toxic is { } toxic && toxic.MayOverlap(tuning.Refusals) && !tuning.DisjointFrom.Contains(refinement.Key))
                arm.Report(Descriptors.OverlappingPrompts, property, tuning, nameof(SupervisedFineTuning.Refusals), property, refinement.Key);
    }
}
