using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Windows in wrong places, and outputs of wrong sizes.</summary>
internal static class WindowMistakes
{
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
        new("stride-swapped",
            "The strides along height and width are swapped.",
            "Los strides de alto y ancho están intercambiados.",
            "stride", Places.Windows,
            Changes.Windows(windows => windows with { Stride = Swapped(windows.Stride) }))
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
            "Windows start at column h * stride instead of w * stride: both corners come from h.",
            "Las ventanas empiezan en la columna h * stride en vez de w * stride: los dos vértices salen de h.",
            "horiz_start", Places.Windows, ColumnFromRow),
        new("last-window-missing",
            "The loops over h and w stop one window too early, so the last row and column stay zero.",
            "Los bucles sobre h y w terminan una ventana antes: la última fila y la última columna quedan en cero.",
            "n_H, n_W", Places.Windows, Changes.Outputs(WithoutLast))
        {
            SeenIn = ["iamtrask/Grokking-Deep-Learning#43"],
        },
        new("size-without-plus-one",
            "The output is one row and one column too small: the size lacks the + 1.",
            "La salida tiene una fila y una columna de menos: al tamaño le falta el + 1.",
            "n_H, n_W", Places.Forward,
            Changes.EachOutput((output, _) => Changes.Fit(output, (output.shape[2] - 1, output.shape[3] - 1)))),
        new("size-without-padding",
            "The size of the output lacks the 2 * pad.",
            "Al tamaño de la salida le falta el 2 * pad.",
            "n_H, n_W", Places.ConvForward,
            (call, compute) => WithOutputs((call with { Windows = call.Windows.WithoutPadding() }).Outputs(), compute(call))),
        new("size-rounded-up",
            "The size of the output is rounded up: the last windows overhang the image.",
            "El tamaño de la salida se redondea hacia arriba: las últimas ventanas sobresalen de la imagen.",
            "n_H, n_W", Places.Forward, SizeRoundedUp)
        {
            SeenIn = ["ENCP/CNNdroid#4", "BVLC/caffe#4252"],
        },
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
        new("size-of-dilated-kernel",
            "The size of the output takes the dilated kernel for dilation * f wide; it is dilation * (f - 1) + 1.",
            "El tamaño de la salida supone que el filtro dilatado mide dilation * f; mide dilation * (f - 1) + 1.",
            "n_H, n_W", Places.Forward, SizeOfDilatedKernel)
        {
            SeenIn = ["NVIDIA/cutlass#3526"],
        },
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
            Changes.Windows(windows => windows with { Dilation = Swapped(windows.Dilation) })),
        new("stride-and-dilation-swapped",
            "Backwards, stride and dilation are swapped.",
            "Hacia atrás, el stride y la dilatación están intercambiados.",
            "stride, dilation", Places.Backward,
            Changes.Windows(windows => windows with { Stride = windows.Dilation, Dilation = windows.Stride }))
        {
            SeenIn = ["huggingface/candle#2337", "iree-org/iree-turbine#1223"],
        },
    ];

    private static long Ratio(long size, long stride) => (size + stride - 1) / stride; // rounded up

    private static Results? SizeOfDilatedKernel(Call call, Compute compute)
    {
        if (call.Windows.CeilMode || call.Windows.Dilation == (1, 1)) return null;
        var (windows, size) = (call.Windows, call.Input.shape);
        var (before, behind) = (windows.Padding, windows.PaddingBehind);
        long height = (size[2] + before.H + behind.H - windows.Kernel.H * windows.Dilation.H) / windows.Stride.H + 1;
        long width = (size[3] + before.W + behind.W - windows.Kernel.W * windows.Dilation.W) / windows.Stride.W + 1;
        return WithOutputs((height, width), compute(call));
    }

    private static (long, long) Swapped((long H, long W) pair) => (pair.W, pair.H);

    private static Results WithOutputs((long H, long W) size, Results results) =>
        results.OnOutputs(outputs => Changes.Fit(outputs, size));

    // Window (h, w) is the one at (h, h): forwards it is read there, backwards its gradient goes there.
    private static Results? ColumnFromRow(Call call, Compute compute)
    {
        var (height, width) = call.Outputs();
        if (height > width) return null;
        if (call.IsBackward) return compute(call with { GradOutput = call.GradOutput!.sum(3, keepdim: true) * Diagonal(call.GradOutput) });
        return compute(call).OnOutputs(output => (output * Diagonal(output)).sum(3, keepdim: true).expand(output.shape));

        static Tensor Diagonal(Tensor images) => eye(images.shape[2], images.shape[3], ScalarType.Float64);
    }

    private static Tensor WithoutLast(Tensor outputs)
    {
        var (height, width) = (outputs.shape[2], outputs.shape[3]);
        return Changes.Fit(Changes.Fit(outputs, (height - 1, width - 1)), (height, width));
    }

    // The image is continued by zeros as far as its last windows overhang.
    private static Results? SizeRoundedUp(Call call, Compute compute)
    {
        if (call.Windows.CeilMode || call.Windows.Circular) return null;
        var ((kh, kw), (sh, sw)) = (call.Windows.Kernel, call.Windows.Stride);
        var ((ph, pw), (dh, dw)) = (call.Windows.Padding, call.Windows.Dilation);
        long[] size = call.Input.shape;
        long right = Overhang(size[3] + 2 * pw - dw * (kw - 1) - 1, sw), below = Overhang(size[2] + 2 * ph - dh * (kh - 1) - 1, sh);
        var results = compute(call with
        {
            Input = nn.functional.pad(call.Input, [pw, pw + right, ph, ph + below]),
            Windows = call.Windows with { Padding = (0, 0) },
        });
        return Changes.Reindexed(results, size[3] + 2 * pw + right, (-ph, -pw), size[3]);

        static long Overhang(long travel, long stride) => (stride - travel % stride) % stride;
    }
}
