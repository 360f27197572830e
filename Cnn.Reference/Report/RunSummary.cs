using Cnn.Reference.Data;
using Cnn.Reference.Training;
using TorchSharp.Modules;

namespace Cnn.Reference.Report;

/// <summary>A run that has ended, as its report tells it.</summary>
/// <param name="DatasetName">Fit to be shown to a user.</param>
/// <param name="Settings">What the run was asked for.</param>
/// <param name="Plan">The network's layers.</param>
/// <param name="Network">The trained network, whose children are the plan's layers; it stays the caller's, and as it is.</param>
/// <param name="Train">The training images.</param>
/// <param name="Test">The test images, at least one.</param>
/// <param name="Epochs">What every epoch has come to, those before a resumption too.</param>
internal sealed record RunSummary(
    string DatasetName, RunSettings Settings, NetworkPlan Plan, Sequential Network, ImageDataset Train, ImageDataset Test,
    IReadOnlyList<EpochRecord> Epochs)
{
    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> ClassNames => Test.ClassNames;
}
