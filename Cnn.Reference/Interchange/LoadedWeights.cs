namespace Cnn.Reference;

/// <summary>
/// What <see cref="Weights.Load(TorchSharp.torch.nn.Module, string, bool)"/> has found beside what fits; all are empty under <c>strict</c>.
/// </summary>
/// <param name="Missing">Names of the model that the file does not have: these tensors are as before.</param>
/// <param name="Unexpected">Names of the file that the model does not have: they were passed over.</param>
/// <param name="Converted">Names whose tensors were of another type in the file, and were converted to the model's.</param>
public sealed record LoadedWeights(IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected, IReadOnlyList<string> Converted)
{
    /// <summary>A line for each of the three that holds a name.</summary>
    public override string ToString()
    {
        string[] lines = [.. Line("missing", Missing), .. Line("unexpected", Unexpected), .. Line("converted", Converted)];
        return lines.Length == 0 ? "every name, shape and type fitted" : string.Join('\n', lines);

        static IEnumerable<string> Line(string what, IReadOnlyList<string> names) =>
            names.Count == 0 ? [] : [$"{what}: {string.Join(", ", names)}"];
    }
}
