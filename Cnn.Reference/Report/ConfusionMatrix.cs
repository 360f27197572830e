namespace Cnn.Reference.Report;

/// <summary>How many images of each class were taken for which.</summary>
internal sealed class ConfusionMatrix
{
    // By pair: of many classes, most are never mistaken for one another.
    private readonly Dictionary<(int True, int Predicted), int> counts = [];
    private readonly int[] images, predictions;

    /// <summary>Counts predictions.</summary>
    public ConfusionMatrix(IEnumerable<Prediction> predictions, int classes)
    {
        (images, this.predictions) = (new int[classes], new int[classes]);
        foreach (var prediction in predictions)
        {
            counts[(prediction.Label, prediction.Class)] = this[prediction.Label, prediction.Class] + 1;
            images[prediction.Label]++;
            this.predictions[prediction.Class]++;
        }
    }

    /// <summary>How many images of the one class were taken for the other.</summary>
    public int this[int trueClass, int predictedClass] => counts.GetValueOrDefault((trueClass, predictedClass));

    /// <summary>How many classes there are.</summary>
    public int Classes => images.Length;

    /// <summary>How many images the class has.</summary>
    public int Images(int trueClass) => images[trueClass];

    /// <summary>The part of the class's images that was recognised; NaN if it has none.</summary>
    public double Recall(int trueClass) => (double)this[trueClass, trueClass] / images[trueClass];

    /// <summary>The part of the images taken for the class that are of it; NaN if there are none.</summary>
    public double Precision(int predictedClass) => (double)this[predictedClass, predictedClass] / predictions[predictedClass];

    /// <summary>Pairs of different classes, the most often confused first.</summary>
    public IEnumerable<(int True, int Predicted, int Count)> MostConfused =>
        counts.Where(entry => entry.Key.True != entry.Key.Predicted)
            .OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key)
            .Select(entry => (entry.Key.True, entry.Key.Predicted, entry.Value));
}
