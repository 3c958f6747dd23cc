using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DcrDsl.Definition;

/// <summary>
/// Writes a YAML document: what is opened is closed by disposing; text is quoted wherever it could be read as something else.
/// </summary>
sealed class YamlWriter
{
    readonly StringWriter text = new();
    readonly Emitter emitter;

    public YamlWriter()
    {
        emitter = new Emitter(text, EmitterSettings.Default.WithBestWidth(int.MaxValue).WithNewLine("\n").WithIndentedSequences());
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
    }

    public IDisposable Mapping(bool flow = false)
    {
        emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, flow ? MappingStyle.Flow : MappingStyle.Block));
        return new End(emitter, new MappingEnd());
    }

    public IDisposable Sequence(bool flow = false)
    {
        emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, flow ? SequenceStyle.Flow : SequenceStyle.Block));
        return new End(emitter, new SequenceEnd());
    }

    public YamlWriter Key(string key)
    {
        Text(key);
        return this;
    }

    /// <summary>Text, quoted unless it is plain beyond doubt; a half of a surrogate pair, which YAML cannot hold, becomes U+FFFD.</summary>
    public void Text(string value)
    {
        bool plain =
            value.Length > 0
            && char.IsLetterOrDigit(value[0])
            && value[value.Length - 1] != ' '
            && value.ToLowerInvariant() is not ("none" or "null")
            && value.All(c => char.IsLetterOrDigit(c) || c is ' ' or '_' or '.' or '/' or '+' or '-' or '(' or ')');
        Scalar(Whole(value), plain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted);
    }

    /// <summary>A number, a name of the vocabulary, or none.</summary>
    public void Plain(string value) => Scalar(value, ScalarStyle.Plain);

    public override string ToString()
    {
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        // What is not seen stands between quotes, where the emitter leaves tabs and marks of direction as they are.
        return string.Concat(
            text.ToString()
                .Select(c => c != '\n' && IsUnseen(c) ? "\\u" + ((int)c).ToString("X4", CultureInfo.InvariantCulture) : c.ToString())
        );
    }

    void Scalar(string value, ScalarStyle style) =>
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, value, style, isPlainImplicit: true, isQuotedImplicit: true));

    static string Whole(string value) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value));

    // Ends of lines, controls, and marks that turn the direction of reading.
    static bool IsUnseen(char c) =>
        char.IsControl(c)
        || c is '\u2028' or '\u2029' or '\u061C' or '\u200E' or '\u200F' or '\uFEFF' or '\uFFFE' or '\uFFFF'
        || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';

    sealed class End(IEmitter emitter, ParsingEvent end) : IDisposable
    {
        public void Dispose() => emitter.Emit(end);
    }
}
