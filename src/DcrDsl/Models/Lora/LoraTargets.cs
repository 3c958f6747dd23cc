using System.Globalization;
using System.Text.RegularExpressions;

namespace DcrDsl.Models;

/// <summary>A module that gets a low-rank path, with its rank and its factor s.</summary>
sealed record LoraTarget(string Module, int Rank, double Scaling);

/// <summary>Which modules of a decoder an adapter changes, by PEFT's rules of selection; stricter in that every entry must name something.</summary>
/// <param name="LowRank">Modules with a low-rank path, in the decoder's order.</param>
/// <param name="Saved">Modules with a copy of their own.</param>
sealed record LoraTargets(IReadOnlyList<LoraTarget> LowRank, IReadOnlyList<string> Saved)
{
    static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    /// <exception cref="InputException">The options do not fit the decoder; names the option by PEFT's key, and the entry.</exception>
    public static LoraTargets Of(LoraOptions options, Decoder decoder)
    {
        options.Validate();
        string head = decoder.LinearLayers[^1].Name, embedding = decoder.Embedding.Name;
        string[] inside = [.. decoder.LinearLayers.SkipLast(1).Select(l => l.Name)], all = [embedding, .. inside, head];
        string[] saved = [.. options.SavedModules.Select(entry => SavedModule(entry, [embedding, head])).Distinct()];
        int layers = decoder.Config.Layers;
        foreach (int layer in options.Layers ?? [])
            if (layer < 0 || layer >= layers)
                throw new InputException(FormattableString.Invariant($"layers_to_transform has {layer}, and the model's layers are 0 to {layers - 1}; name some of these."));

        var hit = (options.TargetPattern is { } pattern ? ByPattern(pattern, all) : ByList(options, all, inside)).Except(saved).ToHashSet();
        if (hit.Count == 0) throw new InputException("target_modules and layers_to_transform leave no module to adapt; name modules of the layers that are chosen.");
        if (decoder.Config.TieEmbeddings && hit.Concat(saved).FirstOrDefault(m => m == head || m == embedding) is { } tied)
            throw new InputException($"'{tied}' shares its weights with {(tied == head ? embedding : head)} in this model (tie_word_embeddings), so the adapter would change both; leave it out.");
        if (options.WeightDecomposed && hit.Contains(embedding))
            throw new InputException($"use_dora is not supported for '{embedding}'; leave it out of target_modules.");
        var targets = new LoraTargets([.. all.Where(hit.Contains).Select(Target)], saved);
        targets.RequireUse("rank_pattern", options.RankPattern.Select(p => p.Pattern));
        targets.RequireUse("alpha_pattern", options.AlphaPattern.Select(p => p.Pattern));
        return targets;

        LoraTarget Target(string module)
        {
            int rank = First(options.RankPattern, module) ?? options.Rank;
            double alpha = First(options.AlphaPattern, module) ?? options.Alpha;
            return new LoraTarget(module, rank, alpha / (options.RankStabilised ? Math.Sqrt(rank) : rank));
        }
    }

    /// <summary>The last parts of the names of all linear modules but the head, as PEFT writes them for "all-linear".</summary>
    public static IReadOnlyList<string> AllLinearNames(Decoder decoder) =>
        [.. decoder.LinearLayers.SkipLast(1).Select(l => l.Name[(l.Name.LastIndexOf('.') + 1)..]).Distinct().Order(StringComparer.Ordinal)];

    void RequireUse(string key, IEnumerable<string> patterns)
    {
        if (patterns.FirstOrDefault(pattern => !LowRank.Any(t => EndsWithMatch(pattern, t.Module))) is { } unused)
            throw new InputException($"{key} has {SafeTensorsHeader.Quote(unused)}, which matches no module that is adapted; correct it or take it out.");
    }

    static IEnumerable<string> ByPattern(string pattern, string[] all)
    {
        var expression = Expression($@"\A(?:{pattern})\z", "target_modules", pattern);
        string[] hit = [.. all.Where(m => Matches(expression, m, pattern))];
        return hit.Length > 0 ? hit : throw Unknown(pattern, all);
    }

    static IEnumerable<string> ByList(LoraOptions options, string[] all, string[] inside)
    {
        foreach (string entry in options.Targets)
        {
            string[] hit = [.. entry == LoraOptions.AllLinear ? inside : all.Where(m => Named(m, entry))];
            if (hit.Length == 0) throw Unknown(entry, all);
            foreach (string module in hit)
                if (options.Layers is null || module == entry || (Layer(module) is int layer && options.Layers.Contains(layer))) yield return module;
        }
    }

    static string SavedModule(string entry, string[] possible) => possible.FirstOrDefault(m => Named(m, entry))
        ?? throw new InputException($"modules_to_save has '{entry}'; of a decoder only lm_head and embed_tokens can be trained as whole copies.");

    static InputException Unknown(string entry, string[] all) => new(
        $"target_modules has {SafeTensorsHeader.Quote(entry)}, which names no module of the model; its modules end in {string.Join(", ", all.Select(m => m[(m.LastIndexOf('.') + 1)..]).Distinct())}.");

    static bool Named(string module, string entry) => module == entry || module.EndsWith("." + entry, StringComparison.Ordinal);

    static int? Layer(string module) => module.Split('.') is ["model", "layers", var index, ..] ? int.Parse(index, CultureInfo.InvariantCulture) : null;

    static int? First(IReadOnlyList<(string Pattern, int Value)> patterns, string module) =>
        patterns.Where(p => EndsWithMatch(p.Pattern, module)).Select(p => (int?)p.Value).FirstOrDefault();

    static double? First(IReadOnlyList<(string Pattern, double Value)> patterns, string module) =>
        patterns.Where(p => EndsWithMatch(p.Pattern, module)).Select(p => (double?)p.Value).FirstOrDefault();

    static bool EndsWithMatch(string pattern, string module) => Matches(Expression($@"\A(?:.*\.)?(?:{pattern})\z", "rank_pattern or alpha_pattern", pattern), module, pattern);

    static Regex Expression(string whole, string key, string given)
    {
        try
        {
            return new Regex(whole, RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{key}: {SafeTensorsHeader.Quote(given)} is not a regular expression; correct it.", e);
        }
    }

    static bool Matches(Regex expression, string module, string given)
    {
        try
        {
            return expression.IsMatch(module);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new InputException($"The regular expression {SafeTensorsHeader.Quote(given)} takes longer than a second to match; write a simpler one.", e);
        }
    }
}
