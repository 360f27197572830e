using System.Text.Json;
using System.Text.Json.Serialization;
using Cnn.Layers.Geometry;
using Cnn.Reference.Cases;

namespace Cnn.Reference.Explaining;

/// <summary>The windows along one axis, as the page reads them.</summary>
internal sealed record PageAxis(long In, long Out, long Kernel, long Stride, long PadBefore, long PadAfter, long Dilation)
{
    /// <summary>Those of a layer.</summary>
    public static PageAxis Of(WindowAxis axis) =>
        new(axis.In, axis.Out, axis.Kernel, axis.Stride, axis.PadBefore, axis.PadAfter, axis.Dilation);
}

/// <summary>All that a page shows; its script knows no numbers but these.</summary>
internal sealed record PageData
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>conv, max or avg.</summary>
    public required string Kind { get; init; }

    /// <summary>The layer in a line that <c>check</c> takes.</summary>
    public required string Case { get; init; }

    /// <summary>float32 or float64.</summary>
    public required string DType { get; init; }

    public required PageAxis Height { get; init; }

    public required PageAxis Width { get; init; }

    /// <summary>Groups of a grouped convolution.</summary>
    public long Groups { get; init; } = 1;

    /// <summary>Whether the number of windows is rounded up.</summary>
    public bool CeilMode { get; init; }

    /// <summary>Average pool: what each window is divided by, in row-major order.</summary>
    public IReadOnlyList<long>? Divisors { get; init; }

    /// <summary>Average pool: which cells the divisor counts: override, padding or input.</summary>
    public string? DivisorRule { get; init; }

    /// <summary>What makes the page again.</summary>
    public string? Command { get; init; }

    /// <summary>Inputs and results by name.</summary>
    public required IReadOnlyDictionary<string, PageTensor> Tensors { get; init; }

    /// <summary>The loops of each view.</summary>
    public required IReadOnlyDictionary<string, CodeView> Code { get; init; }

    /// <summary>The exercise's functions, for those views that it has.</summary>
    public required IReadOnlyDictionary<string, CodeView> Lesson { get; init; }

    public required IReadOnlyList<PageMistake> Mistakes { get; init; }

    /// <summary>What a reader should know, in each language.</summary>
    public required IReadOnlyList<object> Notes { get; init; }

    /// <summary>The language in which the page opens.</summary>
    public required string Language { get; init; }

    /// <summary>Collects what a page shows.</summary>
    /// <param name="walkthrough">The layer and its tensors.</param>
    /// <param name="language">The language in which the page opens.</param>
    /// <param name="command">What makes the page again; null for no command.</param>
    public static PageData Of(Walkthrough walkthrough, Language language, string? command)
    {
        var @case = walkthrough.Case;
        var (height, width) = walkthrough.Axes();
        var tensors = walkthrough.Tensors()
            .ToDictionary(each => each.Name, each => PageTensor.Of(each.Tensor, walkthrough.Libtorch(each.Name)));
        string[] views = [.. CodeView.Views(walkthrough)];
        return new()
        {
            Kind = @case.Kind.ToString().ToLowerInvariant(),
            Case = @case.ToString(),
            DType = CaseWords.NameOf(@case.DType),
            Height = PageAxis.Of(height),
            Width = PageAxis.Of(width),
            Groups = @case.Groups,
            CeilMode = @case.CeilMode,
            Divisors = @case.Kind == LayerKind.Avg ? [.. DivisorsOf(@case)] : null,
            DivisorRule = @case.Kind == LayerKind.Avg ? RuleOf(@case) : null,
            Command = command,
            Tensors = tensors,
            Code = views.ToDictionary(view => view, view => CodeView.Literal(@case.Kind, view)),
            Lesson = views.Where(view => CodeView.Lesson(@case, view) is not null)
                .ToDictionary(view => view, view => CodeView.Lesson(@case, view)!),
            Mistakes = PageMistake.Of(walkthrough),
            Notes = [.. walkthrough.Notes.Select(note => new { en = note.English, es = note.Spanish })],
            Language = language == Reference.Language.Spanish ? "es" : "en",
        };
    }

    /// <summary>As JSON that may stand in an HTML script element.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json); // < is escaped: no tag can end the element

    /// <summary>Which cells an average is divided by, in a word.</summary>
    public static string RuleOf(Case @case) => @case switch
    {
        { DivisorOverride: not null } => "override",
        { CountIncludePad: true } => "padding",
        _ => "input",
    };

    private static IEnumerable<long> DivisorsOf(Case @case)
    {
        var geometry = @case.PoolGeometry();
        for (long oh = 0; oh < geometry.Height.Out; oh++)
            for (long ow = 0; ow < geometry.Width.Out; ow++)
                yield return geometry.Divisor(oh, ow);
    }
}
