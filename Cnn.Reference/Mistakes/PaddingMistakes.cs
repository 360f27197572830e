using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Borders that are missing, of something else than zeros, on the wrong side, or that are not taken off again.</summary>
internal static class PaddingMistakes
{
    private static readonly Operation[] ZeroPad = [Operation.ZeroPad];

    private static readonly Operation[] Padded = [Operation.ZeroPad, .. Places.Conv];

    public static readonly Mistake[] All =
    [
        new("padding-ignored",
            "The padding is not used, or skipped: windows lie on the image without its border. They are cut from A_prev, or start at " +
            "h * stride + pad.",
            "No se usa el padding, o se lo saltea: las ventanas caen sobre la imagen sin su borde. Se cortan de A_prev, o empiezan en " +
            "h * stride + pad.",
            "A_prev_pad, vert_start", Places.Windows,
            Changes.Windows(windows => windows.WithoutPadding())),
        new("padding-missing",
            "There is no border: X comes back as it is.",
            "No hay borde: X vuelve como está.",
            "pad", ZeroPad, Changes.Sizes(windows => windows.WithoutPadding())),
        new("padding-swapped",
            "The paddings along height and width are swapped.",
            "Los paddings de alto y ancho están intercambiados.",
            "pad", Places.Windows,
            Changes.Windows(windows => windows with { Padding = (windows.Padding.W, windows.Padding.H) }))
        {
            SeenIn = ["autogluon/autogluon#438"],
        },
        new("padding-of-height-twice",
            "The padding along the height is used along the width, too.",
            "El padding a lo alto se usa también a lo ancho.",
            "pad", Places.Windows,
            Changes.Windows(windows => windows with { Padding = (windows.Padding.H, windows.Padding.H) })),
        new("padding-of-width-twice",
            "The padding along the width is used along the height, too.",
            "El padding a lo ancho se usa también a lo alto.",
            "pad", Places.Windows,
            Changes.Windows(windows => windows with { Padding = (windows.Padding.W, windows.Padding.W) })),
        new("padding-twice",
            "The padding is applied twice: to the image, and once more by the loops that read it.",
            "El padding se aplica dos veces: a la imagen y otra vez en los bucles que la leen.",
            "pad", [Operation.ZeroPad, .. Places.ConvForward],
            Changes.Sizes(Twice))
        {
            SeenIn = ["QUVA-Lab/e2cnn#23", "apache/tvm#5433"],
        },
        new("padding-doubled",
            "Windows start one pad too far up and left: at h * stride - pad of A_prev_pad, or the image has its border twice.",
            "Las ventanas empiezan un pad antes: en h * stride - pad de A_prev_pad, o la imagen tiene su borde dos veces.",
            "vert_start, horiz_start, A_prev_pad", Places.Conv,
            (call, compute) => Changes.SameOutputs(call, call with { Windows = Twice(call.Windows) }, compute)),
        new("weight-gradient-without-padding",
            "The slices for dW are cut from the image without its border.",
            "Los cortes para dW se toman de la imagen sin su borde.",
            Names.Adding("dW"), Places.ConvBackward,
            OnlyWeightGradient(Changes.Windows(windows => windows.WithoutPadding())))
        {
            SeenIn = ["cybertronai/autograd-hacks#3"],
        },
        new("padding-before-only",
            "The border is above and left of the image only, not below and right of it.",
            "El borde está solo arriba y a la izquierda de la imagen, no abajo y a la derecha.",
            "pad", Padded, Border((input, before, _) => nn.functional.pad(input, [before.W, 0, before.H, 0])))
        {
            SeenIn = ["tracel-ai/burn#5601"],
        },
        new("padding-after-only",
            "The border is below and right of the image only, not above and left of it.",
            "El borde está solo abajo y a la derecha de la imagen, no arriba y a la izquierda.",
            "pad", Padded, Border((input, _, behind) => nn.functional.pad(input, [0, behind.W, 0, behind.H]))),
        new("padding-of-copies",
            "The border holds copies of the image's edge instead of zeros.",
            "El borde tiene copias del contorno de la imagen en vez de ceros.",
            "pad", Padded,
            Border((input, before, behind) => Changes.Copies(
                input, (-before.H, -before.W), (input.shape[2] + before.H + behind.H, input.shape[3] + before.W + behind.W)))),
        new("padding-of-ones",
            "The border holds ones instead of zeros.",
            "El borde tiene unos en vez de ceros.",
            "pad", Padded, OfOnes),
        new("padding-on-height-only",
            "Only rows are added, above and below; columns left and right are missing.",
            "Solo se agregan filas, arriba y abajo; faltan las columnas de la izquierda y la derecha.",
            "pad", ZeroPad, Changes.Sizes(windows => windows with { Padding = (windows.Padding.H, 0) })),
        new("padding-on-width-only",
            "Only columns are added, left and right; rows above and below are missing.",
            "Solo se agregan columnas, a la izquierda y a la derecha; faltan las filas de arriba y abajo.",
            "pad", ZeroPad, Changes.Sizes(windows => windows with { Padding = (0, windows.Padding.W) })),
        new("padding-offset-missing",
            "X is copied into the top left corner of X_pad: the + pad is missing in the indices of rows and columns.",
            "X se copia en la esquina superior izquierda de X_pad: falta el + pad en los índices de filas y columnas.",
            "X_pad", ZeroPad, Copied((_, _) => (0, 0))),
        new("padding-offset-missing-rows",
            "X is copied too far up in X_pad: the + pad is missing in the index of rows.",
            "X se copia demasiado arriba en X_pad: falta el + pad en el índice de filas.",
            "X_pad", ZeroPad, Copied((before, _) => (0, before.W))),
        new("padding-offset-missing-columns",
            "X is copied too far left in X_pad: the + pad is missing in the index of columns.",
            "X se copia demasiado a la izquierda en X_pad: falta el + pad en el índice de columnas.",
            "X_pad", ZeroPad, Copied((before, _) => (before.H, 0))),
        new("padding-offset-twice",
            "X is copied into the bottom right corner of X_pad: the indices have + 2 * pad for + pad.",
            "X se copia en la esquina inferior derecha de X_pad: los índices tienen + 2 * pad en vez de + pad.",
            "X_pad", ZeroPad, Copied((before, behind) => (before.H + behind.H, before.W + behind.W))),
        new("padding-offset-of-one",
            "X is copied to row 1 and column 1 of X_pad: the indices have + 1 for + pad.",
            "X se copia en la fila 1 y la columna 1 de X_pad: los índices tienen + 1 en vez de + pad.",
            "X_pad", ZeroPad, Copied((before, _) => (Math.Min(before.H, 1), Math.Min(before.W, 1)))),
        new("padding-slice-empty",
            "With pad = 0 the place of X in X_pad is empty: from pad to -pad is from 0 to 0.",
            "Con pad = 0 el lugar de X en X_pad queda vacío: de pad a -pad es de 0 a 0.",
            "X_pad", ZeroPad, (call, compute) =>
                call.Windows.Padding == (0, 0) ? new() { Output = zeros_like(compute(call).Output!) } : null),
        new("padding-transposed",
            "Rows and columns are swapped where X is copied: cell (h, w) goes to row w + pad and column h + pad of X_pad.",
            "Las filas y columnas están intercambiadas al copiar X: la celda (h, w) va a la fila w + pad y la columna h + pad de X_pad.",
            "X_pad", ZeroPad, Copied((before, _) => before, images => images.transpose(2, 3))),
        new("image-not-copied",
            "X is not copied: X_pad holds the zeros that it was made with.",
            "X no se copia: X_pad tiene los ceros con que se creó.",
            "X_pad", ZeroPad, Changes.Output((output, _) => zeros_like(output))),
        new("first-image-copied",
            "Only the first image is copied into X_pad: the others are zeros.",
            "Solo la primera imagen se copia en X_pad: las otras son ceros.",
            "X_pad", ZeroPad, Changes.Output((output, _) => SumMistakes.FirstAlong(output, 0))),
        new("padding-on-channels-only",
            "The last axis is padded, the channels; it should be rows and columns.",
            "Se rellena el último eje, los canales; deberían ser filas y columnas.",
            "pad", ZeroPad, OtherAxes(rows: false, columns: false, channels: true)),
        new("padding-on-width-and-channels",
            "The last two axes are padded, columns and channels; it should be rows and columns.",
            "Se rellenan los dos últimos ejes, columnas y canales; deberían ser filas y columnas.",
            "pad", ZeroPad, OtherAxes(columns: true, channels: true)),
        new("padding-on-every-axis",
            "All four axes are padded, images and channels too; only rows and columns are.",
            "Se rellenan los cuatro ejes, también imágenes y canales; solo corresponde a filas y columnas.",
            "pad", ZeroPad, OtherAxes(images: true, rows: true, columns: true, channels: true)),
        new("padding-on-channels",
            "The axis of channels is padded, too; only height and width are.",
            "También se rellena el eje de los canales; solo corresponde a alto y ancho.",
            "pad", ZeroPad, OtherAxes(rows: true, columns: true, channels: true)),
        new("padding-on-batch-and-height",
            "The first two axes are padded, images and rows; it should be rows and columns.",
            "Se rellenan los dos primeros ejes, imágenes y filas; deberían ser filas y columnas.",
            "pad", ZeroPad, OtherAxes(images: true, rows: true)),
        new("gradient-not-shifted-back",
            "The border of dA_prev_pad is cut off at the bottom and right only: dA_prev is its top left part.",
            "El borde de dA_prev_pad se corta solo abajo y a la derecha: dA_prev es su parte superior izquierda.",
            "dA_prev", Places.ConvBackward,
            (call, compute) => OnPaddedInput(
                call, compute, gradInput => Changes.Fit(gradInput, (call.Input.shape[2], call.Input.shape[3])))),
        new("gradient-keeps-padding",
            "dA_prev still has the border of dA_prev_pad.",
            "dA_prev todavía tiene el borde de dA_prev_pad.",
            "dA_prev", Places.ConvBackward, (call, compute) => OnPaddedInput(call, compute, gradInput => gradInput))
        {
            SeenIn = ["distdl/distdl#79"],
        },
        new("gradient-cut-to-nothing",
            "With pad = 0 nothing is left of dA_prev_pad: the cut from pad to -pad is one from 0 to 0.",
            "Con pad = 0 no queda nada de dA_prev_pad: el corte de pad a -pad va de 0 a 0.",
            "pad", Places.ConvBackward,
            (call, compute) =>
            {
                if (call.Windows.Padding != (0, 0)) return null;
                var results = compute(call);
                return results with { GradInput = Changes.Fit(results.GradInput!, (0, 0)) };
            }),
        new("weight-gradient-without-stride",
            "The slices for dW start at h and w instead of h * stride and w * stride.",
            "Los cortes para dW empiezan en h y w en vez de h * stride y w * stride.",
            Names.Adding("dW"), Places.ConvBackward,
            OnlyWeightGradient(Changes.Windows(windows => windows with { Stride = (1, 1) })))
        {
            SeenIn = ["cybertronai/autograd-hacks#5"],
        },
        new("same-odd-cell-before",
            "With padding \"same\" and an even kernel, the odd row or column of padding is before the image; it belongs behind it.",
            "Con padding \"same\" y un kernel par, la fila o columna impar de padding está antes de la imagen; va detrás.",
            "pad", Places.Conv,
            Changes.Windows(windows => windows with
            {
                Padding = windows.PaddingBehind,
                MoreBehind = (-windows.MoreBehind.H, -windows.MoreBehind.W),
            })),
        new("circular-wraps-other-axis",
            "Circular padding wraps rows around by the padding of the columns, and columns by that of the rows.",
            "El padding circular agrega filas según el padding de las columnas, y columnas según el de las filas.",
            "pad", Places.ConvForward,
            (call, compute) => !call.Windows.Circular ? null : compute(call with
            {
                Windows = call.Windows with { Padding = (call.Windows.Padding.W, call.Windows.Padding.H) },
            }))
        {
            SeenIn = ["pytorch/pytorch#37844"],
        },
        new("padding-competes",
            "The padding's zeros compete for the maximum; they should lose against every number.",
            "Los ceros del padding compiten por el máximo; deberían perder contra cualquier número.",
            "padding", Places.Maximum,
            Border((input, before, behind) => Filled(input, before, behind, 0)))
        {
            SeenIn = ["apache/mxnet#2753"],
        },
    ];

    private static Windows Twice(Windows windows) => windows with { Padding = (2 * windows.Padding.H, 2 * windows.Padding.W) };

    private static Change OnlyWeightGradient(Change change) => (call, compute) =>
        change(call, compute) is { } wrong ? compute(call) with { GradWeight = wrong.GradWeight } : null;

    private static Results? OfOnes(Call call, Compute compute) => call.Operation == Operation.ZeroPad
        ? compute(call with { Windows = call.Windows with { Border = 1 } })
        : Border((input, before, behind) => Filled(input, before, behind, 1))(call, compute);

    // An image somewhere in a border of the right size; as a copy there that does not fit, null.
    private static Change Copied(
        Func<(long H, long W), (long H, long W), (long H, long W)> to, Func<Tensor, Tensor>? turned = null) => (call, compute) =>
    {
        var (before, behind) = (call.Windows.Padding, call.Windows.PaddingBehind);
        var images = turned?.Invoke(call.Input) ?? call.Input;
        var (at, output) = (to(before, behind), compute(call).Output!.FullLike(call.Windows.Border));
        Correct.Crop(output, at, (images.shape[2], images.shape[3])).copy_(images);
        return new() { Output = output };
    };

    // A border along these axes, of what would otherwise have none.
    private static Change OtherAxes(bool images = false, bool rows = false, bool columns = false, bool channels = false) =>
        (call, compute) =>
        {
            long pad = call.Windows.Padding.H;
            var results = compute(call with { Windows = call.Windows with { Padding = (rows ? pad : 0, columns ? pad : 0) } });
            var (n, c) = (images ? pad : 0, channels ? pad : 0);
            return results with { Output = nn.functional.pad(results.Output!, [0, 0, 0, 0, c, c, n, n]) };
        };

    // The same windows on an image with another border. What flows back into the border is cut off.
    private static Change Border(Func<Tensor, (long H, long W), (long H, long W), Tensor> border) => (call, compute) =>
    {
        var (before, behind, size) = (call.Windows.Padding, call.Windows.PaddingBehind, call.Input.shape);
        var padded = border(call.Input, before, behind);
        if (call.Operation == Operation.ZeroPad) return new() { Output = padded };
        var results = Changes.WhatFits(call, call with { Input = padded, Windows = call.Windows.WithoutPadding() }, compute);
        results = Changes.Reindexed(results, padded.shape[3], (-before.H, -before.W), size[3]);
        if (results.GradInput is null) return results;
        var whole = Changes.Fit(results.GradInput, (size[2] + before.H + behind.H, size[3] + before.W + behind.W));
        return results with { GradInput = Correct.Crop(whole, before, (size[2], size[3])) };
    };

    private static Tensor Filled(Tensor input, (long H, long W) before, (long H, long W) behind, double value) =>
        nn.functional.pad(input, [before.W, behind.W, before.H, behind.H], PaddingModes.Constant, value);

    private static Results? OnPaddedInput(Call call, Compute compute, Func<Tensor, Tensor> crop)
    {
        if (call.Windows.Circular) return null; // what flows back from there is added to the other edge
        var (before, behind) = (call.Windows.Padding, call.Windows.PaddingBehind);
        var results = compute(call with { Input = Filled(call.Input, before, behind, 0), Windows = call.Windows.WithoutPadding() });
        return results with { GradInput = crop(results.GradInput!) };
    }
}
