using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Rules;

/// <summary>One arm as it would run, with one value of at most one axis put in; what the rules look at.</summary>
sealed class ArmView
{
    readonly List<DiagnosticInfo> diagnostics;

    public ArmView(ExperimentDraft draft, DraftArm arm, ExperimentValue value, List<DiagnosticInfo> diagnostics)
    {
        (Draft, Arm, Value, this.diagnostics) = (draft, arm, value, diagnostics);
        Stages = [.. OrderOf(draft, arm).Where(p => value[p.Name] is Stage).Select(p => (p.Name, (Stage)value[p.Name]!))];
        Model = draft.Properties.Select(p => value[p.Name]).OfType<ModelSpec>().FirstOrDefault();
    }

    public ExperimentDraft Draft { get; }

    public Notation Notation => Draft.Notation;

    /// <summary>The property that holds the base model.</summary>
    public string ModelProperty => Draft.Properties.First(p => Value[p.Name] == (object?)Model).Name;

    public DraftArm Arm { get; }

    public ExperimentValue Value { get; }

    public ModelSpec? Model { get; }

    /// <summary>The stages in the order in which the arm runs them.</summary>
    public IReadOnlyList<(string Property, Stage Spec)> Stages { get; }

    /// <summary>The properties in the order of the arm; the base model, which has no place in it, is left out.</summary>
    public static IEnumerable<DraftProperty> OrderOf(ExperimentDraft draft, DraftArm arm)
    {
        var stages = draft.Properties.Where(p => typeof(Stage).IsAssignableFrom(p.Type));
        return arm.Order is null ? stages : arm.Order.Select(name => stages.FirstOrDefault(p => p.Name == name)).OfType<DraftProperty>();
    }

    public Place PlaceOf(string property, object owner, string name) =>
        Draft.Places.Find(owner, name) ?? Draft.Places.Find(Value, property) ?? Arm.Place;

    /// <summary>
    /// The remedy that gives an option of a record a value, where what is reported about another option of it stands within the record.
    /// </summary>
    /// <param name="property">The stage.</param>
    /// <param name="owner">The record.</param>
    /// <param name="at">The option at which it is reported.</param>
    /// <param name="option">The option to be set.</param>
    /// <param name="value">Its value as C# writes it.</param>
    public Remedy? Setting(string property, object owner, string at, string option, string value) =>
        Draft.Places.Find(owner, at) is not null
            ? at == option
                ? Remedy.Replace(value)
                : Remedy.Set(option, value, at)
            : ReferenceEquals(Value[property], owner) && Draft.Places.Find(Value, property) is not null
                ? Remedy.Set(option, value, "")
                : null;

    /// <summary>
    /// Reports at the option <paramref name="name"/> of <paramref name="owner"/>, or, where it was not written, at the stage, or the arm.
    /// </summary>
    public void Report(DiagnosticDescriptor descriptor, string property, object owner, string name, params string[] arguments) =>
        Report(null, descriptor, property, owner, name, arguments);

    /// <summary>The same with what would put it right.</summary>
    public void Report(
        Remedy? remedy,
        DiagnosticDescriptor descriptor,
        string property,
        object owner,
        string name,
        params string[] arguments
    )
    {
        var diagnostic = DiagnosticInfo.Of(descriptor, PlaceOf(property, owner, name), arguments) with { Remedy = remedy };
        if (!diagnostics.Contains(diagnostic))
            diagnostics.Add(diagnostic);
    }
}
