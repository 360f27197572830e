using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>The numbers of a problem, without the way in which they lie in memory.</summary>
/// <param name="Input">(N, C, H, W).</param>
/// <param name="Weight">Convolution: the filters.</param>
/// <param name="Bias">Convolution: one a filter; null for none.</param>
/// <param name="GradOutput">Gradients: (N, O, oH, oW).</param>
internal sealed record Operands(NumberArray Input, NumberArray? Weight, NumberArray? Bias, NumberArray? GradOutput)
{
    /// <summary>Those that a case draws for a part of a level.</summary>
    public static Operands Of(Case @case, Numbers numbers, KernelKind kind)
    {
        using var scope = NewDisposeScope();
        using var problem = new Problem(@case, numbers);
        var gradOutput = kind == KernelKind.Conv2dGradients ? Batched(problem.Direction("output", ContractLevel.OutputOf(@case))) : null;
        return new(
            Batched(problem.Input), problem.Weight is null ? null : NumberArray.Of(problem.Weight),
            problem.Bias is null ? null : NumberArray.Of(problem.Bias), gradOutput);

        static NumberArray Batched(Tensor tensor) => NumberArray.Of(tensor.dim() == 3 ? tensor.unsqueeze(0) : tensor);
    }

    /// <summary>The problem that they make of a case, lying as it says; its tensors are the caller's scope's.</summary>
    public Problem ToProblem(Case @case) => new(
        @case, Lay(Input, @case), Weight?.ToTensor(@case.DType), Bias?.ToTensor(@case.DType),
        GradOutput is null ? null : Lay(GradOutput, @case));

    private static Tensor Lay(NumberArray numbers, Case @case)
    {
        var rows = numbers.ToTensor(@case.DType);
        long[] shape = numbers.Shape;
        switch (@case.Layout)
        {
            case Layout.ChannelsLast:
                return rows.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
            case Layout.Strided:
                return CopiedTo(zeros([shape[0], shape[1], 2 * shape[3], shape[2]], @case.DType)
                    .slice(2, 0, 2 * shape[3], 2).transpose(2, 3));
            case Layout.Cropped:
                return CopiedTo(zeros([shape[0], shape[1], shape[2] + 1, shape[3] + 3], @case.DType)
                    .slice(2, 0, shape[2], 1).slice(3, 0, shape[3], 1));
            case Layout.Expanded when shape[0] > 1:
                return rows.slice(0, 0, 1, 1).expand(shape);
            case Layout.Unbatched:
                return rows.squeeze(0);
            default:
                return rows;
        }

        Tensor CopiedTo(Tensor view) => view.copy_(rows);
    }
}
