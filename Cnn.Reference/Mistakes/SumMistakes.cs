using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Sums of the wrong products: the bias, the filters, the channels and the images of a convolution.</summary>
internal static class SumMistakes
{
    private static readonly Operation[] SingleStep = [Operation.SingleStep];

    public static readonly Mistake[] All =
    [
        new("output-left-zero",
            "Nothing is written into Z: it holds the zeros that it was made with.",
            "No se escribe nada en Z: tiene los ceros con que se creó.",
            "Z[i, h, w, c] =", Places.ConvForward, Changes.Output((output, _) => zeros_like(output))),
        new("bias-missing",
            "The bias is not added.",
            "No se suma el bias.",
            "b", Places.OneWindow, Changes.Bias((bias, _) => zeros_like(bias))),
        new("bias-twice",
            "The bias is added twice.",
            "El bias se suma dos veces.",
            "b", Places.OneWindow, Changes.Bias((bias, _) => bias.Plus(bias)))
        {
            SeenIn = ["LeelaChessZero/lc0#130"],
        },
        new("bias-subtracted",
            "The bias is subtracted instead of added.",
            "El bias se resta en vez de sumarse.",
            "b", Places.OneWindow, Changes.Bias((bias, _) => -bias)),
        new("bias-multiplied",
            "The sum is multiplied by the bias; it should be added.",
            "La suma se multiplica por el bias; habría que sumarlo.",
            "b", SingleStep, (call, compute) =>
            {
                if (call.Bias is null) return null;
                var results = compute(call with { Bias = null });
                return results with { Output = results.Output! * call.Bias.reshape(-1, 1, 1) };
            }),
        new("filter-added",
            "W is added to the window, cell by cell, instead of multiplied with it: + for *.",
            "W se suma a la ventana, celda por celda, en vez de multiplicarse: + en vez de *.",
            "a_slice_prev, W", SingleStep, (call, compute) =>
            {
                var results = compute(call with { Weight = ones_like(call.Weight!) });
                return results with { Output = results.Output!.Plus(call.Weight!.sum([1, 2, 3]).reshape(-1, 1, 1)) };
            }),
        new("bias-per-product",
            "The bias is added to each product, before the sum, instead of once to the sum.",
            "El bias se suma a cada producto, antes de la suma, en vez de una vez a la suma.",
            "b", Places.OneWindow, Changes.Bias((bias, call) => bias.Times(call.Weight!.numel() / call.Weight.shape[0])))
        {
            SeenIn = ["Kulbear/deep-learning-coursera#45", "eplt/Deep-Learning-Coursera-Complete#1"],
        },
        new("bias-per-channel",
            "The bias is added once for each channel of the input instead of once to the sum.",
            "El bias se suma una vez por cada canal de la entrada en vez de una vez a la suma.",
            "b", Places.OneWindow, Changes.Bias((bias, call) => bias.Times(call.Weight!.shape[1]))),
        new("bias-of-first-filter",
            "Every filter gets the bias of the first one.",
            "Cada filtro recibe el bias del primero.",
            "b, c", Places.ConvForward, Changes.Bias((bias, _) => bias[0].expand(bias.shape))),
        new("bias-by-image",
            "The bias is picked by the index of the image, i, instead of that of the filter, c.",
            "El bias se elige por el índice de la imagen, i, en vez del índice del filtro, c.",
            "b, c", Places.ConvForward, BiasByImage)
        {
            SeenIn = ["kraiskil/onnx2c#7"],
        },
        new("kernel-flipped",
            "The filter is flipped along height and width, as the mathematician's convolution does.",
            "El filtro está invertido a lo alto y a lo ancho, como en la convolución de los matemáticos.",
            "W", [Operation.SingleStep, .. Places.Conv], Changes.Weight(weight => weight.flip(2, 3)))
        {
            SeenIn = ["FluxML/Metalhead.jl#14", "onnx/onnx#1178"],
        },
        new("kernel-transposed",
            "Rows and columns of the filter are swapped.",
            "Las filas y columnas del filtro están intercambiadas.",
            "W", [Operation.SingleStep, .. Places.Conv], KernelTransposed),
        new("first-filter-only",
            "Every output channel uses the first filter.",
            "Cada canal de salida usa el primer filtro.",
            "W, c", Places.Conv, Changes.Weight(weight => weight.narrow(0, 0, 1).expand(weight.shape))),
        new("first-channel-only",
            "Only the first channel of the input is summed.",
            "Solo se suma el primer canal de la entrada.",
            "a_slice_prev", Places.OneWindow, Changes.Weight(weight => FirstAlong(weight, 1))),
        new("last-product-only",
            "Each product overwrites the sum, with =, instead of adding to it, with +=: the last one is left.",
            "Cada producto sobrescribe la suma, con =, en vez de sumarse, con +=: queda el último.",
            "Z", Places.OneWindow, Changes.Weight(weight => FirstCell(weight.flip(1, 2, 3)).flip(1, 2, 3))),
        new("first-product-only",
            "The function returns inside of the loop over the products: only the first one is in the sum.",
            "La función retorna dentro del bucle sobre los productos: en la suma está solo el primero.",
            "Z", Places.OneWindow, Changes.Weight(FirstCell)),
        new("first-row-only",
            "The function returns inside of the loop over the window's rows: only the first row is in the sum.",
            "La función retorna dentro del bucle sobre las filas de la ventana: en la suma está solo la primera.",
            "Z", Places.OneWindow, Changes.Weight(weight => FirstAlong(weight, 2))),
        new("last-row-only",
            "Each row of the window overwrites the sum, with =, instead of adding to it, with +=: the last one is left.",
            "Cada fila de la ventana sobrescribe la suma, con =, en vez de sumarse, con +=: queda la última.",
            "Z", Places.OneWindow, Changes.Weight(weight => FirstAlong(weight.flip(2), 2).flip(2))),
        new("last-channel-only",
            "Each channel overwrites the sum, with =, instead of adding to it, with +=: the last one is left.",
            "Cada canal sobrescribe la suma, con =, en vez de sumarse, con +=: queda el último.",
            "Z", Places.OneWindow, Changes.Weight(weight => FirstAlong(weight.flip(1), 1).flip(1))),
        new("first-cell-only",
            "The function returns inside of the loop over the window's columns: only the first cell is in the sum.",
            "La función retorna dentro del bucle sobre las columnas de la ventana: en la suma está solo la primera celda.",
            "Z", Places.OneWindow, Changes.Weight(weight => FirstAlong(FirstAlong(weight, 2), 3))),
        new("last-row-missing",
            "The last row of the window is not in the sum: it ends one row too early.",
            "La última fila de la ventana no está en la suma: termina una fila antes.",
            "Z", Places.OneWindow, Changes.Weight(weight => WithoutLast(weight, 2))),
        new("last-column-missing",
            "The last column of the window is not in the sum: it ends one column too early.",
            "La última columna de la ventana no está en la suma: termina una columna antes.",
            "Z", Places.OneWindow, Changes.Weight(weight => WithoutLast(weight, 3))),
        new("last-channel-missing",
            "The last channel is not in the sum: it ends one channel too early.",
            "El último canal no está en la suma: termina un canal antes.",
            "Z", Places.OneWindow, Changes.Weight(weight => WithoutLast(weight, 1))),
        new("product-of-sums",
            "The sum of the window is multiplied by the sum of W; it should be the sum of the products, cell by cell.",
            "La suma de la ventana se multiplica por la suma de W; debería ser la suma de los productos, celda por celda.",
            "a_slice_prev, W", Places.OneWindow, Changes.Weight(weight => weight.sum([1, 2, 3], keepdim: true).expand(weight.shape))),
        new("products-averaged",
            "The mean of the products is taken instead of their sum.",
            "Se toma el promedio de los productos en vez de la suma.",
            "Z", Places.OneWindow, Changes.Weight(weight => weight.Over(weight.numel() / weight.shape[0]))),
        new("products-missing",
            "Z is the bias alone: no product is added to it.",
            "Z es solo el bias: no se le suma ningún producto.",
            "Z", Places.OneWindow, Changes.Weight(weight => zeros_like(weight))),
        new("sum-not-reset",
            "The sum does not begin at 0 for each output: it goes on from that of the one before.",
            "La suma no empieza en 0 en cada salida: sigue desde la de la anterior.",
            Names.Sum, [.. Places.ConvForward, Operation.AverageForward], SumNotReset),
        new("filter-not-used",
            "The window is summed without W.",
            "La ventana se suma sin W.",
            "W", Places.OneWindow, Changes.Weight(weight => ones_like(weight))),
        new("window-by-channel",
            "The cells of a window are taken channel by channel, those of the filter cell by cell.",
            "Las celdas de la ventana se toman canal por canal, las del filtro celda por celda.",
            "a_slice_prev", Places.OneWindow, Changes.Weight(ByChannel)),
        new("filter-and-channel-swapped",
            "The filter is picked by the axis of the channels: c stands in the last but one place of W instead of the last.",
            "El filtro se elige por el eje de los canales: c está en el penúltimo lugar de W en vez del último.",
            "W, c", Places.Conv, FilterAndChannelSwapped),
        new("channels-counted-as-filters",
            "There are n_C_prev filters instead of n_C: the last ones are not computed.",
            "Hay n_C_prev filtros en vez de n_C: los últimos no se calculan.",
            "n_C", Places.Conv, ChannelsCountedAsFilters),
        new("first-image-only",
            "Every image of the batch is computed from the first one.",
            "Cada imagen del lote se calcula a partir de la primera.",
            "A_prev_pad", [.. Places.Windows, Operation.ZeroPad], Changes.Input(input => input.narrow(0, 0, 1).expand(input.shape))),
        new("return-inside-loop",
            "Only the first image is computed: return stands inside of the loop over the images, or the loop ends too early.",
            "Solo se calcula la primera imagen: el return está dentro del bucle sobre las imágenes, o el bucle termina antes.",
            new("the loop over the images", "el bucle sobre las imágenes"), Places.Windows,
            Changes.Outputs(outputs => FirstAlong(outputs, 0)))
        {
            SeenIn = ["ggml-org/ggml#1448", "tensorflow/tflite-micro#3584"],
        },
        new("first-image-overwritten",
            "Every image is written to image 0 of Z_here: the last one is left there, and the others are zeros.",
            "Cada imagen se escribe en la imagen 0 de Z_here: queda ahí la última, y las otras son ceros.",
            new("the index of the image", "el índice de la imagen"), [.. Places.Forward, Operation.ZeroPad],
            (call, compute) => compute(call).OnOutputs(outputs => FirstAlong(outputs.flip(0), 0))),
        // Of pools, the exercise has none of more images than two: there the other one is left.
        new("last-image-missing",
            "The loop over the images ends one too early: the last image is left out.",
            "El bucle sobre las imágenes termina una antes: la última queda afuera.",
            new("the loop over the images", "el bucle sobre las imágenes"), Places.Conv,
            Changes.Outputs(outputs => WithoutLast(outputs, 0))),
        new("return-after-first-window",
            "The function returns inside of the innermost loop: only the first window is computed.",
            "La función retorna dentro del bucle más interno: solo se calcula la primera ventana.",
            "return", Places.Windows,
            Changes.Outputs(outputs => FirstAlong(FirstAlong(FirstAlong(FirstAlong(outputs, 0), 1), 2), 3)))
        {
            SeenIn = ["riccardoandreoni0/CNN-from-scratch#1"],
        },
        new("nan-as-zero",
            "A NaN of the input counts as 0.",
            "Un NaN de la entrada cuenta como 0.",
            "A_prev", Places.Forward,
            Changes.Input(input => input.nan_to_num(0, double.PositiveInfinity, double.NegativeInfinity))),
        new("activation-applied",
            "Negative values have become 0: an activation is applied to Z.",
            "Los valores negativos se volvieron 0: se aplicó una activación a Z.",
            "Z", Places.ConvForward, Changes.Output((output, _) => output.relu())),
        new("groups-first-only",
            "Every group reads the channels of the first one.",
            "Cada grupo lee los canales del primero.",
            "groups", Places.Conv, FirstGroupOnly),
        new("bias-of-first-group",
            "Every group gets the biases of the first one: the bias is picked by the index inside of the group.",
            "Cada grupo recibe los bias del primero: el bias se elige por el índice dentro del grupo.",
            "b, c", Places.ConvForward,
            Changes.Bias((bias, call) => bias.narrow(0, 0, bias.shape[0] / call.Windows.Groups).repeat(call.Windows.Groups)))
        {
            SeenIn = ["robertknight/rten#1408", "OAID/Tengine#5"],
        },
        new("depthwise-sums-all-channels",
            "With one channel a group, each filter still sums over all channels.",
            "Con un canal por grupo, cada filtro suma igual sobre todos los canales.",
            "groups", Places.ConvForward, DepthwiseSumsAllChannels)
        {
            SeenIn = ["FluxML/NNlib.jl#367"],
        },
        new("layout-misread",
            "The numbers of the image are read in another order of axes, as reshape does where the axes should be permuted.",
            "Los números de la imagen se leen en otro orden de ejes, como hace reshape donde había que permutar los ejes.",
            "A_prev", Places.Forward,
            Changes.Input(input => input.permute(0, 2, 3, 1).reshape(input.shape)))
        {
            SeenIn = ["huggingface/candle#3405"],
        },
    ];

    private static Results? BiasByImage(Call call, Compute compute)
    {
        if (call.Bias is null || call.Input.shape[0] > call.Bias.shape[0]) return null;
        var results = compute(call with { Bias = null });
        return results with { Output = results.Output!.Plus(call.Bias.narrow(0, 0, call.Input.shape[0]).reshape(-1, 1, 1, 1)) };
    }

    private static Results? KernelTransposed(Call call, Compute compute)
    {
        if (call.Windows.Kernel.H != call.Windows.Kernel.W) return null;
        var results = compute(call with { Weight = call.Weight!.transpose(2, 3) });
        return results.GradWeight is null ? results : results with { GradWeight = results.GradWeight.transpose(2, 3) };
    }

    /// <summary>The first along an axis; the others become zeros.</summary>
    public static Tensor FirstAlong(Tensor tensor, int axis)
    {
        var first = zeros_like(tensor);
        first.narrow(axis, 0, 1).copy_(tensor.narrow(axis, 0, 1));
        return first;
    }

    /// <summary>All but the last along an axis, which becomes zeros.</summary>
    public static Tensor WithoutLast(Tensor tensor, int axis)
    {
        var some = tensor.clone();
        some.narrow(axis, tensor.shape[axis] - 1, 1).zero_();
        return some;
    }

    // In the order of the exercise's loops: images, rows, columns, channels.
    private static Results SumNotReset(Call call, Compute compute)
    {
        var results = compute(call with { Bias = null });
        var sums = results.Output!.permute(0, 2, 3, 1);
        sums = sums.reshape(-1).cumsum(0).reshape(sums.shape).permute(0, 3, 1, 2);
        return results with { Output = call.Bias is null ? sums : sums.Plus(call.Bias.reshape(-1, 1, 1)) };
    }

    // What multiplies the window's cells in the order of channels, rows, columns are the filter's in the order of rows, columns, channels.
    private static Tensor ByChannel(Tensor weight) => weight.permute(0, 2, 3, 1).reshape(weight.shape);

    private static Tensor FirstCell(Tensor weight) => FirstAlong(FirstAlong(FirstAlong(weight, 1), 2), 3);

    private static Results? FilterAndChannelSwapped(Call call, Compute compute)
    {
        if (call.Windows.Groups != 1 || call.Weight!.shape[0] != call.Weight.shape[1]) return null;
        var results = compute(call with { Weight = call.Weight.transpose(0, 1) });
        return results.GradWeight is null ? results : results with { GradWeight = results.GradWeight.transpose(0, 1) };
    }

    // Forwards the others are not there, backwards nothing flows through them.
    private static Results? ChannelsCountedAsFilters(Call call, Compute compute)
    {
        long channels = call.Input.shape[1];
        if (call.Windows.Groups != 1 || channels > call.Weight!.shape[0]) return null;
        if (!call.IsBackward) return compute(call).OnOutputs(output => output.narrow(1, 0, channels));
        var some = zeros_like(call.GradOutput!);
        some.narrow(1, 0, channels).copy_(call.GradOutput!.narrow(1, 0, channels));
        return compute(call with { GradOutput = some });
    }

    private static Results? FirstGroupOnly(Call call, Compute compute)
    {
        if (call.Windows.Groups == 1) return null;
        long channels = call.Input.shape[1] / call.Windows.Groups;
        return compute(call with { Input = call.Input.narrow(1, 0, channels).repeat(1, call.Windows.Groups, 1, 1) });
    }

    private static Results? DepthwiseSumsAllChannels(Call call, Compute compute)
    {
        long groups = call.Windows.Groups;
        if (groups == 1 || groups != call.Input.shape[1]) return null;
        var results = compute(call with { Bias = null });
        var output = results.Output!.unflatten(1, groups, -1);
        var sums = output.sum(1, keepdim: true).expand(output.shape).flatten(1, 2);
        return results with { Output = call.Bias is null ? sums : sums.Plus(call.Bias.reshape(-1, 1, 1)) };
    }
}
