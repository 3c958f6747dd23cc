using System.Numerics;

namespace DcrDsl.Jinja.Values;

/// <summary>The arithmetic operators of Python on template values; sizes are checked before anything is made.</summary>
static class Operators
{
    public static Value Apply(Interpreter run, string sign, Value a, Value b)
    {
        if (a is UndefinedValue x)
            throw x.Fault();
        if (sign == "%" && a is TextValue format)
            return format.With(PercentFormat.Apply(run, format.Text, b));
        if (b is UndefinedValue y)
            throw y.Fault();
        if (PythonNumbers.IsNumber(a) && PythonNumbers.IsNumber(b))
            return PythonNumbers.AsInteger(a) is { } i && PythonNumbers.AsInteger(b) is { } j
                ? OnIntegers(run.Budget, sign, i, j)
                : new FloatValue(OnFloats(sign, PythonNumbers.AsFloat(a), PythonNumbers.AsFloat(b)));
        if (sign == "+" && Join(run, a, b) is { } joined)
            return joined;
        if (sign == "*" && (Repeat(run.Budget, a, b) ?? Repeat(run.Budget, b, a)) is { } repeated)
            return repeated;
        throw TemplateFault.Operation(
            sign == "+" && a is TextValue or SequenceValue
                ? $"can only concatenate {a.TypeName} (not '{b.TypeName}') to {a.TypeName}"
                : $"unsupported operand types for {sign}: '{a.TypeName}' and '{b.TypeName}'"
        );
    }

    static Value? Join(Interpreter run, Value a, Value b)
    {
        switch (a, b)
        {
            case (TextValue x, TextValue y):
                run.Budget.AllocateText((long)x.Text.Length + y.Text.Length);
                return x.IsSafe || y.IsSafe
                    ? new TextValue(Html.Escape(run, x) + Html.Escape(run, y), true)
                    : new TextValue(x.Text + y.Text);
            case (SequenceValue x, SequenceValue y) when x.IsTuple == y.IsTuple:
                run.Budget.AllocateItems((long)x.Items.Count + y.Items.Count);
                return new SequenceValue([.. x.Items, .. y.Items], x.IsTuple);
            default:
                return null;
        }
    }

    static Value? Repeat(Budget budget, Value value, Value times)
    {
        if (PythonNumbers.AsInteger(times) is not { } wanted || value is not (TextValue or SequenceValue))
            return null;
        int length = value is TextValue t ? t.Text.Length : ((SequenceValue)value).Items.Count;
        BigInteger total = BigInteger.Max(wanted, 0) * length;
        long size = total > long.MaxValue / 128 ? long.MaxValue : (long)total;
        if (value is TextValue text)
        {
            budget.AllocateText(size);
            return text.With(length == 0 ? "" : new System.Text.StringBuilder().Insert(0, text.Text, (int)(size / length)).ToString());
        }
        budget.AllocateItems(size);
        var items = new Value[size];
        for (int i = 0; i < items.Length; i++)
            items[i] = ((SequenceValue)value).Items[i % length];
        return new SequenceValue(items, ((SequenceValue)value).IsTuple);
    }

    static Value OnIntegers(Budget budget, string sign, BigInteger a, BigInteger b)
    {
        if (sign is "/" or "//" or "%" && b.IsZero)
            throw TemplateFault.Operation("division by zero");
        long bits = a.GetBitLength(),
            otherBits = b.GetBitLength();
        budget.Step(bits * otherBits / 65536);
        return sign switch
        {
            "+" => budget.Integer(a + b),
            "-" => budget.Integer(a - b),
            "*" => budget.Integer(a * b),
            "/" => new FloatValue(Divide(a, b)),
            "//" => budget.Integer(FloorDivide(a, b)),
            "%" => budget.Integer(a - b * FloorDivide(a, b)),
            _ when b.Sign < 0 => a.IsZero
                ? throw TemplateFault.Operation("zero to a negative power")
                : new FloatValue(Math.Pow(PythonNumbers.AsFloat(new IntegerValue(a)), PythonNumbers.AsFloat(new IntegerValue(b)))),
            _ => bits <= 1 && BigInteger.Abs(a) <= 1
                ? new IntegerValue(
                    a.Sign < 0 && b.IsEven ? 1
                    : b.IsZero ? 1
                    : a
                )
                : Power(budget, a, b, bits),
        };
    }

    static IntegerValue Power(Budget budget, BigInteger a, BigInteger b, long bits)
    {
        BigInteger least = b * (bits - 1);
        if (least > Budget.LargestIntegerBits)
            throw new TemplateFault(FaultKind.Limit, "an integer grew beyond 4300 digits");
        budget.Step((long)(least * least / 65536));
        return budget.Integer(BigInteger.Pow(a, (int)b));
    }

    static BigInteger FloorDivide(BigInteger a, BigInteger b)
    {
        BigInteger quotient = BigInteger.DivRem(a, b, out BigInteger remainder);
        return !remainder.IsZero && remainder.Sign != b.Sign ? quotient - 1 : quotient;
    }

    /// <summary>a / b, rounded once, as Python divides ints of any size.</summary>
    static double Divide(BigInteger a, BigInteger b)
    {
        BigInteger largest = BigInteger.One << 53;
        if (BigInteger.Abs(a) <= largest && BigInteger.Abs(b) <= largest)
            return (double)a / (double)b;
        int shift = (int)(66 - a.GetBitLength() + b.GetBitLength());
        BigInteger numerator = BigInteger.Abs(a),
            denominator = BigInteger.Abs(b);
        if (shift > 0)
            numerator <<= shift;
        else
            denominator <<= -shift;
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger remainder);
        if (!remainder.IsZero)
            quotient |= 1; // a sticky bit below the 53 that stay
        double result = Math.ScaleB(PythonNumbers.ToDouble(quotient), -shift);
        if (double.IsInfinity(result))
            throw TemplateFault.Operation("integer division result too large for a float");
        return a.Sign * b.Sign < 0 ? -result : result;
    }

    static double OnFloats(string sign, double a, double b)
    {
        if (sign is "/" or "//" or "%" && b == 0)
            throw TemplateFault.Operation("float division by zero");
        return sign switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => a / b,
            "//" => FloorDivide(a, b),
            "%" => Modulo(a, b),
            _ => Power(a, b),
        };
    }

    static double Modulo(double a, double b)
    {
        double rest = a % b;
        if (rest == 0)
            return Math.CopySign(0, b);
        return rest < 0 != b < 0 ? rest + b : rest;
    }

    static double FloorDivide(double a, double b)
    {
        double quotient = (a - Modulo(a, b)) / b;
        if (quotient == 0)
            return Math.CopySign(0, a / b);
        double floor = Math.Floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    static double Power(double a, double b)
    {
        if (a == 0 && b < 0)
            throw TemplateFault.Operation("zero to a negative power");
        if (a < 0 && double.IsFinite(a) && double.IsFinite(b) && b != Math.Floor(b))
            throw new TemplateFault(FaultKind.Unsupported, "a power that is a complex number");
        double power = Math.Pow(a, b);
        return double.IsInfinity(power) && double.IsFinite(a) && double.IsFinite(b)
            ? throw TemplateFault.Operation("the power is too large for a float")
            : power;
    }

    public static Value Negate(Budget budget, Value value) =>
        value switch
        {
            FloatValue real => new FloatValue(-real.Number),
            UndefinedValue undefined => throw undefined.Fault(),
            _ => PythonNumbers.AsInteger(value) is { } number
                ? budget.Integer(-number)
                : throw TemplateFault.Operation($"bad operand type for unary -: '{value.TypeName}'"),
        };

    public static Value Plus(Value value) =>
        value switch
        {
            FloatValue => value,
            UndefinedValue undefined => throw undefined.Fault(),
            _ => PythonNumbers.AsInteger(value) is { } number
                ? new IntegerValue(number)
                : throw TemplateFault.Operation($"bad operand type for unary +: '{value.TypeName}'"),
        };
}
