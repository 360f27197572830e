using System.Text;
using Cnn.Layers.Swapping;

namespace Cnn.Layers;

/// <summary>What <see cref="ModelExtensions.UseCnnLayers"/> or <see cref="ModelExtensions.UseTorchLayers"/> did. Prints itself as a table.</summary>
/// <remarks>
/// It keeps the layers that were replaced. Disposing one of them would dispose the parameters that the model goes on to use; being
/// collected as garbage does them no harm.
/// </remarks>
public sealed class SwapReport
{
    private const int Width = 80;

    internal SwapReport(IReadOnlyList<SwappedLayer> replaced, IReadOnlyList<KeptLayer> leftAlone) =>
        (Replaced, LeftAlone) = (replaced, leftAlone);

    /// <summary>The layers that were replaced, each once, in the order of the model.</summary>
    public IReadOnlyList<SwappedLayer> Replaced { get; }

    /// <summary>Convolutions, pools and calls of their functions that libtorch goes on to compute, with the reasons.</summary>
    public IReadOnlyList<KeptLayer> LeftAlone { get; }

    /// <summary>A table of 80 columns: path, before -> after; then what was left alone, each with its reason.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Count(Replaced.Count)).Append(" replaced").Append(Replaced.Count > 0 ? ":\n" : ".\n");
        // A path that is too long for its column stands on a line of its own.
        int most = Width - 4 - Replaced.Select(layer => Change(layer).Length).DefaultIfEmpty().Max();
        int column = Replaced.Select(layer => layer.Path.Length).Where(length => length <= most).DefaultIfEmpty().Max();
        foreach (var layer in Replaced)
        {
            text.Append("  ").Append(layer.Path.PadRight(column));
            if (layer.Path.Length > column) text.Append("\n  ").Append(' ', column);
            text.Append("  ").Append(Change(layer)).Append('\n');
        }
        if (LeftAlone.Count == 0) return text.ToString().TrimEnd('\n');

        text.Append(Count(LeftAlone.Count)).Append(" left alone, computed as before:\n");
        foreach (var layer in LeftAlone)
        {
            text.Append("  ").Append(layer.Path.Length == 0 ? "the model itself" : layer.Path).Append(" (").Append(TypeName.Of(layer.Layer.GetType())).Append(")\n");
            foreach (string line in Folded(layer.Reason, Width - 6)) text.Append("      ").Append(line).Append('\n');
        }
        return text.ToString().TrimEnd('\n');
    }

    private static string Count(int layers) => layers == 1 ? "1 layer" : $"{layers} layers";

    private static string Change(SwappedLayer layer) => $"{TypeName.Of(layer.Before.GetType())} -> {TypeName.Of(layer.After.GetType())}";

    private static IEnumerable<string> Folded(string sentence, int width)
    {
        var line = new StringBuilder();
        foreach (string word in sentence.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }
            line.Append(line.Length > 0 ? " " : "").Append(word);
        }
        yield return line.ToString();
    }
}
