using System.Text.Json;
using Cnn.Reference.Files;

namespace Cnn.Reference.Workbook;

/// <summary>How far a student is, in a small file of the folder. Without the file, or with a damaged one, all begins anew.</summary>
internal sealed class Bookmark
{
    /// <summary>The file's name.</summary>
    public const string FileName = ".exercises.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly string file;
    private readonly Content content;

    private Bookmark(string file, Content content) => (this.file, this.content) = (file, content);

    /// <summary>The function that is checked unless another is named.</summary>
    public Lesson Current
    {
        get => LessonTable.All.FirstOrDefault(lesson => lesson.Name == content.Current) ?? LessonTable.All[0];
        set => content.Current = value.Name;
    }

    /// <summary>Reads it.</summary>
    public static Bookmark Read(string folder)
    {
        string file = Path.Combine(folder, FileName);
        try
        {
            return new(file, JsonSerializer.Deserialize<Content>(File.ReadAllText(file)) ?? new());
        }
        catch (Exception exception) when (exception is JsonException || FileFault.IsRefusal(exception))
        {
            return new(file, new());
        }
    }

    /// <summary>How many hints were given.</summary>
    public int HintsOf(Lesson lesson) => Math.Clamp(content.Hints?.GetValueOrDefault(lesson.Name) ?? 0, 0, lesson.Text.Hints.Count);

    /// <summary>Notes how many hints were given.</summary>
    public void SetHints(Lesson lesson, int count) => (content.Hints ??= [])[lesson.Name] = count;

    /// <summary>Writes it; where that is refused, it is as it was the next time.</summary>
    public void Save()
    {
        try
        {
            File.WriteAllText(file, JsonSerializer.Serialize(content, Indented) + "\n");
        }
        catch (Exception exception) when (FileFault.IsRefusal(exception))
        {
            // A folder that cannot be written to is no reason not to check what is in it.
        }
    }

    private sealed class Content
    {
        public string? Current { get; set; }

        public Dictionary<string, int>? Hints { get; set; }
    }
}
