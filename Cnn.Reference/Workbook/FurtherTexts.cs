
namespace Cnn.Reference.Workbook;

/// <summary>The words around what is beyond the exercise.</summary>
internal static class FurtherTexts
{
    private const string Sizes = "int m = (int)A_prev.shape[0], n_H_prev = (int)A_prev.shape[1], n_W_prev = (int)A_prev.shape[2];";
    private const string Filters = "int f = (int)W.shape[0], n_C = (int)W.shape[3];";
    private const string Steps = "int stride = (int)hparameters.stride, pad = (int)hparameters.pad;";

    private const string Input = "La salida de la capa anterior, (m, n_H_prev, n_W_prev, n_C_prev).";
    private const string Weights = "Los filtros, (f, f, n_C_prev, n_C).", Bias = "Los bias, (1, 1, 1, n_C).", Both = "El stride y el pad.";

    public static readonly LessonText Im2Col = new(
        "Pone cada ventana en una fila, para que una convolución sea un solo producto de matrices.",
        [Input, "El lado de una ventana.", Both],
        new("columns, (m, n_H, n_W, f * f * n_C_prev): a window's cells row by row, in a row column by column, and in a cell channel by " +
            "channel.",
            "columns, (m, n_H, n_W, f * f * n_C_prev): las celdas de una ventana fila por fila, dentro de cada fila columna por columna, " +
            "y dentro de cada celda canal por canal."),
        [Sizes, "int n_C_prev = (int)A_prev.shape[3], side = (int)f;", Steps],
        [
            new("The sizes, the padding and the loops of ConvForward, without the one over filters.",
                "Los tamaños, el padding y los bucles de ConvForward, sin el de los filtros."),
            new("columns[i, h, w]: the window, laid flat.", "columns[i, h, w]: la ventana, aplanada."),
            new("When it is right, try it: what product of columns and W, reshaped, is Z without the bias?",
                "Cuando esté bien, probalo: ¿qué producto de columns y W, con otra forma, es Z sin el bias?"),
        ],
        [
            new("A slice (f, f, n_C_prev) has its cells in the order that is asked for. Only its shape is another.",
                "Un slice (f, f, n_C_prev) ya tiene sus celdas en el orden pedido. Solo cambia su forma."),
            new("reshape(-1) lays a tensor flat. f is a long, and a range takes int: side is f as an int.",
                "reshape(-1) aplana un tensor. f es long y un rango toma int: side es f como int."),
            new("columns[i, h, w] = a_slice_prev.reshape(-1); and Z is columns.matmul(W.reshape(-1, n_C)) plus b.",
                "columns[i, h, w] = a_slice_prev.reshape(-1); y Z es columns.matmul(W.reshape(-1, n_C)) más b."),
        ]);

    public static readonly LessonText ConvBackwardByGather = new(
        "El gradiente de la entrada de una convolución sin +=: cada celda junta lo de las ventanas que la contienen.",
        ["El gradiente del costo respecto de Z, (m, n_H, n_W, n_C).", Weights, Both, "Filas y columnas de A_prev."],
        new("dA_prev, (m, n_H_prev, n_W_prev, n_C_prev).", "dA_prev, (m, n_H_prev, n_W_prev, n_C_prev)."),
        [
            "int m = (int)dZ.shape[0], n_H = (int)dZ.shape[1], n_W = (int)dZ.shape[2];",
            "int f = (int)W.shape[0], n_C_prev = (int)W.shape[2];",
            "int n_H_prev = (int)shape.n_H_prev, n_W_prev = (int)shape.n_W_prev;", Steps,
        ],
        [
            new("Loops over the cells of dA_prev: images i, rows, columns.",
                "Bucles sobre las celdas de dA_prev: imágenes i, filas, columnas."),
            new("For each window (h, w): where in it does the cell lie, row kh and column kw? Perhaps nowhere.",
                "Para cada ventana (h, w): ¿dónde está la celda en ella, fila kh y columna kw? Quizás en ningún lado."),
            new("Add up W[kh, kw] times dZ[i, h, w] over those windows and all filters; that is the cell's gradient, written once.",
                "Sumá W[kh, kw] por dZ[i, h, w] sobre esas ventanas y todos los filtros: el gradiente de la celda, escrito una sola vez."),
        ],
        [
            new("Forwards, row h * stride + kh - pad of the image was cell kh of window h. Here the row is known: which kh?",
                "En el forward, la fila h * stride + kh - pad de la imagen era la celda kh de la ventana h. Acá se sabe la fila: ¿qué kh?"),
            new("kh = row + pad - h * stride; the window holds the row where kh is at least 0 and less than f.",
                "kh = row + pad - h * stride; la ventana contiene la fila si kh es al menos 0 y menor que f."),
            new("da += (W[kh, kw] * dZ[i, h, w]).sum(-1); adds up over the filters, for all channels at once.",
                "da += (W[kh, kw] * dZ[i, h, w]).sum(-1); suma sobre los filtros, para todos los canales a la vez."),
        ]);

    public static readonly LessonText DilatedConvForward = new(
        "Convolución con ventanas que tienen huecos: dilation - 1 celdas entre dos que cuentan.",
        [Input, Weights, Bias, Both, "De una celda de la ventana a la siguiente, al menos 1."],
        new("Z, (m, n_H, n_W, n_C).", "Z, (m, n_H, n_W, n_C)."),
        [Sizes, Filters, Steps, "int gap = (int)dilation;"],
        [
            new("How many rows a window spans, from its first cell to its last.",
                "Cuántas filas abarca una ventana, de su primera celda a la última."),
            new("n_H and n_W by the formula, with that in place of f.", "n_H y n_W con la fórmula, con eso en lugar de f."),
            new("The loops of ConvForward; the slice takes every dilation-th row and column.",
                "Los bucles de ConvForward; el slice toma una de cada dilation filas y columnas."),
        ],
        [
            new("f cells have f - 1 steps of dilation between them: the window spans (f - 1) * dilation + 1 rows.",
                "Entre f celdas hay f - 1 pasos de dilation: la ventana abarca (f - 1) * dilation + 1 filas."),
            new("A slice with a step is TensorIndex.Slice(start, stop, step); it stands among the indices as a range does.",
                "Un slice con paso es TensorIndex.Slice(start, stop, step); va entre los índices igual que un rango."),
            new("With reach the rows that a window spans, rows and columns in a slice are\n" +
                "TensorIndex.Slice(vert_start, vert_start + reach, gap)\n" +
                "TensorIndex.Slice(horiz_start, horiz_start + reach, gap)\nand all channels are TensorIndex.Colon.",
                "Si reach son las filas que abarca una ventana, las filas y columnas del slice son\n" +
                "TensorIndex.Slice(vert_start, vert_start + reach, gap)\n" +
                "TensorIndex.Slice(horiz_start, horiz_start + reach, gap)\ny todos los canales son TensorIndex.Colon."),
        ]);

    public static readonly LessonText GroupedConvForward = new(
        "Convolución con filtros que ven, cada uno, un solo grupo de canales.",
        [Input, "Los filtros, (f, f, n_C_prev / groups, n_C).", Bias, Both,
            "En cuántos grupos se dividen los canales y los filtros; en partes iguales."],
        new("Z, (m, n_H, n_W, n_C).", "Z, (m, n_H, n_W, n_C)."),
        [Sizes, Filters, Steps, "int count = (int)groups;"],
        [
            new("How many channels a filter sees, and how many filters are in a group.",
                "Cuántos canales ve un filtro, y cuántos filtros hay en un grupo."),
            new("The loops of ConvForward. Filter c is of one group: which, and which channels does it see?",
                "Los bucles de ConvForward. El filtro c es de un grupo: ¿de cuál, y qué canales ve?"),
            new("The slice holds those channels only.", "El slice tiene solo esos canales."),
        ],
        [
            new("The first n_C / groups filters are of group 0, the next of group 1. The channels are divided alike.",
                "Los primeros n_C / groups filtros son del grupo 0, los que siguen del grupo 1. Los canales se dividen igual."),
            new("The group of filter c is c / (n_C / count); a group has W.shape[2] channels.",
                "El grupo del filtro c es c / (n_C / count); un grupo tiene W.shape[2] canales."),
            new("The slice's last index is first..(first + channels), with channels = (int)W.shape[2] and first = group * channels.",
                "El último índice del slice es first..(first + channels), con channels = (int)W.shape[2] y first = group * channels."),
        ]);
}
