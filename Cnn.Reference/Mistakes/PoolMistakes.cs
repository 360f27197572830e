using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Maxima of the wrong cells, and averages with the wrong divisor.</summary>
internal static class PoolMistakes
{
    private static readonly Operation[] Mask = [Operation.Mask];

    private static readonly Operation[] PoolAverage = [Operation.AverageForward, Operation.AverageBackward];

    private static readonly Operation[] MaxForward = [Operation.MaxForward];

    public static readonly Mistake[] All =
    [
        new("pool-output-left-zero",
            "A is 0 everywhere: nothing is written into it, or nothing but zeros, as 1 / (f * f) of integers is in C#.",
            "A es 0 en todas partes: no se escribe nada, o nada más que ceros, como lo es en C# 1 / (f * f) entre enteros.",
            "A[i, h, w, c] =", Places.PoolForward, Changes.Output((output, _) => zeros_like(output))),
        new("pool-mode-ignored",
            "The other mode is computed: the average instead of the maximum, or the maximum instead of the average.",
            "Se calcula el otro modo: el promedio en vez del máximo, o el máximo en vez del promedio.",
            "mode", Places.Pool, (call, compute) => compute(call with { Operation = OtherMode(call.Operation) })),
        new("pool-mixes-channels",
            "A window holds all channels: the slice lacks the index c.",
            "Una ventana abarca todos los canales: al corte le falta el índice c.",
            "a_prev_slice", Places.Pool, MixedChannels),
        new("pool-first-channel-only",
            "Every channel is computed from the first one.",
            "Cada canal se calcula a partir del primero.",
            "a_prev_slice", Places.Pool, Changes.Input(input => input.narrow(1, 0, 1).expand(input.shape))),
        new("maximum-starts-at-zero",
            "The search for the maximum starts at 0: in a window of negative numbers it finds 0.",
            "La búsqueda del máximo empieza en 0: en una ventana de números negativos encuentra 0.",
            Names.Maximum, [.. MaxForward, .. Mask], StartsAtZero)
        {
            SeenIn = ["tensorflow/tfjs#4854", "uxlfoundation/oneDNN#1677"],
        },
        new("maximum-starts-at-corner",
            "The search for the maximum starts at the first cell of the image instead of that of the window.",
            "La búsqueda del máximo empieza en la primera celda de la imagen en vez de la primera de la ventana.",
            Names.Maximum, MaxForward, StartsAtCorner),
        new("maximum-not-reset",
            "The search for the maximum does not begin anew in each window: it goes on from the maximum of the one before.",
            "La búsqueda del máximo no empieza de nuevo en cada ventana: sigue desde el máximo de la anterior.",
            Names.Maximum, MaxForward, MaximumNotReset),
        new("first-cell-wins",
            "The window's first cell is the result: no other replaces it.",
            "El resultado es la primera celda de la ventana: ninguna otra la reemplaza.",
            Names.Maximum, MaxForward, (call, compute) => CellWins(call, compute, isLast: false)),
        new("last-cell-wins",
            "The maximum so far is forgotten, max = x instead of max(max, x): the window's last cell is the result.",
            "Se olvida el máximo hasta ahí, max = x en vez de max(max, x): el resultado es la última celda de la ventana.",
            Names.Maximum, MaxForward, (call, compute) => CellWins(call, compute, isLast: true))
        {
            SeenIn = ["FluxML/NNlib.jl#89"],
        },
        new("maximum-of-magnitudes",
            "The largest magnitude is taken instead of the largest number.",
            "Se toma la mayor magnitud en vez del mayor número.",
            Names.Maximum, MaxForward, Changes.Input(input => input.abs())),
        new("minimum",
            "The smallest number is taken instead of the largest.",
            "Se toma el menor número en vez del mayor.",
            Names.Maximum, [.. Places.Maximum, Operation.Mask], Minimum),
        new("nan-lost",
            "A NaN is passed over: it loses each comparison, so the maximum is that of the other cells.",
            "Un NaN se pasa por alto: pierde cada comparación y el máximo es el de las otras celdas.",
            Names.Maximum, MaxForward,
            Changes.Input(input => input.nan_to_num(double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity)))
        {
            SeenIn = ["pytorch/pytorch#7645", "tracel-ai/burn#5662"],
        },
        new("first-maximum-only",
            "Of several equal maxima only the first is marked; the exercise's mask marks them all.",
            "De varios máximos iguales se marca solo el primero; la máscara del ejercicio los marca todos.",
            Names.Maximum, [Operation.Mask, Operation.MaxBackward],
            Ties(wanted: true)),
        new("ties-amplified",
            "Of several equal maxima each gets the whole gradient; the exercise does so, but libtorch gives it to the first.",
            "De varios máximos iguales cada uno recibe todo el gradiente; el ejercicio lo hace así, pero libtorch se lo da al primero.",
            Names.Adding("dA_prev"), [Operation.MaxBackward],
            Ties(wanted: false))
        {
            SeenIn = ["mni-ml/framework#22"],
        },
        new("mask-per-row",
            "The maximum of each row is marked instead of that of the window.",
            "Se marca el máximo de cada fila en vez del de la ventana.",
            Names.Maximum, Mask, (call, compute) => PerLine(call, compute, rows: true)),
        new("mask-per-column",
            "The maximum of each column is marked instead of that of the window.",
            "Se marca el máximo de cada columna en vez del de la ventana.",
            Names.Maximum, Mask, (call, compute) => PerLine(call, compute, rows: false)),
        new("mask-inverted",
            "The mask is inverted: every cell but the maximum is marked.",
            "La máscara está invertida: se marca cada celda menos el máximo.",
            Names.Maximum, [Operation.Mask, Operation.MaxBackward],
            (call, compute) =>
            {
                var results = compute(call);
                return call.Operation == Operation.Mask ? results with { Output = ones_like(results.Output!) - results.Output! }
                    : results with { GradInput = ToWholeWindow(call, compute).GradInput! - results.GradInput! };
            }),
        new("mask-empty",
            "No cell is marked: no cell equals what is compared with.",
            "No se marca ninguna celda: ninguna es igual a lo que se compara.",
            Names.Maximum, Mask, Changes.Output((mask, _) => zeros_like(mask))),
        new("mask-of-largest-magnitude",
            "The cells that equal the largest magnitude are marked, max(abs(x)), not those that equal the maximum.",
            "Se marcan las celdas iguales a la mayor magnitud, max(abs(x)), y no las iguales al máximo.",
            Names.Maximum, Mask, Changes.Output((_, call) => call.Input.eq(call.Input.abs().max()).to(ScalarType.Float64))),
        new("mask-of-magnitudes",
            "Magnitudes are compared, abs(x) with max(abs(x)): the cell of the largest magnitude is marked, not the maximum.",
            "Se comparan magnitudes, abs(x) con max(abs(x)): se marca la celda de mayor magnitud, y no el máximo.",
            Names.Maximum, Mask, Changes.Output((_, call) => call.Input.abs().eq(call.Input.abs().max()).to(ScalarType.Float64))),
        new("mask-of-running-maximum",
            "A cell is marked where it is the largest until then, and stays marked when a larger one comes.",
            "Se marca cada celda que es la mayor hasta ahí, y queda marcada cuando aparece una mayor.",
            Names.Maximum, Mask, Changes.Output((_, call) => RunningMaximum(call.Input))),
        new("mask-of-positive",
            "x is compared with 0 instead of its maximum.",
            "x se compara con 0 en vez de su máximo.",
            Names.Maximum, Mask, Changes.Output((_, call) => call.Input.IsAtLeast(0).to(ScalarType.Float64))),
        new("mask-full",
            "Every cell is marked, not the maximum only.",
            "Se marcan todas las celdas, no solo el máximo.",
            Names.Maximum, Mask, Changes.Output((mask, _) => ones_like(mask))),
        new("mask-of-all-images",
            "The mask marks the maximum of all of A_prev instead of that of the window.",
            "La máscara marca el máximo de todo A_prev en vez del de la ventana.",
            Names.Adding("dA_prev"), [Operation.MaxBackward], MaskOf(0, 1, 2, 3)),
        new("mask-of-image",
            "The mask marks the maximum of the whole image instead of that of the window.",
            "La máscara marca el máximo de toda la imagen en vez del de la ventana.",
            Names.Adding("dA_prev"), [Operation.MaxBackward], MaskOf(1, 2, 3)),
        new("mask-of-channel",
            "The mask marks the maximum of the channel in all images instead of that of the window.",
            "La máscara marca el máximo del canal en todas las imágenes en vez del de la ventana.",
            Names.Adding("dA_prev"), [Operation.MaxBackward], MaskOf(0, 2, 3)),
        new("mask-of-plane",
            "The mask marks the maximum of the image's whole channel instead of that of the window.",
            "La máscara marca el máximo de todo el canal de la imagen en vez del de la ventana.",
            Names.Adding("dA_prev"), [Operation.MaxBackward], MaskOf(2, 3)),
        new("window-for-mask",
            "The gradient is multiplied by the window of A_prev instead of its mask.",
            "El gradiente se multiplica por la ventana de A_prev en vez de su máscara.",
            Names.Adding("dA_prev"), [Operation.MaxBackward],
            (call, compute) => new() { GradInput = ToWholeWindow(call, compute).GradInput! * call.Input }),
        new("ties-share",
            "Several equal maxima share the gradient: the mask is divided by its sum. In the exercise each gets all of it.",
            "Varios máximos iguales se reparten el gradiente: la máscara se divide por su suma. En el ejercicio cada uno lo recibe entero.",
            Names.Adding("dA_prev"), [Operation.MaxBackward], TiesShare),
        new("gradient-to-whole-window",
            "The mask is not used: every cell of the window gets the gradient.",
            "No se usa la máscara: cada celda de la ventana recibe el gradiente.",
            Names.Adding("dA_prev"), [Operation.MaxBackward], ToWholeWindow),
        new("value-not-divided",
            "The division by the number of cells is missing.",
            "Falta la división por la cantidad de celdas.",
            Names.Average, [Operation.Distribute], Changes.Windows(windows => windows with { DivisorOverride = 1 })),
        new("average-not-divided", // of a square window, where the two are the same
            "The division is missing, or undone: / f * f divides and multiplies back, / (f * f) divides.",
            "La división falta, o se deshace: / f * f divide y vuelve a multiplicar, / (f * f) divide.",
            Names.Average, PoolAverage, Changes.Windows(windows => windows with { DivisorOverride = 1 })),
        new("average-multiplied-by-width",
            "The division is by f_H alone, and then comes a multiplication: / f_H * f_W; / (f_H * f_W) divides by both.",
            "Se divide solo por f_H, y después se multiplica: / f_H * f_W; / (f_H * f_W) divide por los dos.",
            Names.Average, [Operation.Distribute],
            (call, compute) => Scaled(compute(call), call.Windows.Kernel.W * call.Windows.Kernel.W)),
        new("average-divided-by-side",
            "The division is by f_H instead of f_H * f_W: by the cells of one column of the window.",
            "Se divide por f_H en vez de f_H * f_W: por las celdas de una columna de la ventana.",
            Names.Average, Places.Average, Changes.Windows(windows => windows with { DivisorOverride = windows.Kernel.H })),
        new("average-divided-by-width",
            "The division is by f_W instead of f_H * f_W: by the cells of one row of the window.",
            "Se divide por f_W en vez de f_H * f_W: por las celdas de una fila de la ventana.",
            Names.Average, [Operation.Distribute], Changes.Windows(windows => windows with { DivisorOverride = windows.Kernel.W })),
        new("average-divided-by-both-sides",
            "The division is by f_H + f_W instead of f_H * f_W.",
            "Se divide por f_H + f_W en vez de f_H * f_W.",
            Names.Average, Places.Average,
            Changes.Windows(windows => windows with { DivisorOverride = windows.Kernel.H + windows.Kernel.W })),
        new("average-divided-by-height-squared",
            "The division is by f_H * f_H instead of f_H * f_W.",
            "Se divide por f_H * f_H en vez de f_H * f_W.",
            Names.Average, [Operation.Distribute],
            Changes.Windows(windows => windows with { DivisorOverride = windows.Kernel.H * windows.Kernel.H })),
        new("average-divided-by-width-squared",
            "The division is by f_W * f_W instead of f_H * f_W.",
            "Se divide por f_W * f_W en vez de f_H * f_W.",
            Names.Average, [Operation.Distribute],
            Changes.Windows(windows => windows with { DivisorOverride = windows.Kernel.W * windows.Kernel.W })),
        new("average-zero",
            "Every cell is 0: the window is made of zeros, or 1 / (n_H * n_W) is a division of integers, which gives 0.",
            "Todas las celdas son 0: la ventana es de ceros, o 1 / (n_H * n_W) es una división entera, que vale 0.",
            "dz", [Operation.Distribute], Changes.Output((output, _) => zeros_like(output))),
        new("average-in-first-cell",
            "Only the first cell is written: the others are zeros.",
            "Solo se escribe la primera celda: las otras son ceros.",
            "shape", [Operation.Distribute],
            Changes.Output((output, _) => SumMistakes.FirstAlong(SumMistakes.FirstAlong(output, 2), 3))),
        new("average-loops-short",
            "The loops over the window's cells stop one too early: the last row and the last column stay zero.",
            "Los bucles sobre las celdas de la ventana terminan una antes: la última fila y la última columna quedan en cero.",
            "shape", [Operation.Distribute],
            Changes.Output((output, _) => SumMistakes.WithoutLast(SumMistakes.WithoutLast(output, 2), 3))),
        new("average-of-one",
            "The value is not used: 1 / (n_H * n_W) is in every cell instead of dz / (n_H * n_W).",
            "No se usa el valor: en cada celda está 1 / (n_H * n_W) en vez de dz / (n_H * n_W).",
            "dz", [Operation.Distribute], Changes.GradOutput(value => ones_like(value))),
        new("shape-swapped",
            "Rows and columns of the window are swapped: it has n_W rows and n_H columns.",
            "Las filas y columnas de la ventana están intercambiadas: tiene n_W filas y n_H columnas.",
            "shape", [Operation.Distribute], Changes.Output((output, _) => output.transpose(2, 3))),
        new("average-truncated",
            "The division is one of integers: what follows the point is lost.",
            "La división es entera: se pierde lo que sigue a la coma.",
            Names.Average, [Operation.Distribute], Changes.Output((output, _) => output.trunc()))
        {
            SeenIn = ["apache/tvm#3581"],
        },
        new("ceil-mode-ignored",
            "ceil_mode is not used: the last windows are missing.",
            "No se usa ceil_mode: faltan las últimas ventanas.",
            "ceil_mode", Places.PoolForward, Changes.Sizes(windows => windows with { CeilMode = false })),
        new("overhang-counted",
            "With ceil_mode, cells beyond the padded image count in the divisor.",
            "Con ceil_mode, las celdas más allá de la imagen con padding cuentan en el divisor.",
            "divisor", PoolAverage,
            (call, compute) => call.Windows is { DivisorOverride: null, CountIncludePad: true }
                ? compute(call with { Windows = call.Windows with { DivisorOverride = Cells(call.Windows) } })
                : null)
        {
            SeenIn = ["pytorch/pytorch#198119", "tracel-ai/burn#5604", "robertknight/rten#1456"],
        },
        new("divisor-override-ignored",
            "divisor_override is not used: the sum is divided by the number of cells.",
            "No se usa divisor_override: la suma se divide por la cantidad de celdas.",
            "divisor_override", PoolAverage,
            Changes.Windows(windows => windows with { DivisorOverride = null }))
        {
            SeenIn = ["pytorch/executorch#18616", "tenstorrent/tt-torch#1247"],
        },
        new("padding-not-counted",
            "The padding does not count in the divisor, although count_include_pad says so.",
            "El padding no cuenta en el divisor, aunque count_include_pad lo pide.",
            "count_include_pad", PoolAverage,
            Changes.Windows(windows => windows with { CountIncludePad = false }))
        {
            SeenIn = ["sonos/tract#2654"],
        },
        new("padding-counted",
            "The padding counts in the divisor, although count_include_pad says no.",
            "El padding cuenta en el divisor, aunque count_include_pad dice que no.",
            "count_include_pad", PoolAverage,
            Changes.Windows(windows => windows with { CountIncludePad = true }))
        {
            SeenIn = ["deeplearning4j/deeplearning4j#4683"],
        },
    ];

    private static Results Scaled(Results results, double factor) => results with { Output = results.Output!.Times(factor) };

    private static long Cells(Windows windows) => windows.Kernel.H * windows.Kernel.W;

    private static Tensor RunningMaximum(Tensor input)
    {
        var flat = input.reshape(-1);
        return flat.eq(flat.cummax(0).values).to(ScalarType.Float64).reshape(input.shape);
    }

    private static Results? TiesShare(Call call, Compute compute)
    {
        if (!call.Windows.EveryMaximum) return null;
        var maxima = Correct.Of(call with { Operation = Operation.MaxForward, GradOutput = null }).Output!;
        var padded = Correct.PaddedForWindows(call, call.Input, double.NegativeInfinity);
        var count = zeros_like(maxima);
        for (long kh = 0; kh < call.Windows.Kernel.H; kh++)
            for (long kw = 0; kw < call.Windows.Kernel.W; kw++)
                count.Add(Correct.CellOfWindows(call, padded, kh, kw) == maxima);
        return compute(call with { GradOutput = call.GradOutput! / count });
    }

    // The other of the two, where the one was wanted.
    private static Change Ties(bool wanted) => (call, compute) =>
        call.Windows.EveryMaximum == wanted ? compute(call with { Windows = call.Windows with { EveryMaximum = !wanted } }) : null;

    private static Operation OtherMode(Operation operation) => operation switch
    {
        Operation.MaxForward => Operation.AverageForward,
        Operation.AverageForward => Operation.MaxForward,
        Operation.MaxBackward => Operation.AverageBackward,
        _ => Operation.MaxBackward,
    };

    // Of a mask: nothing equals the 0 that the search found where all is below.
    private static Results StartsAtZero(Call call, Compute compute)
    {
        var results = compute(call);
        var output = results.Output!;
        return results with
        {
            Output = call.Operation == Operation.Mask ? output * call.Input.max().IsAtLeast(0).to(ScalarType.Float64)
                : output.relu(),
        };
    }

    // What is the maximum there is that of each window which it is in.
    private static Change MaskOf(params long[] axes) =>
        Changes.GradInput((gradInput, call) => gradInput * (call.Input == call.Input.amax(axes, keepdim: true)));

    private static Results StartsAtCorner(Call call, Compute compute)
    {
        var results = compute(call);
        var corner = call.Input.narrow(2, 0, 1).narrow(3, 0, 1);
        return results with
        {
            Output = maximum(results.Output!, corner),
            Indices = results.Indices?.where(results.Output! >= corner, zeros_like(results.Indices)),
        };
    }

    private static Results ToWholeWindow(Call call, Compute compute) => compute(call with
    {
        Operation = Operation.AverageBackward,
        Windows = call.Windows with { DivisorOverride = 1 },
    });

    // Backwards what all channels of a window get goes to where it is the largest of all, or to every channel.
    private static Results MixedChannels(Call call, Compute compute)
    {
        var largest = call.Input.amax([1], keepdim: true);
        if (call.Operation == Operation.MaxForward) return compute(call with { Input = largest.expand(call.Input.shape) });
        if (call.Operation == Operation.AverageForward)
            return compute(call with { Input = call.Input.mean([1], keepdim: true).expand(call.Input.shape) });
        var results = compute(call with
        {
            Input = largest.expand(call.Input.shape),
            GradOutput = call.GradOutput!.sum(1, keepdim: true).expand(call.GradOutput.shape),
        });
        return call.Operation == Operation.AverageBackward ? results
            : results with { GradInput = results.GradInput! * (call.Input == largest) };
    }

    // In the order of the exercise's loops: images, rows, columns, channels.
    private static Results MaximumNotReset(Call call, Compute compute)
    {
        var results = compute(call);
        var shape = results.Output!.permute(0, 2, 3, 1).shape;
        var (maxima, at) = results.Output.permute(0, 2, 3, 1).reshape(-1).cummax(0);
        return results with
        {
            Output = Back(maxima),
            Indices = results.Indices is null ? null : Back(results.Indices.permute(0, 2, 3, 1).reshape(-1).index_select(0, at)),
        };

        Tensor Back(Tensor flat) => flat.reshape(shape).permute(0, 3, 1, 2);
    }

    private static Results? CellWins(Call call, Compute compute, bool isLast)
    {
        var ((kh, kw), (dh, dw)) = (call.Windows.Kernel, call.Windows.Dilation);
        if (call.Windows.Padding != (0, 0) || call.Windows.CeilMode) return null;
        long down = (kh - 1) * dh, right = (kw - 1) * dw;
        long width = call.Input.shape[3];
        var first = isLast ? (down, right) : (0, 0);
        var results = compute(call with
        {
            Input = Correct.Crop(call.Input, first, (call.Input.shape[2] - down, width - right)),
            Windows = call.Windows with { Kernel = (1, 1), Dilation = (1, 1) },
        });
        return Changes.Reindexed(results, width - right, first, width);
    }

    private static Results Minimum(Call call, Compute compute)
    {
        var results = compute(call with { Input = -call.Input });
        return call.Operation == Operation.MaxForward ? results with { Output = -results.Output! } : results;
    }

    // Each line of the window, as if it were a window of its own.
    private static Results PerLine(Call call, Compute compute, bool rows)
    {
        int axis = rows ? 2 : 3;
        var (height, width) = call.Windows.Kernel;
        var windows = call.Windows with { Kernel = rows ? (1, width) : (height, 1) };
        var lines = Enumerable.Range(0, (int)call.Input.shape[axis])
            .Select(line => compute(call with { Input = call.Input.narrow(axis, line, 1), Windows = windows }).Output!);
        return new() { Output = cat([.. lines], axis) };
    }
}
