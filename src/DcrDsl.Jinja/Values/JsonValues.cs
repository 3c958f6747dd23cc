using System.Text.Json;

namespace DcrDsl.Jinja.Values;

/// <summary>Makes template values of JSON; 1 and 1.0 stay an int and a float, and integers of any size stay exact.</summary>
static class JsonValues
{
    public static Value Read(Interpreter run, JsonElement json)
    {
        run.Budget.Enter();
        Value value = ReadOne(run, json);
        run.Budget.Leave();
        return value;
    }

    static Value ReadOne(Interpreter run, JsonElement json)
    {
        run.Budget.Step();
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                return new DictValue(ReadObject(run, json));
            case JsonValueKind.Array:
                run.Budget.AllocateItems(json.GetArrayLength());
                return new SequenceValue([.. json.EnumerateArray().Select(item => Read(run, item))], isTuple: false);
            case JsonValueKind.String:
                run.Budget.AllocateText(json.GetString()!.Length);
                return new TextValue(json.GetString()!);
            case JsonValueKind.Number:
                string number = json.GetRawText();
                if (number.AsSpan().IndexOfAny('.', 'e', 'E') >= 0)
                    return new FloatValue(json.GetDouble());
                return PythonNumbers.TryParseInteger(number, 10, out var whole)
                    ? new IntegerValue(whole)
                    : throw new TemplateFault(FaultKind.Limit, "the conversation holds an integer of more than 4300 digits");
            case JsonValueKind.True or JsonValueKind.False:
                return BooleanValue.Of(json.GetBoolean());
            default:
                return NoneValue.None;
        }
    }

    public static OrderedDictionary<Value, Value> ReadObject(Interpreter run, JsonElement json)
    {
        OrderedDictionary<Value, Value> entries = run.NewEntries();
        foreach (JsonProperty property in json.EnumerateObject())
        {
            run.Budget.Allocate(100 + 2L * property.Name.Length);
            entries[new TextValue(property.Name)] = Read(run, property.Value);
        }
        return entries;
    }
}
