using System.Globalization;
using System.Text;

namespace DcrDsl.Jinja.Python;

/// <summary>str.format and str.format_map; attributes and items are read through the sandbox.</summary>
sealed class BraceFormat(Interpreter run, Arguments arguments, DictValue? mapping)
{
    int automatic;
    bool usesNumbers;

    public static string Apply(Interpreter run, string format, Arguments arguments, DictValue? mapping) =>
        new BraceFormat(run, arguments, mapping).Expand(format, depth: 2);

    string Expand(string format, int depth)
    {
        if (depth < 0)
            throw TemplateFault.Operation("format fields are nested too deeply");
        var target = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            char c = format[i];
            bool doubled = i + 1 < format.Length && format[i + 1] == c;
            if (c is '{' or '}' && doubled)
                i++;
            else if (c == '}')
                throw TemplateFault.Operation("single '}' encountered in format string");
            else if (c == '{')
            {
                run.Budget.Step();
                int end = FieldEnd(format, i + 1);
                Append(target, Field(format[(i + 1)..end], depth));
                i = end;
                continue;
            }
            run.Budget.AllocateText(1);
            target.Append(c);
        }
        return target.ToString();
    }

    static int FieldEnd(string format, int start)
    {
        int depth = 1;
        for (int i = start; i < format.Length; i++)
        {
            depth +=
                format[i] == '{' ? 1
                : format[i] == '}' ? -1
                : 0;
            if (depth == 0)
                return i;
        }
        throw TemplateFault.Operation("expected '}' before end of format string");
    }

    string Field(string field, int depth)
    {
        int mark = 0;
        for (bool inItem = false; mark < field.Length && (inItem || field[mark] is not (':' or '!')); mark++)
            inItem = inItem ? field[mark] != ']' : field[mark] == '[';
        if (mark == field.Length)
            mark = -1;
        string name = mark < 0 ? field : field[..mark],
            spec = "";
        char? conversion = null;
        if (mark >= 0 && field[mark] == '!')
        {
            conversion = mark + 1 < field.Length ? field[mark + 1] : throw TemplateFault.Operation("a conversion is missing after '!'");
            if (mark + 2 < field.Length && field[mark + 2] != ':')
                throw TemplateFault.Operation("expected ':' after the conversion");
            mark = mark + 2 < field.Length ? mark + 2 : -1;
        }
        if (mark >= 0)
            spec = field[(mark + 1)..];
        Value value = Look(name);
        value = conversion switch
        {
            null => value,
            's' => new TextValue(PythonText.Str(run.Budget, value)),
            'r' => new TextValue(PythonText.Repr(run.Budget, value)),
            'a' => new TextValue(JsonDump.EscapeNonAscii(run.Budget, PythonText.Repr(run.Budget, value))),
            _ => throw TemplateFault.Operation($"unknown conversion '{conversion}'"),
        };
        return FormatSpec.Format(run, value, spec.Contains('{') || spec.Contains('}') ? Expand(spec, depth - 1) : spec);
    }

    Value Look(string name)
    {
        int end = name.AsSpan().IndexOfAny('.', '[');
        string first = end < 0 ? name : name[..end];
        Value value = First(first);
        for (int i = end < 0 ? name.Length : end; i < name.Length; )
        {
            run.Budget.Step();
            bool isItem = name[i] == '[';
            if (!isItem && name[i] != '.')
                throw TemplateFault.Operation("only '.' or '[' may follow ']' in a format field");
            int stop =
                isItem ? name.IndexOf(']', i)
                : name.AsSpan(i + 1).IndexOfAny('.', '[') is var next && next < 0 ? name.Length
                : i + 1 + next;
            if (stop < 0)
                throw TemplateFault.Operation("missing ']' in a format field");
            string member = name[(i + 1)..stop];
            if (member == "")
                throw TemplateFault.Operation("empty attribute in a format field");
            value = !isItem
                ? run.GetAttribute(value, member)
                : run.GetItem(
                    value,
                    member.Length < 10 && member.All(char.IsAsciiDigit)
                        ? new IntegerValue(int.Parse(member, CultureInfo.InvariantCulture))
                        : new TextValue(member)
                );
            i = isItem ? stop + 1 : stop;
        }
        return value;
    }

    Value First(string name)
    {
        if (name == "")
        {
            if (usesNumbers)
                throw TemplateFault.Operation("numbered and automatic format fields cannot be mixed");
            name = (automatic++).ToString(CultureInfo.InvariantCulture);
        }
        else if (name.All(char.IsAsciiDigit))
        {
            if (automatic > 0)
                throw TemplateFault.Operation("numbered and automatic format fields cannot be mixed");
            usesNumbers = true;
        }
        else
        {
            if (mapping is not null)
                return mapping.Entries.GetValueOrDefault(new TextValue(name))
                    ?? throw TemplateFault.Operation($"the format names '{name}', which is not given");
            return arguments.Named.TryGetValue(name, out Value? named)
                ? named
                : throw TemplateFault.Operation($"the format names '{name}', which is not given");
        }
        return int.TryParse(name, CultureInfo.InvariantCulture, out int at) && at < arguments.Positional.Count
            ? arguments.Positional[at]
            : throw TemplateFault.Operation($"the format asks for argument {name}, which is not given");
    }

    void Append(StringBuilder target, string text)
    {
        run.Budget.AllocateText(text.Length);
        target.Append(text);
    }
}
