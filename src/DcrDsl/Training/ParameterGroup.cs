using System.Text.RegularExpressions;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Wording;
using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>Parameters that share a weight decay, as biases and norm weights (usually 0) against the rest.</summary>
/// <param name="Parameters">
/// Contiguous leaf tensors that require a gradient, all of one type (float32 or float64) and on one device.
/// </param>
/// <param name="WeightDecay">Weight decay of the group.</param>
/// <param name="RateFactor">The group's learning rate is the step's rate times this.</param>
sealed record ParameterGroup(IReadOnlyList<Tensor> Parameters, double WeightDecay, double RateFactor = 1)
{
    // The names by which transformers' Trainer leaves parameters out of the decay.
    static readonly Regex NormOrBias = new(@"bias|layernorm|rmsnorm|(^|\.)norm(\.|$)|_norm(\.|$)", RegexOptions.CultureInvariant);

    /// <summary>The groups that an optimiser's options make of its parameters: one if all decay and learn alike.</summary>
    /// <param name="parameters">The parameters; a <see cref="ParameterList"/> where an option goes by their names.</param>
    /// <param name="weightDecay">Weight decay.</param>
    /// <param name="decayNormsAndBiases">Whether norm weights and biases decay too.</param>
    /// <param name="rateFactors">Factors of the rate, by parts of names between dots; the first that names a parameter counts.</param>
    /// <exception cref="ArgumentException">An option goes by names, and the parameters have none.</exception>
    /// <exception cref="InputException">A factor names no parameter.</exception>
    public static IReadOnlyList<ParameterGroup> Of(
        IEnumerable<Tensor> parameters,
        double weightDecay,
        bool decayNormsAndBiases,
        IReadOnlyList<RateFactor> rateFactors
    )
    {
        if (decayNormsAndBiases && rateFactors.Count == 0)
            return [new([.. parameters], weightDecay)];
        var named =
            parameters as ParameterList
            ?? throw new ArgumentException("Norms, biases and modules are told apart by their names; give a ParameterList.");
        foreach (var factor in rateFactors)
            if (!named.Names.Any(name => IsOf(name, factor.Modules)))
                throw Unknown(factor.Modules, named.Names);
        return
        [
            .. named
                .Names.GroupBy(name =>
                    (
                        Decay: decayNormsAndBiases || !NormOrBias.IsMatch(name) ? weightDecay : 0,
                        Rate: rateFactors.FirstOrDefault(f => IsOf(name, f.Modules))?.Factor ?? 1
                    )
                )
                .Select(group => new ParameterGroup([.. group.Select(name => named[name])], group.Key.Decay, group.Key.Rate)),
        ];
    }

    static bool IsOf(string name, string part) => $".{name}.".Contains($".{part}.", StringComparison.Ordinal);

    static InputException Unknown(string part, IReadOnlyList<string> names)
    {
        var parts = names.SelectMany(name => name.Split('.')).Distinct().Where(p => !p.All(char.IsAsciiDigit));
        string nearest = NearestName.Of(part, parts) is { } name ? $" (did you mean {name}?)" : "";
        return new(
            $"RateFactors has '{part}', which names nothing that is trained{nearest}; write a part of the parameters' names between dots: "
                + $"{names[0]} is one of {English.Count(names.Count, "parameter")}."
        );
    }

    /// <exception cref="ArgumentException">A parameter cannot be trained in place, or occurs twice.</exception>
    public static void Check(IReadOnlyList<ParameterGroup> groups)
    {
        Tensor[] all = [.. groups.SelectMany(g => g.Parameters)];
        if (all.Length == 0)
            throw new ArgumentException("There is no parameter to train.");
        if (all.Distinct(ReferenceEqualityComparer.Instance).Count() != all.Length)
            throw new ArgumentException("A parameter is listed twice; it would be updated twice a step.");
        foreach (var parameter in all)
        {
            if (parameter.dtype is not (ScalarType.Float32 or ScalarType.Float64))
                throw new ArgumentException(
                    $"A parameter is stored as {parameter.dtype}, in which small updates are lost; train it as float32."
                );
            if (
                parameter.dtype != all[0].dtype
                || parameter.device_type != all[0].device_type
                || parameter.device_index != all[0].device_index
            )
                throw new ArgumentException(
                    "The parameters are not all of one type and on one device; give each kind an optimiser of its own."
                );
            if (!parameter.requires_grad || !parameter.is_leaf || !parameter.is_contiguous())
                throw new ArgumentException(
                    "A parameter is not a contiguous leaf tensor that requires a gradient; list the model's own parameters."
                );
        }
    }
}
