using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Exercises;

/// <summary>
/// Mistakes of a convolution as they are told of functions beyond the exercise, which have other names, and no filters or no border.
/// </summary>
internal static class FurtherWords
{
    private static readonly Bilingual Columns = "columns[i, h, w]";

    private static readonly Bilingual Products = new(
        "the line that adds W[kh, kw] times dZ[i, h, w]", "la línea que suma W[kh, kw] por dZ[i, h, w]");

    // A filter of Im2Col takes one cell of the window: what is done to filters is done to the order of cells.
    private static readonly Dictionary<string, Bilingual> OfCells = new()
    {
        ["kernel-flipped"] = new(
            "The cells of a window are in reverse order: rows and columns run backwards.",
            "Las celdas de una ventana están en orden inverso: filas y columnas van hacia atrás."),
        ["kernel-transposed"] = new(
            "A window is laid flat column by column; it should be row by row.",
            "La ventana se aplana columna por columna; debería ser fila por fila."),
        ["window-by-channel"] = new(
            "A window is laid flat channel by channel; it should be cell by cell, and in a cell channel by channel.",
            "La ventana se aplana canal por canal; debería ser celda por celda, y dentro de cada celda canal por canal."),
        ["first-filter-only"] = new("Every k holds the window's first cell.", "Cada k tiene la primera celda de la ventana."),
        ["first-channel-only"] = Only("the first channel", "el primer canal"),
        ["last-channel-only"] = Only("the last channel", "el último canal"),
        ["first-row-only"] = Only("the first row", "la primera fila"),
        ["last-row-only"] = Only("the last row", "la última fila"),
        ["first-cell-only"] = Only("the first cell", "la primera celda"),
        ["first-product-only"] = Only("the first number", "el primer número"),
        ["last-product-only"] = Only("the last number", "el último número"),
        ["channels-counted-as-filters"] = Only("the first n_C_prev numbers", "los primeros n_C_prev números"),
        ["last-channel-missing"] = Missing("The last channel", "el último canal"),
        ["last-row-missing"] = Missing("The last row", "la última fila"),
        ["last-column-missing"] = Missing("The last column", "la última columna"),
        ["product-of-sums"] = Sum,
        ["filter-not-used"] = Sum,
        ["products-averaged"] = new(
            "The cells are divided by how many a window has.", "Las celdas están divididas por cuántas tiene una ventana."),
    };

    // What a function does that has no dA_prev_pad to cut, and is not given A_prev.
    private static readonly string[] NotByGather =
    [
        "gradient-not-shifted-back", "gradient-keeps-padding", "gradient-cut-to-nothing", "input-gradient-begins-with-input",
        "gradient-is-input", "input-gradient-of-window",
    ];

    private static Bilingual Sum => new("Every k holds the sum of the window.", "Cada k tiene la suma de la ventana.");

    /// <summary>As it is told of Im2Col.</summary>
    public static Mistake? OfIm2Col(Mistake mistake) => OfCells.TryGetValue(mistake.Id, out var text)
        ? mistake with { English = text.English, Spanish = text.Spanish, LookAt = Columns }
        : Renamed(mistake, ("Z[i, h, w, c]", "columns[i, h, w]"), ("Z[i, w, h, c]", "columns[i, w, h]"), ("Z", "columns"));

    /// <summary>As it is told of ConvBackwardByGather, which looks for a cell's place (kh, kw) in each window.</summary>
    public static Mistake? OfGather(Mistake mistake) => mistake.Id switch
    {
        _ when NotByGather.Contains(mistake.Id) => null,
        "padding-ignored" => mistake with
        {
            English = "The padding is not used: windows lie on the image without its border.",
            Spanish = "No se usa el padding: las ventanas caen sobre la imagen sin su borde.",
            LookAt = "kh, kw",
        },
        "last-output-channel-missing" => mistake with
        {
            English = "The sum over c stops one channel too early: it leaves out the last channel of dZ.",
            Spanish = "La suma sobre c termina un canal antes: deja afuera el último canal de dZ.",
            LookAt = Products,
        },
        "corners-swapped" => mistake with
        {
            English = "h and w are swapped: in kh and kw, or in the index, dZ[i, w, h].",
            Spanish = "h y w están intercambiados: en kh y kw, o en el índice, dZ[i, w, h].",
            LookAt = "kh, kw, dZ[i, h, w]",
        },
        "column-from-row" => mistake with
        {
            English = "Windows start at column h * stride instead of w * stride: kw comes from h.",
            Spanish = "Las ventanas empiezan en la columna h * stride en vez de w * stride: kw sale de h.",
            LookAt = "kw",
        },
        "row-from-column" => mistake with
        {
            English = "Windows start at row w * stride instead of h * stride: kh comes from w.",
            Spanish = "Las ventanas empiezan en la fila w * stride en vez de h * stride: kh sale de w.",
            LookAt = "kh",
        },
        "padding-doubled" => mistake with
        {
            English = "The pad counts twice: kh = row + 2 * pad - h * stride instead of row + pad - h * stride, and kw likewise.",
            Spanish = "El pad cuenta dos veces: kh = row + 2 * pad - h * stride en vez de row + pad - h * stride, y kw igual.",
            LookAt = "kh, kw",
        },
        "upstream-of-corner" => mistake with
        {
            English = "dZ is read at the window's corner, dZ[i, h * stride, w * stride], instead of at its index, dZ[i, h, w].",
            Spanish = "dZ se lee en el vértice de la ventana, dZ[i, h * stride, w * stride], en vez de en su índice, dZ[i, h, w].",
            LookAt = "dZ[i, h, w]",
        },
        "channels-counted-as-filters" => mistake with { LookAt = "W" },
        "gradient-overwritten" => mistake with
        {
            English = "Each product overwrites the sum of its cell, with =, instead of adding to it, with +=: the last one is left.",
            Spanish = "Cada producto sobrescribe la suma de su celda, con =, en vez de sumarse, con +=: queda el último.",
            LookAt = Products,
        },
        _ => Renamed(mistake, ("vert_start", "kh"), ("horiz_start", "kw"), ("dZ[i, h, w, c]", "dZ[i, h, w]"), ("W, c", "W")),
    };

    private static Bilingual Only(string english, string spanish) => new(
        $"Of a window only {english} is in columns; the rest is 0.", $"De una ventana está solo {spanish} en columns; el resto es 0.");

    private static Bilingual Missing(string english, string spanish) => new(
        $"{english} of a window is missing in columns: it is 0.", $"En columns falta {spanish} de la ventana: es 0.");

    // The longer names first.
    private static Mistake Renamed(Mistake mistake, params (string Name, string There)[] names)
    {
        return mistake with
        {
            English = In(mistake.English),
            Spanish = In(mistake.Spanish),
            LookAt = new(In(mistake.LookAt.English), In(mistake.LookAt.Spanish)),
        };

        string In(string text) => names.Aggregate(text, (told, name) => told.Replace(name.Name, name.There, StringComparison.Ordinal));
    }
}
