namespace Cnn.Reference.Printing;

/// <summary>One text in each language.</summary>
internal readonly record struct Bilingual(string English, string Spanish)
{
    /// <summary>One text for both: a name of the exercise, which is the same in each.</summary>
    public static implicit operator Bilingual(string text) => new(text, text);

    /// <summary>The text in a language.</summary>
    public string In(Language language) => language == Language.Spanish ? Spanish : English;

    /// <summary>The text, and another one behind it.</summary>
    public Bilingual And(Bilingual more) => new(English + more.English, Spanish + more.Spanish);
}
