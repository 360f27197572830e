using Cnn.Reference.Tensors;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Gradients that are not added up, not multiplied by the gradient of the output, or averaged.</summary>
internal static class GradientMistakes
{
    public static readonly Mistake[] All =
    [
        new("gradient-overwritten",
            "Each window overwrites the gradient of its cells, with =, instead of adding to it, with +=.",
            "Cada ventana sobrescribe el gradiente de sus celdas, con =, en vez de sumarle, con +=.",
            Names.Adding("dA_prev_pad"), Places.Backward, WindowByWindow.Overwritten)
        {
            IsOfOverlap = true,
            SeenIn =
            [
                "FluxML/NNlib.jl#205",
                "jmschrei/tangermeme#95",
                "0809zheng/CS231n-assignment2019#19",
                "devitocodes/joey#5",
            ],
        },
        new("input-gradient-left-zero",
            "Nothing is written into dA_prev: it holds the zeros that it was made with.",
            "No se escribe nada en dA_prev: tiene los ceros con que se creó.",
            "dA_prev", Places.ConvBackward, Changes.GradInput((gradInput, _) => zeros_like(gradInput))),
        new("pool-gradient-left-zero",
            "dA_prev is 0 everywhere: nothing is written into it, or nothing but zeros, as 1 / (f * f) of integers is in C#.",
            "dA_prev es 0 en todas partes: no se escribe nada, o nada más que ceros, como lo es en C# 1 / (f * f) entre enteros.",
            "dA_prev", Places.PoolBackward, Changes.GradInput((gradInput, _) => zeros_like(gradInput))),
        new("weight-gradient-left-zero",
            "Nothing is written into dW: it holds the zeros that it was made with.",
            "No se escribe nada en dW: tiene los ceros con que se creó.",
            Names.Adding("dW"), Places.ConvBackward, Changes.GradWeight((gradWeight, _) => zeros_like(gradWeight))),
        new("bias-gradient-left-zero",
            "Nothing is written into db: it holds the zeros that it was made with.",
            "No se escribe nada en db: tiene los ceros con que se creó.",
            Names.Adding("db"), Places.ConvBackward, Changes.GradBias((gradBias, _) => zeros_like(gradBias))),
        new("input-gradient-of-first-image",
            "dA_prev of the first image only is written: the others are zeros.",
            "Solo se escribe dA_prev de la primera imagen: las otras son ceros.",
            "dA_prev", Places.ConvBackward, Changes.GradInput((gradInput, _) => SumMistakes.FirstAlong(gradInput, 0))),
        new("input-gradient-of-last-image",
            "dA_prev of the last image only is written, behind the loop over the images instead of in it: the others are zeros.",
            "Solo se escribe dA_prev de la última imagen, después del bucle sobre las imágenes en vez de adentro: las otras son ceros.",
            "dA_prev", Places.ConvBackward, Changes.GradInput((gradInput, _) => SumMistakes.FirstAlong(gradInput.flip(0), 0).flip(0))),
        new("gradient-subtracted",
            "Gradients have the wrong sign: they are subtracted, with -= for +=, or dZ is taken with a minus.",
            "Los gradientes tienen el signo cambiado: se restan, con -= en vez de +=, o dZ se toma con un menos.",
            new("the line with -=, or the minus sign", "la línea con -=, o el signo menos"), Places.Backward,
            (call, compute) => Negated(compute(call))),
        new("weight-gradient-transposed",
            "Rows and columns of dW are swapped.",
            "Las filas y columnas de dW están intercambiadas.",
            "dW", Places.ConvBackward, Changes.GradWeight((gradWeight, _) => gradWeight.transpose(2, 3))),
        new("weight-gradient-flipped",
            "dW is flipped along height and width.",
            "dW está invertido a lo alto y a lo ancho.",
            "dW", Places.ConvBackward, Changes.GradWeight((gradWeight, _) => gradWeight.flip(2, 3))),
        new("input-gradient-begins-with-input",
            "dA_prev begins as a copy of A_prev instead of zeros.",
            "dA_prev empieza como una copia de A_prev en vez de ceros.",
            "dA_prev", Places.Backward, Changes.GradInput((gradInput, call) => gradInput.Plus(call.Input))),
        new("weight-gradient-begins-with-weight",
            "dW begins as a copy of W instead of zeros.",
            "dW empieza como una copia de W en vez de ceros.",
            "dW", Places.ConvBackward, Changes.GradWeight((gradWeight, call) => gradWeight.Plus(call.Weight!))),
        new("bias-gradient-begins-with-bias",
            "db begins as a copy of b instead of zeros.",
            "db empieza como una copia de b en vez de ceros.",
            "db", Places.ConvBackward, Changes.GradBias((gradBias, call) => call.Bias is { } bias ? gradBias.Plus(bias) : gradBias)),
        new("bias-added-to-bias-gradient",
            "The bias is added to db once a window.",
            "A db se le suma el bias una vez por ventana.",
            Names.Adding("db"), Places.ConvBackward, Changes.GradBias((gradBias, call) =>
                call.Bias is { } bias ? gradBias.Plus(bias.Times(call.GradOutput!.numel() / call.GradOutput.shape[1])) : gradBias)),
        new("weight-gradient-overwritten",
            "Each window overwrites dW, with =, instead of adding to it, with +=: the last window is left.",
            "Cada ventana sobrescribe dW, con =, en vez de sumarle, con +=: queda la última ventana.",
            Names.Adding("dW"), Places.ConvBackward,
            (call, compute) => compute(call) with { GradWeight = OfLastWindow(call, compute).GradWeight }),
        new("bias-gradient-overwritten",
            "Each window overwrites db, with =, instead of adding to it, with +=: the last window is left.",
            "Cada ventana sobrescribe db, con =, en vez de sumarle, con +=: queda la última ventana.",
            Names.Adding("db"), Places.ConvBackward,
            (call, compute) => compute(call) with { GradBias = OfLastWindow(call, compute).GradBias }),
        .. OfBoth(
            "gradient-of-last-image", "of the last image only, not summed over the batch.",
            ("solo los de la última imagen: no se suman sobre el lote.", "solo el de la última imagen: no se suma sobre el lote."),
            "son", "es",
            (call, compute) => compute(call with { GradOutput = LastImage(call.GradOutput!) }),
            "mlpack/mlpack#3679", "LBANN/lbann#1022"),
        new("upstream-ignored",
            "The gradient of the output is not used, as if it were 1 everywhere.",
            "No se usa el gradiente de la salida, como si fuera 1 en todas partes.",
            "dZ[i, h, w, c]", Places.Backward, Changes.GradOutput(gradOutput => ones_like(gradOutput))),
        new("upstream-of-first-window",
            "Every window uses the gradient of the first one.",
            "Cada ventana usa el gradiente de la primera.",
            "dZ[i, h, w, c]", Places.Backward,
            Changes.GradOutput(gradOutput => gradOutput.narrow(2, 0, 1).narrow(3, 0, 1).expand(gradOutput.shape))),
        new("upstream-of-first-image",
            "Every image uses the gradient of the first, Z_here[0, h, w, c].",
            "Cada imagen usa el gradiente de la primera, Z_here[0, h, w, c].",
            "dZ[i, h, w, c]", Places.Backward, Changes.GradOutput(gradOutput => gradOutput.narrow(0, 0, 1).expand(gradOutput.shape))),
        new("upstream-of-first-channel",
            "Every channel uses the gradient of the first, Z_here[i, h, w, 0].",
            "Cada canal usa el gradiente del primero, Z_here[i, h, w, 0].",
            "dZ[i, h, w, c]", Places.Backward, Changes.GradOutput(gradOutput => gradOutput.narrow(1, 0, 1).expand(gradOutput.shape))),
        new("upstream-summed",
            "Every window uses the sum of all of dA instead of the number dA[i, h, w, c].",
            "Cada ventana usa la suma de todo dA en vez del número dA[i, h, w, c].",
            "dA[i, h, w, c]", Places.PoolBackward, Changes.GradOutput(gradOutput => gradOutput.sum().expand(gradOutput.shape))),
        new("input-gradient-of-window",
            "dA_prev_pad gets the window of A_prev_pad times dZ[i, h, w, c]; it should be filter c of W, times that.",
            "dA_prev_pad recibe la ventana de A_prev_pad por dZ[i, h, w, c]; debería ser el filtro c de W, por eso mismo.",
            Names.Adding("dA_prev_pad"), Places.ConvBackward, (call, compute) => compute(call) with
            {
                GradInput = call.Input * compute(call with { Weight = ones_like(call.Weight!) }).GradInput!,
            }),
        new("weight-gradient-of-filter",
            "dW gets filter c of W times dZ[i, h, w, c]; it should be the window of A_prev_pad, times that.",
            "dW recibe el filtro c de W por dZ[i, h, w, c]; debería ser la ventana de A_prev_pad, por eso mismo.",
            Names.Adding("dW"), Places.ConvBackward, (call, compute) => compute(call) is var results
                ? results with { GradWeight = call.Weight! * results.GradBias!.reshape(-1, 1, 1, 1) } : null),
        new("bias-gradient-to-first-filter",
            "All of dZ is added to the first element of db, db[.., .., .., 0]: the others are zeros.",
            "Todo dZ se suma al primer elemento de db, db[.., .., .., 0]: los otros son ceros.",
            Names.Adding("db"), Places.ConvBackward,
            Changes.GradBias((gradBias, _) => SumMistakes.FirstAlong(gradBias.sum().expand(gradBias.shape), 0))),
        .. OfBoth(
            "gradient-averaged-over-images", "divided by the number of images.",
            ("divididos por la cantidad de imágenes.", "dividido por la cantidad de imágenes."), "están", "está",
            (call, compute) => Divided(compute(call), call.Input.shape[0]), "dengfy/cs231n#1"),
        .. OfBoth(
            "gradient-averaged-over-windows", "divided by the number of windows.",
            ("divididos por la cantidad de ventanas.", "dividido por la cantidad de ventanas."), "están", "está",
            (call, compute) => Divided(compute(call), call.GradOutput!.numel() / call.GradOutput.shape[1]), "sebgao/cTensor#3")
            .Where(mistake => mistake.Id != "bias-gradient-averaged-over-windows"), // which has a sentence of its own
        new("bias-gradient-averaged",
            "db is the mean of dZ over its windows instead of the sum.",
            "db es el promedio de dZ sobre sus ventanas en vez de la suma.",
            "db", Places.ConvBackward,
            Changes.GradBias((gradBias, call) => gradBias.Over(call.GradOutput!.numel() / call.GradOutput.shape[1]))),
        new("bias-gradient-of-rows",
            "db is summed over the wrong axes: over images, columns and channels, which leaves one number a row.",
            "db se suma sobre los ejes equivocados: imágenes, columnas y canales, y queda un número por fila.",
            "db", Places.ConvBackward,
            Changes.GradBias((_, call) => call.GradOutput!.sum([0, 1, 3])))
        {
            SeenIn = ["deeplearning4j/deeplearning4j#8280"],
        },
        new("gradient-is-input",
            "The input comes back instead of its gradient.",
            "Se devuelve la entrada en vez de su gradiente.",
            "dA_prev", Places.Backward, Changes.GradInput((_, call) => call.Input))
        {
            SeenIn = ["torch/nn#344"],
        },
        new("first-stride-phase-only",
            "Only every stride-th row and column of the input gets a gradient; the others stay zero.",
            "Solo una de cada stride filas y columnas de la entrada recibe gradiente; las otras quedan en cero.",
            "dA_prev", Places.ConvBackward, Changes.GradInput(FirstPhase))
        {
            SeenIn = ["ROCm/rocm-libraries#7732"],
        },
        new("upstream-slice",
            "A window is multiplied by a slice of dA, cut with the input's corners, instead of by the number dA[i, h, w, c].",
            "Una ventana se multiplica por un corte de dA, tomado con los vértices de la entrada, en vez del número dA[i, h, w, c].",
            "dA[i, h, w, c]", Places.PoolBackward, WindowByWindow.UpstreamSlice)
        {
            SeenIn =
            [
                "marsggbo/deeplearning.ai_JupyterNotebooks#6",
                "marsggbo/deeplearning.ai_JupyterNotebooks#10",
            ],
        },
        new("upstream-of-corner",
            "dZ is read at the window's corner, dZ[i, vert_start, horiz_start, c], instead of at its index, dZ[i, h, w, c].",
            "dZ se lee en el vértice de la ventana, dZ[i, vert_start, horiz_start, c], en vez de en su índice, dZ[i, h, w, c].",
            "dZ[i, h, w, c]", Places.Backward, (call, compute) =>
            {
                var ((sh, sw), gradOutput) = (call.Windows.Stride, call.GradOutput!);
                var ofCorners = gradOutput.slice(2, 0, gradOutput.shape[2], sh).slice(3, 0, gradOutput.shape[3], sw);
                return compute(call with { GradOutput = Changes.Fit(ofCorners, call.Outputs()) }); // beyond its end there is none
            }),
        new("winner-overwritten",
            "One mark a cell says whether it was a maximum: the last window overwrites it, and all windows use it.",
            "Una marca por celda dice si fue máximo: la última ventana la sobrescribe y todas las ventanas la usan.",
            Names.Adding("dA_prev"), [Operation.MaxBackward], WindowByWindow.WinnerOverwritten)
        {
            SeenIn = ["ahrefs/ocannl#512"],
        },
        new("bias-gradient-of-all-filters",
            "Every element of db is the sum of dZ over all filters.",
            "Cada elemento de db es la suma de dZ sobre todos los filtros.",
            Names.Adding("db"), Places.ConvBackward,
            Changes.GradBias((gradBias, _) => gradBias.sum().expand(gradBias.shape))),
    ];

    // In dW and db, or in one of them: what is right is not spoken of.
    private static IEnumerable<Mistake> OfBoth(
        string id, string english, (string Many, string One) spanish, string they, string it, Change change, params string[] seenIn)
    {
        yield return new(
            id, $"dW and db are {english}", $"dW y db {they} {spanish.Many}", "dW, db", Places.ConvBackward,
            (call, compute) => change(call, compute) is { } wrong
                ? compute(call) with { GradWeight = wrong.GradWeight, GradBias = wrong.GradBias } : null)
        {
            SeenIn = seenIn,
        };
        yield return new(
            $"weight-{id}", $"dW is {english}", $"dW {it} {spanish.One}", "dW", Places.ConvBackward,
            (call, compute) => change(call, compute) is { } wrong ? compute(call) with { GradWeight = wrong.GradWeight } : null);
        yield return new(
            $"bias-{id}", $"db is {english}", $"db {it} {spanish.One}", "db", Places.ConvBackward,
            (call, compute) => change(call, compute) is { } wrong ? compute(call) with { GradBias = wrong.GradBias } : null);
    }

    private static Results Divided(Results results, long count) =>
        results with { GradWeight = results.GradWeight!.Over(count), GradBias = results.GradBias!.Over(count) };

    private static Results Negated(Results results) => results.Parts().Aggregate(results, (some, part) => some.With(part, -results[part]!));

    private static Results OfLastWindow(Call call, Compute compute)
    {
        var last = zeros_like(call.GradOutput!);
        long n = last.shape[0] - 1, h = last.shape[2] - 1, w = last.shape[3] - 1;
        last[n, .., h, w] = call.GradOutput![n, .., h, w];
        return compute(call with { GradOutput = last });
    }

    private static Tensor LastImage(Tensor gradOutput)
    {
        var last = zeros_like(gradOutput);
        last[^1] = gradOutput[^1];
        return last;
    }

    private static Tensor FirstPhase(Tensor gradInput, Call call)
    {
        var phase = zeros_like(gradInput);
        var (sh, sw) = call.Windows.Stride;
        phase.slice(2, 0, phase.shape[2], sh).slice(3, 0, phase.shape[3], sw).Fill(1);
        return gradInput * phase;
    }
}
