namespace Cnn.Reference.Training;

/// <summary>What a network makes of a set of images.</summary>
/// <param name="Loss">Mean cross-entropy.</param>
/// <param name="Accuracy">Part of the images that is classified rightly.</param>
internal readonly record struct Score(double Loss, double Accuracy);

/// <summary>One epoch of a run, as it is printed, kept in checkpoints and plotted.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Train">Of the training images, each at the weights of its step.</param>
/// <param name="Test">Of the test images, at the weights that the epoch left.</param>
/// <param name="Seconds">Time of the steps.</param>
/// <param name="Twin">The same of the twin of libtorch's layers; null where none ran beside.</param>
internal sealed record EpochRecord(int Epoch, Score Train, Score Test, double Seconds, TwinRecord? Twin);

/// <summary>An epoch of the twin, and what the comparisons of its steps have come to.</summary>
/// <param name="Train">Of the training images, each at the weights of its step.</param>
/// <param name="Test">Of the test images, at the weights that the epoch left.</param>
/// <param name="Seconds">Time of the twin's steps.</param>
/// <param name="Steps">Steps that were compared.</param>
/// <param name="WorstRatio">The largest difference between a layer of ours and libtorch's, in parts of what is allowed.</param>
/// <param name="WorstAt">Where it was: step, layer and tensor.</param>
internal sealed record TwinRecord(Score Train, Score Test, double Seconds, int Steps, double WorstRatio, string WorstAt);
