using Cnn.Layers;
using Cnn.Reference.Exercises;
using Cnn.Reference.Mistakes;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Mistakes;

/// <summary>What mistakes are changes of is right: equal to the lesson's functions, and to libtorch.</summary>
public class CorrectTests
{
    public static TheoryData<string> Exercises => [.. ExerciseTable.All.Select(exercise => exercise.Name)];

    [Theory, MemberData(nameof(Exercises))]
    public void ExerciseIsTheLessons(string name)
    {
        using var scope = NewDisposeScope();
        var exercise = ExerciseTable.All.Single(each => each.Name == name);
        foreach (var @case in exercise.Cases)
        {
            var call = @case.ToCall();
            Tensor[] lesson = [.. Lesson(call).Select(tensor => tensor.to(ScalarType.Float64))];
            Assert.True(exercise.FirstWrong(lesson, exercise.Answer(call)) is null, $"{@case}");
        }
    }

    private static Tensor[] Lesson(Call call)
    {
        var input = Nhwc.FromNchw(call.Input);
        var (stride, pad, f) = (call.Windows.Stride.H, call.Windows.Padding.H, call.Windows.Kernel.H);
        switch (call.Operation)
        {
            case Operation.ZeroPad:
                return [StepByStep.ZeroPad(input, pad)];
            case Operation.SingleStep:
                return [StepByStep.ConvSingleStep(input[0], Nhwc.FromFilters(call.Weight!)[.., .., .., 0], call.Bias!.reshape(1, 1, 1))];
            case Operation.ConvForward:
                return [StepByStep.ConvForward(input, Nhwc.FromFilters(call.Weight!), call.Bias!.reshape(1, 1, 1, -1), new(stride, pad)).Z];
            case Operation.ConvBackward:
                var bias = zeros(1, 1, 1, call.Weight!.shape[0], ScalarType.Float64);
                var (dA_prev, dW, db) = StepByStep.ConvBackward(
                    Nhwc.FromNchw(call.GradOutput!), new(input, Nhwc.FromFilters(call.Weight), bias, new(stride, pad)));
                return [dA_prev, dW, db];
            case Operation.Mask:
                return [StepByStep.CreateMaskFromWindow(call.Input[0, 0])];
            case Operation.Distribute:
                return [StepByStep.DistributeValue(call.GradOutput!.item<double>(), call.Windows.Kernel)];
            case Operation.MaxForward or Operation.AverageForward:
                return [StepByStep.PoolForward(input, new(stride, 0, f), Mode(call)).A];
            default:
                return [StepByStep.PoolBackward(Nhwc.FromNchw(call.GradOutput!), new(input, new(stride, 0, f), Mode(call)), Mode(call))];
        }
    }

    private static PoolMode Mode(Call call) =>
        call.Operation is Operation.MaxForward or Operation.MaxBackward ? PoolMode.Max : PoolMode.Average;

    [Theory]
    [InlineData(nameof(Operation.ConvForward)), InlineData(nameof(Operation.ConvBackward)), InlineData(nameof(Operation.MaxForward))]
    [InlineData(nameof(Operation.MaxBackward)), InlineData(nameof(Operation.AverageForward)), InlineData(nameof(Operation.AverageBackward))]
    public void LayerIsLibtorchs(string operation)
    {
        using var scope = NewDisposeScope();
        foreach (var call in LayerCalls.Of(Enum.Parse<Operation>(operation)))
        {
            var results = Correct.Of(call);
            var truth = RightLibtorch.Of(call, ScalarType.Float64);
            Assert.Equal(truth.Parts(), results.Parts());
            Assert.All(truth.Parts(), part => Assert.True(Sameness.Same(truth[part]!, results[part]!), $"{operation} {part}"));
        }
    }

    /// <summary>What lies behind is libtorch's choice, too.</summary>
    [Fact]
    public void SamePaddingIsLibtorchs()
    {
        using var scope = NewDisposeScope();
        var same = LayerCalls.CasesOf(Operation.ConvForward).Where(@case => @case.Same).ToList();
        Assert.NotEmpty(same);
        foreach (var @case in same)
        {
            var call = LayerCalls.Of(@case, Operation.ConvForward);
            using var layer = nn.Conv2d(
                @case.C, @case.O, @case.Kernel, padding: Padding.Same, dilation: @case.Dilation, groups: @case.Groups,
                dtype: ScalarType.Float64);
            layer.weight = nn.Parameter(call.Weight!.clone());
            layer.bias = nn.Parameter(call.Bias!.clone());
            Assert.NotEqual((0, 0), call.Windows.MoreBehind);
            Assert.True(Sameness.Same(layer.forward(call.Input).detach(), Correct.Of(call).Output!), $"{@case}");
        }
    }

    /// <summary>Where no two numbers are equal, every maximum is the first.</summary>
    [Fact]
    public void EveryMaximumIsTheOnlyOne()
    {
        using var scope = NewDisposeScope();
        var calls = LayerCalls.CasesOf(Operation.MaxBackward).Select(@case => LayerCalls.Of(@case, Operation.MaxBackward));
        Assert.All(calls, call => Assert.True(Sameness.Same(
            RightLibtorch.Of(call, ScalarType.Float64).GradInput!,
            Correct.Of(call with { Windows = call.Windows with { EveryMaximum = true } }).GradInput!)));
    }
}
