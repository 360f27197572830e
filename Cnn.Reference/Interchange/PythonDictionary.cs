namespace Cnn.Reference.Interchange;

/// <summary>A dictionary as Python writes it, as far as NumPy's headers need it: texts, words, and what stands in brackets.</summary>
internal static class PythonDictionary
{
    private const string Open = "([", Close = ")]";

    /// <summary>Its entries: texts without their quotes, all else as it stands; null where it is no such dictionary.</summary>
    public static Dictionary<string, string>? Parse(string text)
    {
        var entries = new Dictionary<string, string>();
        int at = 0;
        if (!Skip('{')) return null;
        while (!Skip('}'))
        {
            if (Quoted() is not { } key || !Skip(':') || Value() is not { } value || !entries.TryAdd(key, value)) return null;
            if (Skip(',')) continue;
            if (!Skip('}')) return null;
            break;
        }
        return text[at..].Trim().Length == 0 ? entries : null;

        void SkipBlanks()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        }

        bool Skip(char sign)
        {
            SkipBlanks();
            if (at == text.Length || text[at] != sign) return false;
            at++;
            return true;
        }

        string? Quoted()
        {
            SkipBlanks();
            if (at == text.Length || text[at] is not ('\'' or '"')) return null;
            int end = text.IndexOf(text[at], at + 1);
            if (end < 0) return null;
            string inside = text[(at + 1)..end];
            at = end + 1;
            return inside;
        }

        string? Value() => Quoted() ?? Bracketed() ?? Word();

        string? Bracketed()
        {
            if (at == text.Length || !Open.Contains(text[at])) return null;
            int start = at, depth = 0;
            for (; at < text.Length; at++)
            {
                if (Open.Contains(text[at])) depth++;
                else if (Close.Contains(text[at]) && --depth == 0) return text[start..++at];
            }
            return null;
        }

        string? Word()
        {
            int start = at;
            while (at < text.Length && char.IsLetter(text[at])) at++;
            return at > start ? text[start..at] : null;
        }
    }
}
