using System.Reflection;
using Cnn.Layers;
using Cnn.Reference.Exercises;
using static TorchSharp.torch;

namespace Cnn.Reference.Workbook;

/// <summary>What students write, in the order in which they do.</summary>
internal static class LessonTable
{
    private const string Convolution = "StepByStep.Convolution.cs", Pooling = "StepByStep.Pooling.cs", Beyond = "FurtherSolutions.cs";

    /// <summary>The exercise's eight.</summary>
    public static readonly IReadOnlyList<Lesson> Eight =
    [
        Of<Func<Tensor, long, Tensor>>(ExerciseTable.ZeroPad, Convolution, ConvolutionTexts.ZeroPad, ExerciseCheck.ZeroPad),
        Of<Func<Tensor, Tensor, Tensor, Tensor>>(
            ExerciseTable.ConvSingleStep, Convolution, ConvolutionTexts.ConvSingleStep, ExerciseCheck.ConvSingleStep),
        Of<Func<Tensor, Tensor, Tensor, HParameters, Tensor>>(
            ExerciseTable.ConvForward, Convolution, ConvolutionTexts.ConvForward, ExerciseCheck.ConvForward),
        Of<Func<Tensor, HParameters, PoolMode, Tensor>>(
            ExerciseTable.PoolForward, Pooling, PoolingTexts.PoolForward, ExerciseCheck.PoolForward),
        Of<Func<Tensor, Tensor, Tensor, Tensor, HParameters, (Tensor, Tensor, Tensor)>>(
            ExerciseTable.ConvBackward, Convolution, ConvolutionTexts.ConvBackward, ExerciseCheck.ConvBackward),
        Of<Func<Tensor, Tensor>>(
            ExerciseTable.CreateMaskFromWindow, Pooling, PoolingTexts.CreateMaskFromWindow, ExerciseCheck.CreateMaskFromWindow),
        Of<Func<double, (long, long), Tensor>>(
            ExerciseTable.DistributeValue, Pooling, PoolingTexts.DistributeValue, ExerciseCheck.DistributeValue),
        Of<Func<Tensor, Tensor, HParameters, PoolMode, Tensor>>(
            ExerciseTable.PoolBackward, Pooling, PoolingTexts.PoolBackward, ExerciseCheck.PoolBackward),
    ];

    /// <summary>What is beyond the exercise.</summary>
    public static readonly IReadOnlyList<Lesson> Further =
    [
        Of<Func<Tensor, long, HParameters, Tensor>>(FurtherTable.Im2Col, Beyond, FurtherTexts.Im2Col, FurtherCheck.Im2Col),
        Of<Func<Tensor, Tensor, HParameters, (long, long), Tensor>>(
            FurtherTable.ConvBackwardByGather, Beyond, FurtherTexts.ConvBackwardByGather, FurtherCheck.ConvBackwardByGather),
        Of<Func<Tensor, Tensor, Tensor, HParameters, long, Tensor>>(
            FurtherTable.DilatedConvForward, Beyond, FurtherTexts.DilatedConvForward, FurtherCheck.DilatedConvForward),
        Of<Func<Tensor, Tensor, Tensor, HParameters, long, Tensor>>(
            FurtherTable.GroupedConvForward, Beyond, FurtherTexts.GroupedConvForward, FurtherCheck.GroupedConvForward),
    ];

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Lesson> All = [.. Eight, .. Further];

    private static Lesson Of<TFunction>(Exercise exercise, string file, LessonText text, Func<TFunction, ExerciseResult> check)
        where TFunction : Delegate
    {
        return new(exercise, file, text, type => Find(type) is { } function ? check(function) : WithoutFunction());

        // The one that fits: others of its name are the student's own business.
        TFunction? Find(Type type) => type
            .GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(method => method.Name == exercise.Name && !method.IsGenericMethodDefinition)
            .Select(method => (TFunction?)Delegate.CreateDelegate(typeof(TFunction), method, throwOnBindFailure: false))
            .FirstOrDefault(function => function is not null);

        ExerciseResult WithoutFunction() => ExerciseResult.Of(Says.NoFunction(Signature.Of(file, exercise.Name)));
    }
}
