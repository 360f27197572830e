namespace Cnn.Reference.Printing;

/// <summary>The languages of what students read, as the command line and their files name them.</summary>
internal static class Languages
{
    private const string English = "en", Spanish = "es";

    /// <summary>The words.</summary>
    public static readonly string[] Words = [English, Spanish];

    /// <summary>The word that names a language.</summary>
    public static string Word(Language language) => language == Language.Spanish ? Spanish : English;

    /// <summary>The language that a word names.</summary>
    public static Language Of(string? word) => word == Spanish ? Language.Spanish : Language.English;
}
