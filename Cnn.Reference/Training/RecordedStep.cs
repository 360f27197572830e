using static TorchSharp.torch;

namespace Cnn.Reference.Training;

/// <summary>A step after its backward pass and before its weights move: everything that went through the network, both ways.</summary>
/// <param name="Images">What came in.</param>
/// <param name="Labels">What should have come out.</param>
/// <param name="Outputs">What left each layer; the gradient of the loss with respect to it is its <c>grad</c>, null before the first layer
/// that learns.</param>
/// <param name="Loss">The loss.</param>
internal sealed record RecordedStep(Tensor Images, Tensor Labels, IReadOnlyList<Tensor> Outputs, Tensor Loss);
