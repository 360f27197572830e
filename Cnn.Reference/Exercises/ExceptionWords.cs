using System.Globalization;
using System.Text.RegularExpressions;
using Cnn.Reference.Printing;

namespace Cnn.Reference.Exercises;

/// <summary>What the messages of common exceptions mean, in plain words: libtorch's, .NET's, numpy's.</summary>
internal static partial class ExceptionWords
{
    private static readonly Bilingual OtherTypes = new(
        "The types of the numbers do not fit: here all are Float64. A_prev.new_zeros(...) has the type of A_prev, zeros(...) has not; " +
        ".to(ScalarType.Float64) converts.",
        "Los tipos de los números no coinciden: acá todos son Float64. A_prev.new_zeros(...) tiene el tipo de A_prev, zeros(...) no; " +
        ".to(ScalarType.Float64) convierte.");

    private static readonly Bilingual Several = new(
        "One cell takes one number, and here are several.", "Una celda lleva un solo número, y acá hay varios.");

    private static readonly Bilingual Empty = new(
        "A window is empty: it begins where it ends, or outside of the image.",
        "Una ventana está vacía: empieza donde termina, o fuera de la imagen.");

    private static readonly Bilingual Negative = new(
        "A size is negative. Look at the formula of n_H and n_W.", "Un tamaño es negativo. Mirá la fórmula de n_H y n_W.");

    private static readonly Bilingual NoAxis = new("There is no axis $1; they are counted from 0.", "No hay eje $1; se cuentan desde 0.");

    private static readonly Bilingual OutOfRange = new(
        "An index is out of range; they count from 0.", "Un índice está fuera de rango; se cuentan desde 0.");

    private static readonly Bilingual TooManyIndices = new(
        "There are more indices than axes.", "Hay más índices que ejes.");

    // Why shapes that should be equal are not.
    private static readonly Bilingual CutShort = new(
        "Perhaps a slice runs off the border, where it is cut short: look at where it begins and ends, and at n_H, n_W. Or an index is " +
        "missing, or of another axis.",
        "Quizás un slice se sale del borde, donde queda cortado: mirá dónde empieza y dónde termina, y n_H, n_W. O falta un índice, " +
        "o es de otro eje.");

    private static readonly Bilingual OtherRank = new(
        "One array has more axes than the other: is an index missing, as in A_prev_pad[i] or W[:, :, :, c]?",
        "Un array tiene más ejes que el otro: ¿falta un índice, como en A_prev_pad[i] o W[:, :, :, c]?");

    // A message, as far as it is known, and what it means; $1 is what stands in the first parentheses.
    private static readonly (Regex Message, Bilingual Meaning)[] Known =
    [
        (OtherSizes(), new(
            $"The shapes of two tensors do not fit: along axis $3 one has $1, the other $2. {CutShort.English}",
            $"Las formas de dos tensores no coinciden: en el eje $3 uno tiene $1 y el otro $2. {CutShort.Spanish}")),
        (OtherSizeThanPlace(), new(
            "The place and what is put there have different shapes: along axis $3 the place has $1, the other $2.",
            "El lugar y lo que se pone ahí tienen formas distintas: en el eje $3 el lugar tiene $1, lo otro $2.")),
        (OtherShapeThanPlace(), new(
            "A result of shape ($2) does not fit into a place of shape ($1); () is one cell.",
            "Un resultado de forma ($2) no entra en un lugar de forma ($1); () es una celda.")),
        (IndexOfTensor(), new(
            "Index $1 is out of range, in a tensor or a part of one of shape ($2).",
            "El índice $1 está fuera de rango, en un tensor o una parte de uno de forma ($2).")),
        (NoMoreAxes(), TooManyIndices),
        (NotOneCell(), new(
            "Only a tensor with one cell can become a number.", "Solo un tensor de una celda se puede convertir en un número.")),
        (ItemOfOtherType(), new(
            "The number is asked for in another type than the tensor's, which is $1; of Float64 it is item<double>().",
            "El número se pide en otro tipo que el del tensor, que es $1; de Float64 es item<double>().")),
        (OtherCount(), new(
            "A tensor of $2 cells cannot have the shape ($1).", "Un tensor de $2 celdas no puede tener la forma ($1).")),
        (OtherAxis(), NoAxis),
        (NegativeSize(), Negative),
        (NothingToReduce(), Empty),
        (OtherDtypes(), OtherTypes),
        (WrongPadding(), new(
            "nn.functional.pad takes two numbers an axis, from the last axis to the first, of axes that are there.",
            "nn.functional.pad toma dos números por eje, del último eje al primero, de ejes que existan.")),
        (WrongProduct(), new(
            "A product of matrices needs as many columns in the first as rows in the second; cell by cell it is *.",
            "Un producto de matrices necesita tantas columnas en la primera como filas en la segunda; celda por celda es *.")),
        (WrongParts(), new(
            "The tensors that are joined have different shapes.", "Los tensores que se juntan tienen formas distintas.")),
        (DisposedTensor(), new("A tensor is used that was disposed.", "Se usa un tensor que fue liberado.")),
        (NoMemory(), new(
            "A tensor is too large for the memory. Look at its sizes.",
            "Un tensor es demasiado grande para la memoria. Mirá sus tamaños.")),
        (ArrayIndex(), OutOfRange),
        (RangeEnd(), new(
            "An index, or an end of a range, is negative. From the end it is ^1.",
            "Un índice, o un extremo de un rango, es negativo. Desde el final es ^1.")),
        (Null(), new("Something is used that is null.", "Se usa algo que es null.")),
        (NotImplemented(), new(
            "It calls something that is not written yet, or throws that itself.",
            "Llama a algo que todavía no está escrito, o lo lanza ella misma.")),
        (Division(), new("A whole number is divided by 0. Is it the stride?", "Se divide un número entero por 0. ¿Es el stride?")),
        (NumpyShapes(), new(
            $"The shapes of two arrays do not fit: $1. {CutShort.English}",
            $"Las formas de dos arrays no coinciden: $1. {CutShort.Spanish}")),
        (NumpyRanks(), new(
            $"The shapes of two arrays do not fit: $1. {OtherRank.English}",
            $"Las formas de dos arrays no coinciden: $1. {OtherRank.Spanish}")),
        (NumpyPairs(), new(
            "np.pad takes a pair for each axis: with four axes, four pairs.",
            "np.pad lleva un par por cada eje: con cuatro ejes, cuatro pares.")),
        (NumpyProduct(), new(
            "A product of matrices needs as many columns in the first as rows in the second; cell by cell it is *.",
            "Un producto de matrices necesita tantas columnas en la primera como filas en la segunda; celda por celda es *.")),
        (NumpyShapeAsType(), new(
            "A shape is one tuple: np.zeros((n_H, n_W)), with two pairs of parentheses.",
            "Una forma es una sola tupla: np.zeros((n_H, n_W)), con paréntesis dobles.")),
        (NumpyOutput(), new(
            "A result of shape ($2) does not fit into a place of shape ($1).",
            "Un resultado de forma ($2) no entra en un lugar de forma ($1).")),
        (NumpyEmptyPlace(), new(
            "What is assigned has the shape ($1), its place ($2), which is empty: with pad = 0, pad:-pad is 0:0.",
            "Lo que se asigna tiene forma ($1), su lugar ($2), que está vacío: con pad = 0, pad:-pad es 0:0.")),
        (NumpyPlace(), new(
            "What is assigned has the shape ($1), its place ($2).", "Lo que se asigna tiene forma ($1), su lugar ($2).")),
        (NumpyIndex(), new(
            "Index $1 is out of range: axis $2 is of size $3, and indices count from 0.",
            "El índice $1 está fuera de rango: el eje $2 es de tamaño $3, y los índices se cuentan desde 0.")),
        (NumpyManyIndices(), TooManyIndices),
        (NumpySequence(), Several),
        (NumpyCount(), new(
            "An array of $1 cells cannot have the shape ($2).", "Un array de $1 celdas no puede tener la forma ($2).")),
        (NumpyAxis(), NoAxis),
        (NumpyNegative(), Negative),
        (NumpyEmpty(), Empty),
        (NumpyNotOneCell(), new(
            "Only an array with one cell can become a number.", "Solo un array de una celda se puede convertir en un número.")),
        (NumpyTruth(), new(
            "An if, and, or takes one truth value, and here is an array of them. Python's own max and min compare so, too: " +
            "np.max takes arrays.",
            "Un if, and, or toma un solo valor de verdad, y acá hay un array de ellos. Así comparan también max y min de Python: " +
            "para arrays está np.max.")),
        (PythonNotWhole(), new(
            "Indices and sizes must be whole numbers, int: // divides to one, / does not.",
            "Los índices y tamaños deben ser números enteros, int: // da un entero, / no.")),
        (PythonName(), new(
            "There is no $1 here, or not yet. Is it a slip, or was it not set before?",
            "Acá no hay $1, o todavía no. ¿Es un error de tipeo, o falta asignarlo antes?")),
        (PythonNone(), new(
            "Something is used that is None. A function without return gives that.",
            "Se usa algo que es None. Eso da una función sin return.")),
        (PythonDictionary(), new(
            "A dictionary is read as in hparameters[\"$1\"].", "Un diccionario se lee así: hparameters[\"$1\"].")),
        (PythonManyValues(), new(
            "There are more values than names for them, which are $1.", "Hay más valores que nombres, que son $1.")),
        (PythonFewValues(), new("There are $1 names for $2 values.", "Hay $1 nombres para $2 valores.")),
        (PythonKey(), new("The dictionary has no $1.", "El diccionario no tiene $1.")),
        (PythonIndex(), OutOfRange),
        (PythonRecursion(), new("It calls itself without an end.", "Se llama a sí misma sin fin.")),
    ];

    /// <summary>What a message means; null where it is none of these.</summary>
    public static Bilingual? Of(string message)
    {
        foreach (var (known, meaning) in Known)
            if (known.Match(message) is { Success: true } match)
                return new(match.Result(meaning.English), match.Result(meaning.Spanish));
        return null;
    }

    /// <summary>The same without a guess at what is wrong, where that is known.</summary>
    public static Bilingual WithoutGuess(Bilingual text) => new(
        text.English.Replace($" {CutShort.English}", "", StringComparison.Ordinal),
        text.Spanish.Replace($" {CutShort.Spanish}", "", StringComparison.Ordinal));

    /// <summary>Whether a maximum was taken of nothing.</summary>
    public static bool IsOfNothing(string message) => NothingToReduce().IsMatch(message) || NumpyEmpty().IsMatch(message);

    /// <summary>Whether a range of C# began or ended before 0.</summary>
    public static bool IsOfNegativeRange(string message) => RangeEnd().IsMatch(message);

    /// <summary>Two sizes that should be one, where libtorch names these; null where it does not.</summary>
    public static (long One, long Other)? Sizes(string message) =>
        new[] { OtherSizes(), OtherSizeThanPlace() }.Select(each => each.Match(message)).FirstOrDefault(match => match.Success) is { } match
            ? (Number(match.Groups[1].Value), Number(match.Groups[2].Value)) : null;

    /// <summary>An index that was out of range, and the sizes of what it was looked for in, of which one is its own.</summary>
    public static (long Index, long[] Sizes)? Index(string message)
    {
        if (NumpyIndex().Match(message) is { Success: true } numpy)
            return (Number(numpy.Groups[1].Value), [Number(numpy.Groups[3].Value)]);
        return IndexOfTensor().Match(message) is { Success: true } tensor
            ? (Number(tensor.Groups[1].Value), [.. tensor.Groups[2].Value.Split(", ").Select(Number)]) : null;
    }

    private static long Number(string digits) => long.Parse(digits, CultureInfo.InvariantCulture);
}
