using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Outputs of wrong sizes.</summary>
internal static class SizeMistakes
{
    public static readonly Mistake[] All =
    [
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
        new("size-with-one-pad",
            "The size of the output has + pad for + 2 * pad.",
            "El tamaño de la salida tiene + pad en vez de + 2 * pad.",
            "n_H, n_W", Places.ConvForward,
            (call, compute) =>
            {
                // As much as there is on one side.
                var one = call.Windows with { MoreBehind = (-call.Windows.Padding.H, -call.Windows.Padding.W) };
                return WithOutputs((call with { Windows = one }).Outputs(), compute(call));
            }),
        new("size-divided-by-kernel",
            "The size of the output is divided by f instead of stride.",
            "El tamaño de la salida se divide por f en vez de stride.",
            "n_H, n_W", Places.Forward,
            (call, compute) =>
            {
                var byKernel = call with { Windows = call.Windows with { Stride = call.Windows.Kernel } };
                return WithOutputs(byKernel.Outputs(), compute(call));
            }),
        new("size-swapped",
            "The sizes of the output are swapped: n_H comes from the columns of the image, and n_W from its rows.",
            "Los tamaños de la salida están intercambiados: n_H sale de las columnas de la imagen y n_W de sus filas.",
            "n_H, n_W", Places.Forward,
            Loops(call =>
            {
                var (height, width) = call.Outputs();
                return (width, height);
            })),
        new("size-of-image-by-stride",
            "The size of the output is that of the image divided by stride: f and the + 1 are missing.",
            "El tamaño de la salida es el de la imagen dividido por stride: faltan f y el + 1.",
            "n_H, n_W", Places.Forward,
            Loops(call => (call.Input.shape[2] / call.Windows.Stride.H, call.Input.shape[3] / call.Windows.Stride.W))),
        new("size-of-dilated-kernel",
            "The size of the output takes the dilated kernel for dilation * f wide; it is dilation * (f - 1) + 1.",
            "El tamaño de la salida supone que el filtro dilatado mide dilation * f; mide dilation * (f - 1) + 1.",
            "n_H, n_W", Places.Forward, SizeOfDilatedKernel)
        {
            SeenIn = ["NVIDIA/cutlass#3526"],
        },
    ];

    private static Results WithOutputs((long H, long W) size, Results results) =>
        results.OnOutputs(outputs => Changes.Fit(outputs, size));

    // The loops run over other sizes.
    private static Change Loops(Func<Call, (long H, long W)> size) => (call, compute) =>
        call.Windows.CeilMode || call.Windows.Circular ? null : Changes.OtherCounts(size(call), call, compute);

    private static Results? SizeOfDilatedKernel(Call call, Compute compute)
    {
        if (call.Windows.CeilMode || call.Windows.Dilation == (1, 1)) return null;
        var (windows, size) = (call.Windows, call.Input.shape);
        var (before, behind) = (windows.Padding, windows.PaddingBehind);
        long height = (size[2] + before.H + behind.H - windows.Kernel.H * windows.Dilation.H) / windows.Stride.H + 1;
        long width = (size[3] + before.W + behind.W - windows.Kernel.W * windows.Dilation.W) / windows.Stride.W + 1;
        return WithOutputs((height, width), compute(call));
    }

    // A pool finds what there is in a window that overhangs. A convolution's image is continued by zeros.
    private static Results? SizeRoundedUp(Call call, Compute compute)
    {
        if (call.Windows.CeilMode || call.Windows.Circular) return null;
        if (!call.IsConv) return compute(call with { Windows = call.Windows with { CeilMode = true } });
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
