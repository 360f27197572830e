using Cnn.Reference.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cnn.Reference.Report;

/// <summary>What the network takes one image for.</summary>
/// <param name="Image">Where the image is in its dataset.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Class">The class with the highest score.</param>
/// <param name="Probability">How likely the network thinks that class; NaN where its scores are not finite.</param>
internal readonly record struct Prediction(int Image, int Label, int Class, double Probability)
{
    /// <summary>Whether the network is right.</summary>
    public bool IsRight => Label == Class;
}

/// <summary>What a network takes images for.</summary>
internal static class Predictions
{
    /// <summary>Classifies all images, a batch at a time, in their order.</summary>
    public static IReadOnlyList<Prediction> Of(Sequential network, ImageDataset data, int batch)
    {
        var predictions = new List<Prediction>(data.Count);
        for (int first = 0; first < data.Count; first += batch)
        {
            using var scope = NewDisposeScope();
            var (images, _) = data.Batch(first, Math.Min(batch, data.Count - first));
            var scores = network.forward(images);
            long[] classes = scores.argmax(1).data<long>().ToArray();
            double[] probabilities = Probabilities(scores).gather(1, tensor(classes).unsqueeze(1)).data<double>().ToArray();
            for (int n = 0; n < classes.Length; n++)
                predictions.Add(new(first + n, data.Labels[first + n], (int)classes[n], probabilities[n]));
        }
        return predictions;
    }

    /// <summary>Scores as probabilities of the classes, float64.</summary>
    public static Tensor Probabilities(Tensor scores) => scores.to_type(ScalarType.Float64).softmax(1);

    /// <summary>The part of the images that is classified rightly.</summary>
    public static double Accuracy(IReadOnlyList<Prediction> predictions) =>
        (double)predictions.Count(prediction => prediction.IsRight) / predictions.Count;
}
