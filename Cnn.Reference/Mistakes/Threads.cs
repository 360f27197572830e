using Cnn.Reference.Printing;

namespace Cnn.Reference.Mistakes;

/// <summary>Public threads in which mistakes were seen, and what happened there.</summary>
internal static class Threads
{
    /// <summary>What happened, by <c>owner/repo#number</c>.</summary>
    public static readonly IReadOnlyDictionary<string, Bilingual> Stories = new Dictionary<string, Bilingual>
    {
        ["0809zheng/CS231n-assignment2019#19"] = new(
            "Max pool, backwards, by =: the course's own test passes, for its windows do not overlap.",
            "Max pool hacia atrás con =: el test del propio curso pasa, porque sus ventanas no se superponen."),
        ["ahrefs/ocannl#512"] = new(
            "The mark of a winner was kept once a cell, and the last window wrote it.",
            "La marca del ganador se guardaba una vez por celda, y la escribía la última ventana."),
        ["apache/mxnet#2753"] = new(
            "Max pool padded with 0: the border of a map of negative numbers came out as 0.",
            "Max pool con padding de 0: el borde de un mapa de números negativos daba 0."),
        ["apache/mxnet#6986"] = new(
            "im2col was called with dilation[1] for both axes.",
            "Se llamaba a im2col con dilation[1] para los dos ejes."),
        ["apache/tvm#3581"] = new(
            "Integer average pool divided each number before adding: four ones gave 0.",
            "El average pool de enteros dividía cada número antes de sumar: cuatro unos daban 0."),
        ["apache/tvm#5433"] = new(
            "The sum of left and right padding was handed over as the padding of each side.",
            "La suma del padding izquierdo y el derecho se pasaba como padding de cada lado."),
        ["autogluon/autogluon#438"] = new("pad_width and pad_height were swapped.", "pad_width y pad_height estaban intercambiados."),
        ["BVLC/caffe#4252"] = new(
            "A pool's size was rounded up, which gave a last window that began outside of the image.",
            "El tamaño de un pool se redondeaba para arriba, y la última ventana empezaba fuera de la imagen."),
        ["cybertronai/autograd-hacks#3"] = new(
            "The slices for the weight gradient were unfolded without the layer's padding.",
            "Los slices para el gradiente de los pesos se desplegaban sin el padding de la capa."),
        ["cybertronai/autograd-hacks#5"] = new(
            "The slices for the weight gradient were unfolded without the layer's stride.",
            "Los slices para el gradiente de los pesos se desplegaban sin el stride de la capa."),
        ["deeplearning4j/deeplearning4j#4683"] = new(
            "Average pool left padding out of the divisor forwards, and counted it backwards.",
            "El average pool dejaba el padding fuera del divisor hacia adelante, y lo contaba hacia atrás."),
        ["deeplearning4j/deeplearning4j#8280"] = new(
            "The bias gradient was summed over the axes of NCHW, on data in NHWC.",
            "El gradiente del bias se sumaba sobre los ejes de NCHW, con datos en NHWC."),
        ["dengfy/cs231n#1"] = new(
            "A student asks whether db should be divided by the number of images. It is a sum.",
            "Un estudiante pregunta si db se divide por la cantidad de imágenes. Es una suma."),
        ["devitocodes/joey#5"] = new(
            "The backward pass assigned where it had to increment.",
            "El backward pass asignaba donde había que incrementar."),
        ["distdl/distdl#79"] = new(
            "After a convolution with padding, the border was not cut off again.",
            "Después de una convolución con padding, no se volvía a recortar el borde."),
        ["ENCP/CNNdroid#4"] = new(
            "A convolution's size was rounded up as a pool's may be; rounded down, results were right.",
            "El tamaño de una convolución se redondeaba para arriba, como se puede con un pool; para abajo, los resultados estaban bien."),
        ["enggen/Deep-Learning-Coursera#7"] = new(
            "The stride was missing in the backward pass of convolution and pool.",
            "Faltaba el stride en el backward pass de la convolución y del pool."),
        ["eplt/Deep-Learning-Coursera-Complete#1"] = new(
            "The single step added the bias before the sum, once a product.",
            "El paso único sumaba el bias antes de la suma, una vez por producto."),
        ["fissehab/Deep_learning_specialization#1"] = new(
            "conv_backward took h for h * stride; the proposed mend does not parse.",
            "conv_backward usaba h en vez de h * stride; el arreglo propuesto no es Python válido."),
        ["FluxML/Metalhead.jl#14"] = new(
            "Weights of a correlation were run by a convolution, which flips them.",
            "Los pesos de una correlación se usaban en una convolución, que los da vuelta."),
        ["FluxML/NNlib.jl#89"] = new(
            "m = max(x) for m = max(m, x): the last cell of each window won.",
            "m = max(x) en vez de m = max(m, x): ganaba la última celda de cada ventana."),
        ["FluxML/NNlib.jl#205"] = new(
            "Max pool, backwards, by =: of overlapping windows the last one was left.",
            "Max pool hacia atrás con =: de las ventanas superpuestas quedaba la última."),
        ["FluxML/NNlib.jl#367"] = new(
            "An inner loop over the channels hid the outer one: each output of a depthwise kernel summed them all.",
            "Un bucle interno sobre los canales tapaba al externo: cada salida de un kernel depthwise los sumaba todos."),
        ["ggml-org/ggml#1448"] = new(
            "The batch was never looped over: after the first image came zeros.",
            "No había bucle sobre el batch: después de la primera imagen venían ceros."),
        ["hank-ai/darknet#77"] = new("The strides were passed in the wrong order.", "Los strides se pasaban en el orden equivocado."),
        ["huggingface/candle#2337"] = new(
            "In a transposed convolution's backward pass, stride and dilation were swapped.",
            "En el backward pass de una convolución transpuesta, stride y dilation estaban intercambiados."),
        ["huggingface/candle#3405"] = new(
            "An image with as many channels as rows and columns was taken for one in NHWC.",
            "Una imagen con tantos canales como filas y columnas se tomaba por una en NHWC."),
        ["iamtrask/Grokking-Deep-Learning#43"] = new(
            "Loops over range(H - k) dropped the last row and column of windows.",
            "Los bucles sobre range(H - k) perdían la última fila y la última columna de ventanas."),
        ["iree-org/iree-turbine#1223"] = new(
            "The weight gradient's stride and dilation were swapped.",
            "El stride y la dilation del gradiente de los pesos estaban intercambiados."),
        ["jmschrei/tangermeme#95"] = new(
            "Attributions through a max pool were assigned: of windows with one winner, one was left.",
            "Las atribuciones a través de un max pool se asignaban: de las ventanas con el mismo ganador quedaba una."),
        ["kraiskil/onnx2c#7"] = new(
            "The bias was indexed by the loop over the batch.",
            "El bias se indexaba con el bucle sobre el batch."),
        ["Kulbear/deep-learning-coursera#34"] = new(
            "conv_backward's windows began at h and w: db was right, dA_prev and dW were not.",
            "Las ventanas de conv_backward empezaban en h y w: db estaba bien, dA_prev y dW no."),
        ["Kulbear/deep-learning-coursera#45"] = new(
            "The bias was added to each product, and the notebook's expected number was wrong, too.",
            "El bias se sumaba a cada producto, y el número esperado del notebook también estaba mal."),
        ["LBANN/lbann#1022"] = new(
            "A buffer's scaling was done once an image: sums over the batch were spoiled.",
            "El escalado de un buffer se hacía una vez por imagen: las sumas sobre el batch quedaban arruinadas."),
        ["LeelaChessZero/lc0#130"] = new(
            "Biases were added that the means of the batch normalisation held already.",
            "Se sumaban biases que las medias de la batch normalisation ya tenían."),
        ["marsggbo/deeplearning.ai_JupyterNotebooks#6"] = new(
            "The mask was multiplied by a slice of dA, cut with the input's corners.",
            "La máscara se multiplicaba por un slice de dA, cortado con los vértices de la entrada."),
        ["marsggbo/deeplearning.ai_JupyterNotebooks#10"] = new(
            "Why one number of dA belongs to one window, and not a slice.",
            "Por qué a una ventana le corresponde un número de dA, y no un slice."),
        ["mlpack/mlpack#3679"] = new(
            "A bias layer's gradient was not summed over the batch: it was right for one image.",
            "El gradiente de una capa de bias no se sumaba sobre el batch: estaba bien para una imagen."),
        ["mlpack/mlpack#4050"] = new(
            "Layer and rule disagreed about which axis the width is; no test had two strides.",
            "La capa y la regla no coincidían en qué eje es el ancho; ningún test tenía dos strides."),
        ["mni-ml/framework#22"] = new(
            "Of k equal maxima each got the whole gradient.",
            "De k máximos iguales, cada uno recibía el gradiente entero."),
        ["NVIDIA/cutlass#3526"] = new(
            "The size took a dilated kernel for k * dilation wide.",
            "El tamaño suponía que un kernel con dilation mide k * dilation de ancho."),
        ["OAID/Tengine#5"] = new("Every group got the biases of the first.", "Cada grupo recibía los biases del primero."),
        ["onnx/onnx#1178"] = new(
            "The standard's test kernel is all ones: a flip cannot be seen.",
            "El kernel de prueba del estándar es todo unos: si se da vuelta, no se ve."),
        ["PaddlePaddle/Paddle#20997"] = new("stride[0] was used for every axis.", "Se usaba stride[0] para todos los ejes."),
        ["pytorch/executorch#18616"] = new(
            "Average pool without padding in the divisor ignored divisor_override.",
            "El average pool sin padding en el divisor ignoraba divisor_override."),
        ["pytorch/pytorch#1465"] = new(
            "In a window of nothing but NaN or -inf the index stayed -1, and the backward pass wrote before its tensor.",
            "En una ventana con solo NaN o -inf el índice quedaba en -1, y el backward pass escribía antes de su tensor."),
        ["pytorch/pytorch#7645"] = new(
            "x > max is never true for NaN: it was passed over, and a window of nothing else gave the lowest float.",
            "x > max nunca es verdadero para NaN: se lo salteaba, y una ventana sin otra cosa daba el float más bajo."),
        ["pytorch/pytorch#37844"] = new(
            "Circular padding (0, 1) wrapped the rows instead of the columns.",
            "El padding circular (0, 1) daba la vuelta a las filas en vez de a las columnas."),
        ["pytorch/pytorch#198119"] = new(
            "A compiled backward pass divided a window that overhangs by its whole size: 1/3 where 1/2 is right.",
            "Un backward pass compilado dividía una ventana que sobresale por su tamaño entero: 1/3 donde va 1/2."),
        ["QUVA-Lab/e2cnn#23"] = new(
            "The image was padded by a step of its own, and once more by the convolution.",
            "La imagen recibía padding en un paso propio, y otra vez en la convolución."),
        ["rasbt/machine-learning-book#168"] = new(
            "A textbook's loop counted outputs and stepped by the stride: outputs were missing.",
            "El bucle de un libro de texto contaba salidas y avanzaba de a stride: faltaban salidas."),
        ["riccardoandreoni0/CNN-from-scratch#1"] = new(
            "A return one indent too deep: only the first window got a gradient, and the network still learned.",
            "Un return con un nivel de indentación de más: solo la primera ventana recibía gradiente, y la red igual aprendía."),
        ["robertknight/rten#1408"] = new(
            "The bias was picked by the index inside of the group.",
            "El bias se elegía con el índice de adentro del grupo."),
        ["robertknight/rten#1456"] = new(
            "A window that overhangs was divided by the kernel's size.",
            "Una ventana que sobresale se dividía por el tamaño del kernel."),
        ["ROCm/rocm-libraries#7732"] = new(
            "The input gradient was split by stride phase, and a fast path computed only the first.",
            "El gradiente de la entrada se partía por fase del stride, y un camino rápido calculaba solo la primera."),
        ["sebgao/cTensor#3"] = new("dW was multiplied by 1 / (B * H * W).", "dW se multiplicaba por 1 / (B * H * W)."),
        ["shaoanlu/deeplearning.ai-Convolutional-Neural-Networks#1"] = new(
            "The stride was ignored; the mend computes vert_start and horiz_start, and goes on without them.",
            "Se ignoraba el stride; el arreglo calcula vert_start y horiz_start, y sigue sin usarlos."),
        ["sonos/tract#2654"] = new(
            "count_include_pad was lost when a model was saved.",
            "count_include_pad se perdía al guardar un modelo."),
        ["tenstorrent/tt-torch#1247"] = new("divisor_override was dropped.", "Se perdía divisor_override."),
        ["tensorflow/tensorflow#10216"] = new(
            "Indices counted the cells of the image, as they should; the user divided them by the width of the padded one.",
            "Los índices contaban las celdas de la imagen, como corresponde; el usuario los dividía por el ancho de la que tiene padding."),
        ["tensorflow/tfjs#4854"] = new("The search for the maximum began at 0.", "La búsqueda del máximo empezaba en 0."),
        ["tensorflow/tflite-micro#3584"] = new(
            "A batch of one was written into the loop: the other images stayed as they were.",
            "En el bucle estaba escrito un batch de uno: las otras imágenes quedaban como estaban."),
        ["torch/nn#344"] = new(
            "A padding layer's backward pass returned the input.",
            "El backward pass de una capa de padding devolvía la entrada."),
        ["tracel-ai/burn#5601"] = new(
            "Only the padding before the image was read: the last window was missing.",
            "Se leía solo el padding de antes de la imagen: faltaba la última ventana."),
        ["tracel-ai/burn#5604"] = new(
            "A window that overhangs was divided by its whole size: 0.5 where 1 is right.",
            "Una ventana que sobresale se dividía por su tamaño entero: 0.5 donde va 1."),
        ["tracel-ai/burn#5662"] = new(
            "A NaN was lost unless it was the first cell of its window.",
            "Un NaN se perdía, salvo que fuera la primera celda de su ventana."),
        ["uxlfoundation/oneDNN#1677"] = new(
            "The search for the maximum began at FLT_MIN, which is the smallest number above 0.",
            "La búsqueda del máximo empezaba en FLT_MIN, que es el número más chico mayor que 0."),
    };
}
