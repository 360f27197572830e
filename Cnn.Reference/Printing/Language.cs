namespace Cnn.Reference;

/// <summary>The languages in which students are spoken to.</summary>
public enum Language
{
    /// <summary>English.</summary>
    English,

    /// <summary>Spanish, the exercise's own.</summary>
    Spanish,
}
