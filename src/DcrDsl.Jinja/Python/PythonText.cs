using System.Globalization;
using System.Text;

namespace DcrDsl.Jinja.Python;

/// <summary>str() and repr() of Python.</summary>
static class PythonText
{
    /// <summary>str(value): what printing writes.</summary>
    public static string Str(Budget budget, Value value)
    {
        switch (value)
        {
            case TextValue text:
                return text.Text;
            case UndefinedValue:
                return "";
            default:
                var target = new StringBuilder();
                Write(budget, target, value);
                return target.ToString();
        }
    }

    /// <summary>repr(value).</summary>
    public static string Repr(Budget budget, Value value)
    {
        var target = new StringBuilder();
        Write(budget, target, value);
        return target.ToString();
    }

    static void Write(Budget budget, StringBuilder target, Value value)
    {
        budget.Step();
        switch (value)
        {
            case TextValue text:
                Put(budget, target, text.IsSafe ? $"Markup({Quote(budget, text.Text)})" : Quote(budget, text.Text));
                break;
            case IntegerValue integer:
                Put(budget, target, budget.Digits(integer.Number));
                break;
            case FloatValue real:
                Put(budget, target, PythonFloat.Repr(real.Number));
                break;
            case BooleanValue boolean:
                Put(budget, target, boolean.Truth ? "True" : "False");
                break;
            case NoneValue:
                Put(budget, target, "None");
                break;
            case UndefinedValue:
                Put(budget, target, "Undefined");
                break;
            case SequenceValue sequence:
                WriteItems(budget, target, sequence.IsTuple ? '(' : '[', sequence.Items, sequence.IsTuple ? ')' : ']');
                break;
            case DictValue dict:
                WriteEntries(budget, target, dict.Entries);
                break;
            case DictView view:
                target.Append(view.TypeName).Append('(');
                WriteItems(budget, target, '[', Iteration.ToList(budget, view), ']');
                target.Append(')');
                break;
            case RangeValue range:
                string step = range.Step.IsOne ? "" : $", {range.Step.ToString(CultureInfo.InvariantCulture)}";
                Put(budget, target, string.Create(CultureInfo.InvariantCulture, $"range({range.Start}, {range.Stop}{step})"));
                break;
            case NamespaceValue space:
                target.Append("<Namespace ");
                WriteEntries(budget, target, space.Attributes);
                target.Append('>');
                break;
            case BytesValue bytes:
                Put(budget, target, QuoteBytes(budget, bytes.Bytes));
                break;
            case FunctionValue { TypeName: "Macro" } macro:
                Put(budget, target, macro.Name == "" ? "<Macro anonymous>" : $"<Macro '{macro.Name}'>");
                break;
            case LoopValue loop:
                Put(budget, target, string.Create(CultureInfo.InvariantCulture, $"<LoopContext {loop.Index0 + 1}/{loop.Length()}>"));
                break;
            default:
                throw new TemplateFault(
                    FaultKind.Unsupported,
                    value is IteratorValue
                        ? "it prints a generator, which has no text; add '| list' or '| join'"
                        : $"it prints a {value.TypeName}, which has no text"
                );
        }
    }

    static void WriteItems(Budget budget, StringBuilder target, char open, IReadOnlyList<Value> items, char close)
    {
        budget.Enter();
        target.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0)
                target.Append(", ");
            Write(budget, target, items[i]);
        }
        if (close == ')' && items.Count == 1)
            target.Append(',');
        target.Append(close);
        budget.Leave();
    }

    static void WriteEntries(Budget budget, StringBuilder target, OrderedDictionary<Value, Value> entries)
    {
        budget.Enter();
        target.Append('{');
        bool first = true;
        foreach (var (key, value) in entries)
        {
            if (!first)
                target.Append(", ");
            first = false;
            Write(budget, target, key);
            target.Append(": ");
            Write(budget, target, value);
        }
        target.Append('}');
        budget.Leave();
    }

    static void Put(Budget budget, StringBuilder target, string text)
    {
        budget.AllocateText(text.Length);
        target.Append(text);
    }

    static string Quote(Budget budget, string text)
    {
        budget.Scan(text.Length);
        budget.AllocateText(text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 ? 2L * text.Length : 6L * text.Length);
        char quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var target = new StringBuilder(text.Length + 2).Append(quote);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == quote || c == '\\')
                target.Append('\\').Append(c);
            else if (c == '\n')
                target.Append("\\n");
            else if (c == '\r')
                target.Append("\\r");
            else if (c == '\t')
                target.Append("\\t");
            else if (c is >= ' ' and < '\x7f')
                target.Append(c);
            else if (char.IsSurrogatePair(text, i))
            {
                int code = char.ConvertToUtf32(text, i);
                if (Letters.IsPrintable(code))
                    target.Append(c).Append(text[i + 1]);
                else
                    target.Append(CultureInfo.InvariantCulture, $"\\U{code:x8}");
                i++;
            }
            else if (Letters.IsPrintable(c))
                target.Append(c);
            else if (c < 0x100)
                target.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else
                target.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }
        return target.Append(quote).ToString();
    }

    static string QuoteBytes(Budget budget, byte[] bytes)
    {
        budget.Scan(4L * bytes.Length);
        budget.AllocateText(4L * bytes.Length);
        char quote = bytes.Contains((byte)'\'') && !bytes.Contains((byte)'"') ? '"' : '\'';
        var target = new StringBuilder("b").Append(quote);
        foreach (byte b in bytes)
            _ = (char)b switch
            {
                '\n' => target.Append("\\n"),
                '\r' => target.Append("\\r"),
                '\t' => target.Append("\\t"),
                char c when c == quote || c == '\\' => target.Append('\\').Append(c),
                >= ' ' and < '\x7f' and char c => target.Append(c),
                _ => target.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}"),
            };
        return target.Append(quote).ToString();
    }
}
