using Cnn.Reference.Cases;
using Cnn.Reference.Exercises;
using Cnn.Reference.Files;
using Cnn.Reference.Printing;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Explaining;

/// <summary>
/// A layer and its tensors from a file of np.savez: by the exercise's names (A_prev, W, b, stride, pad, dZ; A_prev, f, stride, mode, dA),
/// or by PyTorch's (input, weight, bias, stride, padding, dilation, groups; input, kernel_size, stride, padding, dilation, mode;
/// gradOutput).
/// </summary>
internal static class SavedInput
{
    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="language">In which language refusals are.</param>
    /// <exception cref="UsageException">It cannot be read, an array is missing, or they do not fit each other.</exception>
    public static (Problem Problem, Bilingual Note) Of(FileInfo file, Language language)
    {
        var arrays = NamedArrays.Read(file, language)[0];
        bool isExercise = arrays.NumbersIfAny("A_prev") is not null;
        var dtype = arrays.TypeOf(isExercise ? "A_prev" : "input") is ScalarType.Float32 ? ScalarType.Float32 : ScalarType.Float64;
        var (@case, input, weight, bias, gradOutput) = isExercise ? Exercise(arrays) : Torch(arrays);
        @case = @case with
        {
            DType = dtype,
            N = input.shape[0],
            C = input.shape[1],
            H = input.shape[2],
            W = input.shape[3],
            Bias = @case.Kind != LayerKind.Conv || bias is not null,
        };
        CheckShapes(arrays, @case, weight, bias, gradOutput, isExercise);
        var problem = new Problem(@case, Own(input)!, Own(weight), Own(bias), Own(gradOutput));
        return (problem, new($"From {file.Name}.", $"De {file.Name}."));

        Tensor? Own(Tensor? tensor) => tensor?.to(dtype, copy: true).DetachFromDisposeScope();
    }

    private static (Case Case, Tensor Input, Tensor? Weight, Tensor? Bias, Tensor? GradOutput) Exercise(NamedArrays arrays)
    {
        var input = Nhwc.ToNchw(Images(arrays, "A_prev"));
        var stride = arrays.PairIfAny("stride") ?? (1, 1);
        if (arrays.NumbersIfAny("W") is not { } filters)
        {
            var window = arrays.PairIfAny("f") ?? throw arrays.Refuse("f", new("is missing, and W as well", "falta, y W también"));
            var upstream = arrays.NumbersIfAny("dA") is null ? null : Nhwc.ToNchw(Images(arrays, "dA"));
            return (new Case { Kind = PoolOf(arrays), Kernel = window, Stride = stride }, input, null, null, upstream);
        }
        RequireFour(arrays, "W", filters, "(f, f, n_C_prev, n_C)");
        var weight = Nhwc.ToFilters(filters);
        var @case = ConvolutionOf(weight) with { Stride = stride, Padding = arrays.PairIfAny("pad") ?? (0, 0) };
        var gradOutput = arrays.NumbersIfAny("dZ") is null ? null : Nhwc.ToNchw(Images(arrays, "dZ"));
        return (@case, input, weight, arrays.NumbersIfAny("b")?.reshape(-1), gradOutput);
    }

    private static (Case Case, Tensor Input, Tensor? Weight, Tensor? Bias, Tensor? GradOutput) Torch(NamedArrays arrays)
    {
        var input = Images(arrays, "input");
        var gradOutput = arrays.NumbersIfAny("gradOutput") is null ? null : Images(arrays, "gradOutput");
        var padding = arrays.PairIfAny("padding") ?? (0, 0);
        var dilation = arrays.PairIfAny("dilation") ?? (1, 1);
        if (arrays.NumbersIfAny("weight") is not { } weight)
        {
            var window = arrays.PairIfAny("kernel_size")
                ?? throw arrays.Refuse("kernel_size", new("is missing, and weight as well", "falta, y weight también"));
            var pool = new Case { Kind = PoolOf(arrays), Kernel = window, Padding = padding, Dilation = dilation };
            return (pool with { Stride = arrays.PairIfAny("stride") ?? window }, input, null, null, gradOutput);
        }
        RequireFour(arrays, "weight", weight, "(C_out, C_in / groups, kH, kW)");
        long groups = arrays.NumbersIfAny("groups") is null ? 1 : arrays.Whole("groups");
        var @case = ConvolutionOf(weight) with { Padding = padding, Dilation = dilation, Groups = groups };
        var stride = arrays.PairIfAny("stride") ?? (1, 1);
        return (@case with { Stride = stride }, input, weight, arrays.NumbersIfAny("bias")?.reshape(-1), gradOutput);
    }

    private static Case ConvolutionOf(Tensor weight) =>
        new() { Kind = LayerKind.Conv, O = weight.shape[0], Kernel = (weight.shape[2], weight.shape[3]) };

    private static LayerKind PoolOf(NamedArrays arrays) => arrays.IsAverage("mode") ? LayerKind.Avg : LayerKind.Max;

    private static Tensor Images(NamedArrays arrays, string name)
    {
        var images = arrays.Numbers(name);
        RequireFour(arrays, name, images, name == "A_prev" ? "(m, n_H, n_W, n_C)" : "(N, C, H, W)");
        return images;
    }

    private static void RequireFour(NamedArrays arrays, string name, Tensor tensor, string form)
    {
        if (tensor.dim() != 4) throw arrays.Refuse(name, new($"must have four axes, {form}", $"debe tener cuatro ejes, {form}"));
    }

    private static void CheckShapes(NamedArrays arrays, Case @case, Tensor? weight, Tensor? bias, Tensor? gradOutput, bool isExercise)
    {
        if (@case.Kind == LayerKind.Conv && (@case.Groups < 1 || weight!.shape[1] * @case.Groups != @case.C))
            throw arrays.Refuse(isExercise ? "W" : "weight", new(
                $"is for {weight!.shape[1] * @case.Groups} channels, and the input has {@case.C}",
                $"es para {weight.shape[1] * @case.Groups} canales, y la entrada tiene {@case.C}"));
        try
        {
            @case.CheckGeometry();
        }
        catch (ArgumentException exception)
        {
            throw arrays.Refuse(exception.Message.Split(" (Parameter ")[0]);
        }
        if (bias is not null && bias.numel() != @case.O)
            throw arrays.Refuse(isExercise ? "b" : "bias", new($"must have {@case.O} numbers", $"debe tener {@case.O} números"));
        var shape = @case.Kind == LayerKind.Conv ? @case.ConvGeometry().OutputShape : @case.PoolOutputShape();
        if (gradOutput is not null && !gradOutput.shape.SequenceEqual([shape.N, shape.C, shape.H, shape.W]))
        {
            string name = !isExercise ? "gradOutput" : @case.Kind == LayerKind.Conv ? "dZ" : "dA";
            string size = $"(n_H, n_W) = ({shape.H}, {shape.W})";
            throw arrays.Refuse(name, new(
                $"must have the shape of the output, {size}, {shape.C} channels",
                $"debe tener la forma de la salida, {size}, {shape.C} canales"));
        }
    }
}
