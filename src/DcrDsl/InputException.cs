namespace DcrDsl;

/// <summary>A mistake in what the user gave: one sentence with file, line and remedy.</summary>
public sealed class InputException(string message, Exception? inner = null) : Exception(message, inner);
