using Cnn.Reference.Printing;

namespace Cnn.Reference.Workbook;

/// <summary>The words around the functions of a convolution.</summary>
internal static class ConvolutionTexts
{
    private const string Sizes = "int m = (int)A_prev.shape[0], n_H_prev = (int)A_prev.shape[1], n_W_prev = (int)A_prev.shape[2];";
    private const string Filters = "int f = (int)W.shape[0], n_C = (int)W.shape[3];";
    private const string Steps = "int stride = (int)hparameters.stride, pad = (int)hparameters.pad;";

    private static readonly Bilingual OutputSizes = new(
        "n_H and n_W by the formula, rounded down.",
        "n_H y n_W con la fórmula, redondeando para abajo.");

    private static readonly Bilingual Corners = new(
        "vert_start, vert_end, horiz_start, horiz_end: where window (h, w) lies in the padded image.",
        "vert_start, vert_end, horiz_start, horiz_end: dónde está la ventana (h, w) en la imagen con padding.");

    private static readonly Bilingual Start = new(
        "h and w count outputs. From one output to the next the window moves by stride, so it starts at row h * stride, " +
        "and ends f rows further.",
        "h y w cuentan salidas. De una salida a la siguiente la ventana avanza stride: empieza en la fila h * stride y termina f filas " +
        "después.");

    private static readonly Bilingual Slice = new(
        "A slice in C#: a_prev_pad[vert_start..vert_end, horiz_start..horiz_end, ..]. The end is not part of it, as in Python; .. is all.",
        "Un slice en C#: a_prev_pad[vert_start..vert_end, horiz_start..horiz_end, ..]. El final no entra, como en Python; .. es todo.");

    public static readonly LessonText ZeroPad = new(
        "Rodea de ceros cada imagen de X (ejercicio, sección 3.1).",
        ["Imágenes, (m, n_H, n_W, n_C).", "Cuántos ceros a cada lado del alto y del ancho, al menos 0."],
        new("X_pad, (m, n_H + 2 pad, n_W + 2 pad, n_C).", "X_pad, (m, n_H + 2 pad, n_W + 2 pad, n_C)."),
        ["int m = (int)X.shape[0], n_H = (int)X.shape[1], n_W = (int)X.shape[2], n_C = (int)X.shape[3], p = (int)pad;"],
        [
            new("Height and width grow by pad on each side; images and channels stay as they are.",
                "El alto y el ancho crecen pad de cada lado; las imágenes y los canales quedan como están."),
            new("The new cells are 0, the ones in the middle are those of X.",
                "Las celdas nuevas son 0, las del medio son las de X."),
        ],
        [
            new("Two ways: zeros of the new size with X copied into their middle, or the function that does what np.pad does.",
                "Hay dos maneras: ceros del nuevo tamaño con X copiado en el medio, o la función que hace lo que hace np.pad."),
            new("np.pad is called nn.functional.pad here. It takes two numbers an axis, before and after, from the last axis to the " +
                "first: n_C, n_W, n_H. Axes that are not named stay as they are.",
                "np.pad acá se llama nn.functional.pad. Toma dos números por eje, antes y después, del último eje al primero: " +
                "n_C, n_W, n_H. Los ejes que no se nombran quedan como están."),
            new("nn.functional.pad(X, [0, 0, ?, ?, ?, ?]): the first two are for n_C, which gets none; with X_pad of zeros, the place " +
                "of X is " +
                "X_pad[.., p..(p + n_H), ?, ..].",
                "nn.functional.pad(X, [0, 0, ?, ?, ?, ?]): los dos primeros son para n_C, que no lleva; con X_pad de ceros, el lugar de " +
                "X es " +
                "X_pad[.., p..(p + n_H), ?, ..]."),
        ])
    {
        HintsInNumpy = new Dictionary<int, Bilingual>
        {
            [1] = new("Two ways: zeros of the new size with X copied into their middle, or np.pad.",
                "Hay dos maneras: ceros del nuevo tamaño con X copiado en el medio, o np.pad."),
            [2] = new("np.pad takes two numbers for each axis, before and after, in the order of the axes: ((0, 0), (1, 1), ...).",
                "np.pad toma dos números por cada eje, antes y después, en el orden de los ejes: ((0, 0), (1, 1), ...)."),
            [3] = new("np.pad(X, ((0, 0), ?, ?, (0, 0))): images and channels get none; with X_pad of zeros, the place of X is " +
                "X_pad[:, pad:pad + n_H, ?, :].",
                "np.pad(X, ((0, 0), ?, ?, (0, 0))): imágenes y canales no llevan; con X_pad de ceros, el lugar de X es " +
                "X_pad[:, pad:pad + n_H, ?, :]."),
        },
    };

    public static readonly LessonText ConvSingleStep = new(
        "Aplica un filtro en una posición (ejercicio, sección 3.2).",
        ["La ventana de la entrada, (f, f, n_C_prev).", "Un filtro, de la misma forma.", "Su bias, un solo elemento: (1, 1, 1)."],
        new("Z, one number: a tensor without axes.", "Z, un solo número: un tensor sin ejes."),
        [],
        [
            new("Multiply a_slice_prev and W, cell by cell.", "Multiplicá a_slice_prev y W, celda por celda."),
            new("Add up all the products.", "Sumá todos los productos."),
            new("Add the bias.", "Sumá el bias."),
        ],
        [
            new("No loop is needed: * between two tensors of one shape multiplies cell by cell.",
                "No hace falta ningún bucle: * entre dos tensores de la misma forma multiplica celda por celda."),
            new("sum(s) adds up all cells of s. b has the shape (1, 1, 1), and Z has no axes: b.squeeze() is b without its own.",
                "sum(s) suma todas las celdas de s. b tiene forma (1, 1, 1) y Z no tiene ejes: b.squeeze() es b sin los suyos."),
            new("With s = a_slice_prev * W, Z is the sum of s, and the bias is added once, to that sum.",
                "Con s = a_slice_prev * W, Z es la suma de s, y el bias se suma una sola vez, a esa suma."),
        ])
    {
        HintsInNumpy = new Dictionary<int, Bilingual>
        {
            [2] = new("np.sum(s) adds up all cells of s. b has the shape (1, 1, 1), and Z is one number: b.item() is b as a number.",
                "np.sum(s) suma todas las celdas de s. b tiene forma (1, 1, 1) y Z es un solo número: b.item() es b como número."),
        },
    };

    public static readonly LessonText ConvForward = new(
        "Aplica n_C filtros a las imágenes (ejercicio, sección 3.3).",
        [
            "La salida de la capa anterior, (m, n_H_prev, n_W_prev, n_C_prev).", "Los filtros, (f, f, n_C_prev, n_C).",
            "Los bias, (1, 1, 1, n_C).", "El stride y el pad; f es el de W.",
        ],
        new("Z, (m, n_H, n_W, n_C).", "Z, (m, n_H, n_W, n_C)."),
        [Sizes, Filters, Steps],
        [
            OutputSizes,
            new("A_prev_pad: A_prev with zeros around; ZeroPad is yours already.",
                "A_prev_pad: A_prev rodeado de ceros; ZeroPad ya la escribiste."),
            new("Z: zeros, (m, n_H, n_W, n_C).", "Z: ceros, (m, n_H, n_W, n_C)."),
            new("Loops over images i, rows h, columns w and filters c; in the innermost:",
                "Bucles sobre imágenes i, filas h, columnas w y filtros c; en el de más adentro:"),
            Corners,
            new("a_slice_prev: that window of image i, all its channels.",
                "a_slice_prev: esa ventana de la imagen i, con todos sus canales."),
            new("Z[i, h, w, c]: ConvSingleStep of it with filter c and its bias.",
                "Z[i, h, w, c]: ConvSingleStep de eso con el filtro c y su bias."),
        ],
        [
            new("n_H = (n_H_prev - f + 2 * pad) / stride + 1, and n_W likewise: integers divide rounding down. " +
                "A_prev.new_zeros(m, n_H, n_W, n_C) has the type of A_prev.",
                "n_H = (n_H_prev - f + 2 * pad) / stride + 1, y n_W igual: la división entera redondea para abajo. " +
                "A_prev.new_zeros(m, n_H, n_W, n_C) tiene el tipo de A_prev."),
            Start,
            Slice,
            new("a_prev_pad is A_prev_pad[i]: image i. Filter c is W[.., .., .., c], its bias b[.., .., .., c].",
                "a_prev_pad es A_prev_pad[i]: la imagen i. El filtro c es W[.., .., .., c], y su bias b[.., .., .., c]."),
            new("Z[i, h, w, c] =\n    ConvSingleStep(a_slice_prev, W[.., .., .., c], b[.., .., .., c]);",
                "Z[i, h, w, c] =\n    ConvSingleStep(a_slice_prev, W[.., .., .., c], b[.., .., .., c]);"),
        ])
    {
        HintsInNumpy = new Dictionary<int, Bilingual>
        {
            [1] = new("n_H = (n_H_prev - f + 2 * pad) // stride + 1, and n_W likewise: // divides rounding down. A_prev.shape has the " +
                "sizes.",
                "n_H = (n_H_prev - f + 2 * pad) // stride + 1, y n_W igual: // divide redondeando para abajo. A_prev.shape tiene los " +
                "tamaños."),
            [3] = new("A slice: a_prev_pad[vert_start:vert_end, horiz_start:horiz_end, :]. The end is not part of it; : is all.",
                "Un slice: a_prev_pad[vert_start:vert_end, horiz_start:horiz_end, :]. El final no entra; : es todo."),
        },
    };

    public static readonly LessonText ConvBackward = new(
        "Los gradientes de una convolución (ejercicio, sección 2: \"Convolution backward\").",
        [
            "El gradiente del costo respecto de Z, antes de cualquier activación, (m, n_H, n_W, n_C).",
            "La entrada, (m, n_H_prev, n_W_prev, n_C_prev).", "Los filtros, (f, f, n_C_prev, n_C).", "Los bias, (1, 1, 1, n_C).",
            "El stride y el pad.",
        ],
        new("dA_prev, dW and db, with the shapes of A_prev, W and b.", "dA_prev, dW y db, con las formas de A_prev, W y b."),
        [
            "int m = (int)dZ.shape[0], n_H = (int)dZ.shape[1], n_W = (int)dZ.shape[2], n_C = (int)dZ.shape[3];",
            "int f = (int)W.shape[0];", Steps,
        ],
        [
            new("dA_prev, dW, db: zeros of the shapes of A_prev, W, b.", "dA_prev, dW, db: ceros con las formas de A_prev, W, b."),
            new("A_prev_pad and dA_prev_pad: both with zeros around.", "A_prev_pad y dA_prev_pad: los dos rodeados de ceros."),
            new("Loops over images i, rows h, columns w and filters c of dZ; in the innermost:",
                "Bucles sobre imágenes i, filas h, columnas w y filtros c de dZ; en el de más adentro:"),
            Corners,
            new("dZ[i, h, w, c] goes back to all that made Z[i, h, w, c]: add its share to the window of dA_prev_pad, to filter c of dW, " +
                "and to bias c of db.",
                "dZ[i, h, w, c] vuelve a todo lo que hizo Z[i, h, w, c]: sumá su parte en la ventana de dA_prev_pad, en el filtro c de " +
                "dW y en el bias c de db."),
            new("Behind those loops: dA_prev is dA_prev_pad without the padding.",
                "Después de esos bucles: dA_prev es dA_prev_pad sin el padding."),
        ],
        [
            new("Z was a sum of products a * w, plus b. So dZ goes back times w to cell a, times a to weight w, and as it is to bias b.",
                "Z era una suma de productos a * w, más b. Por eso dZ vuelve por w a la celda a, por a al peso w, y tal cual al bias b."),
            new("Windows overlap, and every image uses the same filters: += everywhere, = nowhere. zeros_like(W) has the shape of W.",
                "Las ventanas se superponen y todas las imágenes usan los mismos filtros: siempre +=, nunca =. " +
                "zeros_like(W) tiene la forma de W."),
            new("With a_slice the window of A_prev_pad[i], and dz = dZ[i, h, w, c]:\n" +
                "dW[.., .., .., c] += a_slice * dz;\ndb[.., .., .., c] += dz;",
                "Con a_slice la ventana de A_prev_pad[i], y dz = dZ[i, h, w, c]:\n" +
                "dW[.., .., .., c] += a_slice * dz;\ndb[.., .., .., c] += dz;"),
            new("With da_prev_pad = dA_prev_pad[i]:\n" +
                "da_prev_pad[vert_start..vert_end, horiz_start..horiz_end, ..] +=\n    W[.., .., .., c] * dz;",
                "Con da_prev_pad = dA_prev_pad[i]:\n" +
                "da_prev_pad[vert_start..vert_end, horiz_start..horiz_end, ..] +=\n    W[.., .., .., c] * dz;"),
            new("^pad counts from the end, and so is right for pad = 0, too:\ndA_prev[i] = da_prev_pad[pad..^pad, pad..^pad, ..];",
                "^pad cuenta desde el final, y así también sirve con pad = 0:\ndA_prev[i] = da_prev_pad[pad..^pad, pad..^pad, ..];"),
        ])
    {
        HintsInNumpy = new Dictionary<int, Bilingual>
        {
            [5] = new("-pad as an end leaves nothing with pad = 0; an end that is counted from the start is right for both. n_H_prev and " +
                "n_W_prev are those of A_prev:\n" +
                "dA_prev[i] = da_prev_pad[pad:pad + n_H_prev, pad:pad + n_W_prev, :]",
                "-pad como final no deja nada con pad = 0; un final contado desde el principio sirve siempre. n_H_prev y n_W_prev son " +
                "los de A_prev:\n" +
                "dA_prev[i] = da_prev_pad[pad:pad + n_H_prev, pad:pad + n_W_prev, :]"),
        },
    };
}
