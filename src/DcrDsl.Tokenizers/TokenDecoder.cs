using System.Globalization;
using System.Text;

namespace DcrDsl.Tokenizers;

/// <summary>Turns token texts back into text, a list of strings at a time.</summary>
abstract class TokenDecoder
{
    const string Supported = "Sequence, ByteLevel, ByteFallback, Fuse, Strip, Replace, Metaspace";

    public abstract List<string> Apply(List<string> tokens, TextBounds bounds);

    /// <summary>The decoders to apply one after the other; null where the file has none (tokens are then joined by spaces).</summary>
    public static TokenDecoder[]? Read(TokenizerSection section) => section.IsNull ? null : section.Steps(Steps);

    static IEnumerable<TokenDecoder> Steps(TokenizerSection section)
    {
        return section.Type switch
        {
            "Sequence" => section["decoders"].Items().SelectMany(Steps),
            "ByteLevel" => [new ByteLevel()],
            "ByteFallback" => [new ByteFallback()],
            "Fuse" => [new Fuse()],
            "Strip" => [new Strip(section["content"].OneCharacter(), section["start"].Whole(), section["stop"].Whole())],
            "Replace" => [new Replace(TextPattern.Read(section["pattern"]), section["content"].Text(), section.Place)],
            "Metaspace" => [new Spaces(Metaspace.Read(section))],
            var type => throw section["type"].Unsupported(type, Supported),
        };
    }

    /// <summary>Reads the byte alphabet back; a token with a character outside it counts as the bytes of its own UTF-8.</summary>
    sealed class ByteLevel : TokenDecoder
    {
        public override List<string> Apply(List<string> tokens, TextBounds bounds)
        {
            var bytes = new List<byte>();
            foreach (string token in tokens)
            {
                int start = bytes.Count;
                foreach (char c in token)
                {
                    int value = ByteAlphabet.ByteOf(c);
                    if (value < 0)
                    {
                        bytes.RemoveRange(start, bytes.Count - start);
                        bytes.AddRange(Encoding.UTF8.GetBytes(token));
                        break;
                    }
                    bytes.Add((byte)value);
                }
            }
            return [Encoding.UTF8.GetString([.. bytes])];
        }
    }

    /// <summary>Reads runs of &lt;0xNN&gt;; a run that is not UTF-8 as a whole becomes one U+FFFD a byte.</summary>
    sealed class ByteFallback : TokenDecoder
    {
        static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

        public override List<string> Apply(List<string> tokens, TextBounds bounds)
        {
            var texts = new List<string>(tokens.Count);
            var run = new List<byte>();
            foreach (string token in tokens)
            {
                if (
                    token.Length == 6
                    && token.StartsWith("<0x", StringComparison.Ordinal)
                    && token[5] == '>'
                    && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
                )
                {
                    run.Add(value);
                    continue;
                }
                Flush();
                texts.Add(token);
            }
            Flush();
            return texts;

            void Flush()
            {
                if (run.Count == 0)
                    return;
                try
                {
                    texts.Add(Strict.GetString([.. run]));
                }
                catch (DecoderFallbackException)
                {
                    texts.AddRange(Enumerable.Repeat("\uFFFD", run.Count));
                }
                run.Clear();
            }
        }
    }

    sealed class Fuse : TokenDecoder
    {
        public override List<string> Apply(List<string> tokens, TextBounds bounds) => [string.Concat(tokens)];
    }

    /// <summary>Takes up to so many of a character off each end.</summary>
    sealed class Strip(string content, int start, int stop) : TokenDecoder
    {
        public override List<string> Apply(List<string> tokens, TextBounds bounds) =>
            tokens.ConvertAll(token =>
            {
                int first = 0,
                    last = token.Length;
                for (int k = 0; k < start && token.AsSpan(first).StartsWith(content, StringComparison.Ordinal); k++)
                    first += content.Length;
                for (
                    int k = 0;
                    k < stop && last - first >= content.Length && token.AsSpan(first..last).EndsWith(content, StringComparison.Ordinal);
                    k++
                )
                    last -= content.Length;
                return token[first..last];
            });
    }

    sealed class Replace(TextPattern pattern, string content, TokenizerSection place) : TokenDecoder
    {
        public override List<string> Apply(List<string> tokens, TextBounds bounds) =>
            tokens.ConvertAll(token =>
            {
                var matches = new List<(int Start, int End)>();
                pattern.Find(token, matches, bounds);
                if (matches.Count == 0)
                    return token;
                bounds.Write(token.Length + (long)matches.Count * content.Length, place);
                var text = new StringBuilder();
                int done = 0;
                foreach (var (start, end) in matches)
                {
                    text.Append(token, done, start - done).Append(content);
                    done = end;
                }
                return text.Append(token, done, token.Length - done).ToString();
            });
    }

    /// <summary>Metaspace backwards: the replacement becomes a space; in the first token nothing, where encoding puts one there.</summary>
    sealed class Spaces(Metaspace metaspace) : TokenDecoder
    {
        public override List<string> Apply(List<string> tokens, TextBounds bounds)
        {
            for (int k = 0; k < tokens.Count; k++)
                tokens[k] = tokens[k]
                    .Replace(
                        metaspace.Replacement,
                        k == 0 && metaspace.Scheme != Metaspace.PrependScheme.Never ? "" : " ",
                        StringComparison.Ordinal
                    );
            return tokens;
        }
    }
}
