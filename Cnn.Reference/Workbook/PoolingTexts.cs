using Cnn.Reference.Printing;

namespace Cnn.Reference.Workbook;

/// <summary>The words around the functions of a pooling layer.</summary>
internal static class PoolingTexts
{
    private const string Steps = "int stride = (int)hparameters.stride, f = (int)hparameters.f;";

    private static readonly Bilingual Corners = new(
        "vert_start, vert_end, horiz_start, horiz_end: where window (h, w) lies in the image. A pool has no padding.",
        "vert_start, vert_end, horiz_start, horiz_end: dónde está la ventana (h, w) en la imagen. Un pool no tiene padding.");

    private static readonly Bilingual Innermost = new(
        "Loops over images i, rows h, columns w and channels c; in the innermost:",
        "Bucles sobre imágenes i, filas h, columnas w y canales c; en el de más adentro:");

    private static readonly Bilingual Slice = new(
        "The window of one channel: A_prev[i, vert_start..vert_end, horiz_start..horiz_end, c].",
        "La ventana de un canal: A_prev[i, vert_start..vert_end, horiz_start..horiz_end, c].");

    public static readonly LessonText PoolForward = new(
        "Reduce a un solo valor cada ventana f x f de cada canal (ejercicio, sección 4.1).",
        ["La salida de la capa anterior, (m, n_H_prev, n_W_prev, n_C_prev).", "El stride y f; el pad es 0.",
            "Si una ventana da su valor máximo o su promedio."],
        new("A, (m, n_H, n_W, n_C).", "A, (m, n_H, n_W, n_C)."),
        [
            "int m = (int)A_prev.shape[0], n_H_prev = (int)A_prev.shape[1], n_W_prev = (int)A_prev.shape[2], n_C = (int)A_prev.shape[3];",
            Steps,
        ],
        [
            new("n_H and n_W by the formula, without a pad, rounded down.", "n_H y n_W con la fórmula, sin pad, redondeando para abajo."),
            new("A: zeros, (m, n_H, n_W, n_C).", "A: ceros, (m, n_H, n_W, n_C)."),
            Innermost,
            Corners,
            new("a_prev_slice: that window of image i, of channel c alone.", "a_prev_slice: esa ventana de la imagen i, solo del canal c."),
            new("A[i, h, w, c]: its maximum or its mean, as mode says.", "A[i, h, w, c]: su máximo o su promedio, según mode."),
        ],
        [
            new("It is ConvForward without filters: the same loops and corners. Each channel of the input makes the same channel of the " +
                "output.",
                "Es ConvForward sin filtros: los mismos bucles y vértices. Cada canal de la entrada hace el mismo canal de la salida."),
            new("n_H = (n_H_prev - f) / stride + 1, and n_W likewise.", "n_H = (n_H_prev - f) / stride + 1, y n_W igual."),
            Slice,
            new("A[i, h, w, c] =\n    mode == PoolMode.Max ? max(a_prev_slice) : mean(a_prev_slice);",
                "A[i, h, w, c] =\n    mode == PoolMode.Max ? max(a_prev_slice) : mean(a_prev_slice);"),
        ])
    {
        HintsInNumpy = new Dictionary<int, Bilingual>
        {
            [4] = new("A[i, h, w, c] = np.max(a_prev_slice), or np.mean(a_prev_slice) where mode is \"average\".",
                "A[i, h, w, c] = np.max(a_prev_slice), o np.mean(a_prev_slice) si mode es \"average\"."),
        },
    };

    public static readonly LessonText CreateMaskFromWindow = new(
        "Marca dónde está el máximo de una ventana (ejercicio, sección 2: \"Create mask\").",
        ["Una ventana de un canal, (f, f) o cualquier otro rectángulo con al menos una celda."],
        new("The mask, of the shape of x and of type bool: true where x has its maximum.",
            "La máscara, con la forma de x y de tipo bool: true donde x tiene su máximo."),
        [],
        [
            new("The largest number of x.", "El número más grande de x."),
            new("For every cell: is it that number? Of several that are, all are marked.",
                "Para cada celda: ¿es ese número? Si son varias, se marcan todas."),
        ],
        [
            new("max(x) is the largest of all cells.", "max(x) es el más grande de todas las celdas."),
            new("A comparison of two tensors gives a tensor of bool, as in numpy. One of the two may be a single number.",
                "Comparar dos tensores da un tensor de bool, como en numpy. Uno de los dos puede ser un solo número."),
            new("x > 3 is a tensor of bool, true where a cell is greater than 3. Which comparison is true at the maximum alone?",
                "x > 3 es un tensor de bool, true donde una celda es mayor que 3. ¿Qué comparación es true solo en el máximo?"),
        ])
    {
        HintsInNumpy = new Dictionary<int, Bilingual>
        {
            [1] = new("np.max(x) is the largest of all cells.", "np.max(x) es el más grande de todas las celdas."),
            [2] = new("A comparison of two arrays gives an array of bool. One of the two may be a single number.",
                "Comparar dos arrays da un array de bool. Uno de los dos puede ser un solo número."),
        },
    };

    public static readonly LessonText DistributeValue = new(
        "Reparte un valor en partes iguales en una ventana (ejercicio, sección 2: \"Distribute value\").",
        ["El valor.", "Los lados de la ventana, cada uno al menos 1."],
        new("The window, (n_H, n_W), of type Float64.", "La ventana, (n_H, n_W), de tipo Float64."),
        [],
        [
            new("How much each cell gets.", "Cuánto le toca a cada celda."),
            new("A window (n_H, n_W) with that in every cell.", "Una ventana (n_H, n_W) con eso en cada celda."),
        ],
        [
            new("The sum of all cells is dz again. How many cells are there?",
                "La suma de todas las celdas vuelve a ser dz. ¿Cuántas celdas hay?"),
            new("ones(shape.n_H, shape.n_W, dtype: ScalarType.Float64) is a window of ones; without dtype it would be Float32.",
                "ones(shape.n_H, shape.n_W, dtype: ScalarType.Float64) es una ventana de unos; sin dtype sería Float32."),
            new("A tensor times a number multiplies every cell: ones times the share of one cell, which is dz divided by their number.",
                "Un tensor por un número multiplica cada celda: los unos por la parte de una celda, que es dz dividido por cuántas son."),
        ])
    {
        HintsInNumpy = new Dictionary<int, Bilingual>
        {
            [2] = new("np.ones(shape) is a window of ones.", "np.ones(shape) es una ventana de unos."),
        },
    };

    public static readonly LessonText PoolBackward = new(
        "El gradiente de una capa de pooling (ejercicio, sección 2: \"Pooling backward\").",
        [
            "El gradiente del costo respecto de A, (m, n_H, n_W, n_C).", "La entrada, (m, n_H_prev, n_W_prev, n_C).", "El stride y f.",
            "El modo del forward pass, que el backward pass debe repetir.",
        ],
        new("dA_prev, of the shape of A_prev.", "dA_prev, con la forma de A_prev."),
        ["int m = (int)dA.shape[0], n_H = (int)dA.shape[1], n_W = (int)dA.shape[2], n_C = (int)dA.shape[3];", Steps],
        [
            new("dA_prev: zeros of the shape of A_prev.", "dA_prev: ceros con la forma de A_prev."),
            Innermost,
            Corners,
            new("Max: the cells that are the window's maximum get dA[i, h, w, c]; CreateMaskFromWindow is yours already.",
                "Max: las celdas que son el máximo de la ventana reciben dA[i, h, w, c]; CreateMaskFromWindow ya la escribiste."),
            new("Average: every cell of the window gets its share; DistributeValue is yours already.",
                "Average: cada celda de la ventana recibe su parte; DistributeValue ya la escribiste."),
        ],
        [
            new("The loops of PoolForward, the other way: what came from a window goes back to it. Windows may overlap: += it.",
                "Los bucles de PoolForward al revés: lo que salió de una ventana vuelve a ella. Las ventanas pueden superponerse: usá +=."),
            Slice,
            new("Max:\ndA_prev[i, vert_start..vert_end, horiz_start..horiz_end, c] +=\n" +
                "    CreateMaskFromWindow(a_prev_slice) * dA[i, h, w, c];",
                "Max:\ndA_prev[i, vert_start..vert_end, horiz_start..horiz_end, c] +=\n" +
                "    CreateMaskFromWindow(a_prev_slice) * dA[i, h, w, c];"),
            new("Average: the same with DistributeValue(dA[i, h, w, c].item<double>(), (f, f)) in place of the product.",
                "Average: lo mismo con DistributeValue(dA[i, h, w, c].item<double>(), (f, f)) en vez del producto."),
        ])
    {
        HintsInNumpy = new Dictionary<int, Bilingual>
        {
            [4] = new("Average: the same with DistributeValue(dA[i, h, w, c], (f, f)) in place of the product.",
                "Average: lo mismo con DistributeValue(dA[i, h, w, c], (f, f)) en vez del producto."),
        },
    };
}
