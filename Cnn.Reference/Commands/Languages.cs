using System.CommandLine;

namespace Cnn.Reference.Commands;

/// <summary>The languages of what students read, as the command line names them.</summary>
internal static class Languages
{
    private const string English = "en", Spanish = "es";

    /// <summary>Makes the option.</summary>
    public static Option<string?> Option() =>
        Options.Word("--language", "In which language sentences are; English by default.", [English, Spanish]);

    /// <summary>The word that names a language.</summary>
    public static string Word(Language language) => language == Language.Spanish ? Spanish : English;

    /// <summary>The language that a word names.</summary>
    public static Language Of(string? word) => word == Spanish ? Language.Spanish : Language.English;
}
