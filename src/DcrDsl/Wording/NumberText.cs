using System.Globalization;

namespace DcrDsl.Wording;

/// <summary>Numbers as text, the same in generated code, tables and on the command line; also compiled into the generator.</summary>
static class NumberText
{
    /// <summary>
    /// The shortest decimal that reads back as the same number, small and large ones with an exponent: 0.25, 3e-4, 10000.
    /// </summary>
    public static string Shortest(double number)
    {
        if (double.IsNaN(number) || double.IsInfinity(number))
            return number.ToString(CultureInfo.InvariantCulture);
        string plain = number.ToString("R", CultureInfo.InvariantCulture);
        string sign = plain[0] == '-' ? "-" : "";
        string body = plain.Substring(sign.Length);
        int e = body.IndexOf('E');
        int exponent = e < 0 ? 0 : int.Parse(body.Substring(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string mantissa = e < 0 ? body : body.Substring(0, e);
        int point = mantissa.IndexOf('.');
        string digits = mantissa.Replace(".", "");
        exponent += (point < 0 ? mantissa.Length : point) - 1;
        string trimmed = digits.TrimStart('0');
        exponent -= digits.Length - trimmed.Length;
        trimmed = trimmed.TrimEnd('0');
        if (trimmed.Length == 0)
            return "0";
        if (exponent >= -2 && exponent <= 6)
            return sign + Positional(trimmed, exponent);
        return sign
            + trimmed[0]
            + (trimmed.Length > 1 ? "." + trimmed.Substring(1) : "")
            + "e"
            + exponent.ToString(CultureInfo.InvariantCulture);
    }

    static string Positional(string digits, int exponent)
    {
        if (exponent < 0)
            return "0." + new string('0', -exponent - 1) + digits;
        if (exponent >= digits.Length - 1)
            return digits + new string('0', exponent - digits.Length + 1);
        return digits.Substring(0, exponent + 1) + "." + digits.Substring(exponent + 1);
    }
}
