using DcrDsl.Generators.Values;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// What a simple name means in one namespace of the user's. Programs write types by their simple names, since their usings stand inside the
/// namespace and there come before all that lies around it; only what the namespace itself holds comes before them.
/// </summary>
/// <param name="Namespace">The namespace; empty: the global one.</param>
/// <param name="Known">The types that programs may name.</param>
/// <param name="Hidden">The simple names that mean something else there.</param>
sealed record Surroundings(string Namespace, KnownTypes Known, EquatableArray<string> Hidden);

/// <summary>The types that programs may name by simple names.</summary>
/// <param name="Runtime">Those of the runtime and of the libraries that loops speak of: simple name, and full name.</param>
/// <param name="Vocabulary">The simple names of the vocabulary.</param>
sealed record KnownTypes(EquatableArray<(string Simple, string Full)> Runtime, EquatableArray<string> Vocabulary);
