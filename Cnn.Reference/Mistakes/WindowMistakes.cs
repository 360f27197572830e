using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Windows in wrong places, or of wrong sizes.</summary>
internal static class WindowMistakes
{
    // Backwards nothing else fits into shorter windows but the mask, which is cut from them.
    private static readonly Operation[] Shorter = [.. Places.Forward, Operation.MaxBackward];

    public static readonly Mistake[] All =
    [
        new("stride-ignored",
            "The stride is not used: windows start at h and w instead of h * stride and w * stride.",
            "No se usa el stride: las ventanas empiezan en h y w en vez de h * stride y w * stride.",
            "vert_start, horiz_start", Places.Windows,
            Changes.Windows(windows => windows with { Stride = (1, 1) }))
        {
            SeenIn =
            [
                "Kulbear/deep-learning-coursera#34",
                "fissehab/Deep_learning_specialization#1",
                "enggen/Deep-Learning-Coursera#7",
                "shaoanlu/deeplearning.ai-Convolutional-Neural-Networks#1",
            ],
        },
        new("stride-ignored-height",
            "The stride is not used along the height: windows start at row h instead of h * stride.",
            "No se usa el stride a lo alto: las ventanas empiezan en la fila h en vez de h * stride.",
            "vert_start", Places.Windows,
            Changes.Windows(windows => windows with { Stride = (1, windows.Stride.W) })),
        new("stride-ignored-width",
            "The stride is not used along the width: windows start at column w instead of w * stride.",
            "No se usa el stride a lo ancho: las ventanas empiezan en la columna w en vez de w * stride.",
            "horiz_start", Places.Windows,
            Changes.Windows(windows => windows with { Stride = (windows.Stride.H, 1) })),
        new("stride-is-kernel",
            "Windows start at h * f and w * f instead of h * stride and w * stride.",
            "Las ventanas empiezan en h * f y w * f en vez de h * stride y w * stride.",
            "vert_start, horiz_start", Places.Windows,
            Changes.Windows(windows => windows with { Stride = windows.Kernel })),
        new("stride-squared",
            "The stride counts twice: windows start at h * stride * stride instead of h * stride.",
            "El stride cuenta dos veces: las ventanas empiezan en h * stride * stride en vez de h * stride.",
            "vert_start, horiz_start", Places.Pool,
            Changes.Windows(windows => windows with
            {
                Stride = (windows.Stride.H * windows.Stride.H, windows.Stride.W * windows.Stride.W),
            })),
        new("window-one-short",
            "Windows lack their last row and column: they end at start + f - 1 instead of start + f.",
            "A las ventanas les faltan la última fila y la última columna: terminan en start + f - 1 en vez de start + f.",
            "vert_end, horiz_end", Shorter, OtherSides(windows => (windows.Kernel.H - 1, windows.Kernel.W - 1))),
        new("window-one-short-height",
            "Windows lack their last row: they end at vert_start + f - 1 instead of vert_start + f.",
            "A las ventanas les falta la última fila: terminan en vert_start + f - 1 en vez de vert_start + f.",
            "vert_end", Shorter, OtherSides(windows => (windows.Kernel.H - 1, windows.Kernel.W))),
        new("window-one-short-width",
            "Windows lack their last column: they end at horiz_start + f - 1 instead of horiz_start + f.",
            "A las ventanas les falta la última columna: terminan en horiz_start + f - 1 en vez de horiz_start + f.",
            "horiz_end", Shorter, OtherSides(windows => (windows.Kernel.H, windows.Kernel.W - 1))),
        new("window-of-stride",
            "Windows have the side stride instead of f.",
            "Las ventanas tienen lado stride en vez de f.",
            "vert_end, horiz_end", [.. Places.ConvForward, .. Places.Pool], OtherSides(windows => windows.Stride)),
        new("window-end-without-stride",
            "Windows end at h + f and w + f instead of h * stride + f and w * stride + f: those further on lack rows and columns.",
            "Las ventanas terminan en h + f y w + f en vez de h * stride + f y w * stride + f: a las siguientes les faltan filas y " +
            "columnas.",
            "vert_end, horiz_end", [.. Places.PoolForward, Operation.MaxBackward], WindowByWindow.EndWithoutStride),
        new("stride-swapped",
            "The strides along height and width are swapped.",
            "Los strides de alto y ancho están intercambiados.",
            "stride", Places.Windows,
            Changes.Windows(windows => windows with { Stride = Turned(windows.Stride) }))
        {
            SeenIn = ["hank-ai/darknet#77", "mlpack/mlpack#4050"],
        },
        new("stride-of-height-twice",
            "The stride along the height is used along the width, too.",
            "El stride a lo alto se usa también a lo ancho.",
            "stride", Places.Windows,
            Changes.Windows(windows => windows with { Stride = (windows.Stride.H, windows.Stride.H) }))
        {
            SeenIn = ["PaddlePaddle/Paddle#20997"],
        },
        new("stride-of-width-twice",
            "The stride along the width is used along the height, too.",
            "El stride a lo ancho se usa también a lo alto.",
            "stride", Places.Windows,
            Changes.Windows(windows => windows with { Stride = (windows.Stride.W, windows.Stride.W) })),
        new("stride-twice",
            "The loops over h and w take steps of stride, too: the stride counts twice, and outputs are missing.",
            "Los bucles sobre h y w también avanzan de a stride: el stride cuenta dos veces y faltan salidas.",
            "n_H, n_W", Places.Forward,
            Changes.EachOutput((output, call) => Changes.Fit(
                output, (Ratio(output.shape[2], call.Windows.Stride.H), Ratio(output.shape[3], call.Windows.Stride.W)))))
        {
            SeenIn = ["rasbt/machine-learning-book#168"],
        },
        new("column-from-row",
            "Windows start at column h * stride instead of w * stride: horiz_start comes from h, or the slice takes its columns from " +
            "vert_start, too.",
            "Las ventanas empiezan en la columna h * stride en vez de w * stride: horiz_start sale de h, o el corte toma también sus " +
            "columnas de vert_start.",
            new("horiz_start and the slice", "horiz_start y el corte"), Places.Windows, CornersOf(OfRows)),
        new("row-from-column",
            "Windows start at row w * stride instead of h * stride: vert_start comes from w, or the slice takes its rows from " +
            "horiz_start, too.",
            "Las ventanas empiezan en la fila w * stride en vez de h * stride: vert_start sale de w, o el corte toma también sus filas " +
            "de horiz_start.",
            new("vert_start and the slice", "vert_start y el corte"), Places.Windows, CornersOf(OfColumns)),
        new("corners-swapped",
            "h and w are swapped: in the corners, where rows start at w * stride and columns at h * stride, or in the index, " +
            "Z_here[i, w, h, c].",
            "h y w están intercambiados: en los vértices, con filas desde w * stride y columnas desde h * stride, o en el índice, " +
            "Z_here[i, w, h, c].",
            "vert_start, horiz_start, Z_here[i, h, w, c]", Places.Windows, CornersOf(Swapped)),
        new("last-window-missing",
            "The loops over h and w stop one window too early: they leave out the last row and column of windows.",
            "Los bucles sobre h y w terminan una ventana antes: dejan afuera la última fila y la última columna de ventanas.",
            Names.Loops, Places.Windows, Changes.Outputs(outputs => WithoutLast(outputs, 1, 1)))
        {
            SeenIn = ["iamtrask/Grokking-Deep-Learning#43"],
        },
        new("last-window-missing-height",
            "The loop over h stops one window too early: it leaves out the last row of windows.",
            "El bucle sobre h termina una ventana antes: deja afuera la última fila de ventanas.",
            Names.Loops, Places.Windows, Changes.Outputs(outputs => WithoutLast(outputs, 1, 0))),
        new("last-window-missing-width",
            "The loop over w stops one window too early: it leaves out the last column of windows.",
            "El bucle sobre w termina una ventana antes: deja afuera la última columna de ventanas.",
            Names.Loops, Places.Windows, Changes.Outputs(outputs => WithoutLast(outputs, 0, 1))),
        new("last-output-channel-missing",
            "The loop over c stops one channel too early: it leaves out the last channel of Z_here.",
            "El bucle sobre c termina un canal antes: deja afuera el último canal de Z_here.",
            new("the loop over c", "el bucle sobre c"), Places.Windows,
            Changes.Outputs(outputs => SumMistakes.WithoutLast(outputs, 1))),
        new("output-transposed",
            "Rows and columns of the output are swapped.",
            "Las filas y columnas de la salida están intercambiadas.",
            "Z[i, h, w, c]", Places.Forward,
            Changes.EachOutput((output, _) => output.transpose(2, 3))),
        new("dilation-ignored",
            "The dilation is not used: the cells of a window are neighbours.",
            "No se usa la dilatación: las celdas de una ventana son vecinas.",
            "dilation", Places.Windows,
            Changes.Windows(windows => windows with { Dilation = (1, 1) })),
        new("dilation-of-width-twice",
            "The dilation along the width is used along the height, too.",
            "La dilatación a lo ancho se usa también a lo alto.",
            "dilation", Places.Windows,
            Changes.Windows(windows => windows with { Dilation = (windows.Dilation.W, windows.Dilation.W) }))
        {
            SeenIn = ["apache/mxnet#6986"],
        },
        new("dilation-of-height-twice",
            "The dilation along the height is used along the width, too.",
            "La dilatación a lo alto se usa también a lo ancho.",
            "dilation", Places.Windows,
            Changes.Windows(windows => windows with { Dilation = (windows.Dilation.H, windows.Dilation.H) })),
        new("dilation-swapped",
            "The dilations along height and width are swapped.",
            "Las dilataciones de alto y ancho están intercambiadas.",
            "dilation", Places.Windows,
            Changes.Windows(windows => windows with { Dilation = Turned(windows.Dilation) })),
        new("stride-and-dilation-swapped",
            "Backwards, stride and dilation are swapped.",
            "Hacia atrás, el stride y la dilatación están intercambiados.",
            "stride", Places.Backward,
            Changes.Windows(windows => windows with { Stride = windows.Dilation, Dilation = windows.Stride }))
        {
            SeenIn = ["huggingface/candle#2337", "iree-org/iree-turbine#1223"],
        },
    ];

    private static long Ratio(long size, long stride) => (size + stride - 1) / stride; // rounded up

    private static (long, long) Turned((long H, long W) pair) => (pair.W, pair.H);

    // Windows of other sides. One row or column of a window is broadcast to those of a filter; else they do not fit.
    private static Change OtherSides(Func<Windows, (long H, long W)> side) => (call, compute) =>
    {
        var (kernel, other) = (call.Windows.Kernel, side(call.Windows));
        var changed = call with { Windows = call.Windows with { Kernel = other } };
        if (!call.IsConv) return Changes.SameOutputs(call, changed, compute);
        if ((other.H != 1 && other.H != kernel.H) || (other.W != 1 && other.W != kernel.W)) return null;
        var weight = call.Weight!;
        if (other.H != kernel.H) weight = weight.sum(2, keepdim: true);
        if (other.W != kernel.W) weight = weight.sum(3, keepdim: true);
        return Changes.SameOutputs(call, changed with { Weight = weight }, compute);
    };

    // A window of each output, of other windows than its own: how many of those there are, which is read, and back to where gradients go.
    private sealed record Corners(
        Func<(long H, long W), (long H, long W)> Counts, Func<Tensor, Call, Tensor> Read, Func<Tensor, Tensor> Back);

    private static Corners Swapped => new(
        counts => (counts.W, counts.H), (windows, _) => windows.transpose(2, 3), gradients => gradients.transpose(2, 3));

    // Window (h, w) is the one at (h, h), or at (w, w).
    private static Corners OfRows => new(
        counts => (counts.H, counts.H), (windows, call) => windows.diagonal(0, 2, 3).unsqueeze(3).expand(-1, -1, -1, call.Outputs().W),
        gradients => gradients.sum(3).diag_embed());

    private static Corners OfColumns => new(
        counts => (counts.W, counts.W), (windows, call) => windows.diagonal(0, 2, 3).unsqueeze(2).expand(-1, -1, call.Outputs().H, -1),
        gradients => gradients.sum(2).diag_embed());

    private static Change CornersOf(Corners corners) => (call, compute) =>
    {
        var counts = corners.Counts(call.Outputs());
        if (call.IsBackward) return Changes.OtherCounts(counts, call with { GradOutput = corners.Back(call.GradOutput!) }, compute);
        return Changes.OtherCounts(counts, call, compute)?.OnOutputs(windows => corners.Read(windows, call));
    };

    private static Tensor WithoutLast(Tensor outputs, long rows, long columns)
    {
        var (height, width) = (outputs.shape[2], outputs.shape[3]);
        return Changes.Fit(Changes.Fit(outputs, (height - rows, width - columns)), (height, width));
    }
}
