using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>One call of the student's function.</summary>
/// <param name="Given">Its tensors, in the exercise's order of axes, with their names.</param>
/// <param name="Ask">Calls it with those.</param>
internal sealed record Question(IReadOnlyList<(string Name, Tensor Tensor)> Given, Func<IReadOnlyList<Tensor>, Tensor?[]> Ask);
