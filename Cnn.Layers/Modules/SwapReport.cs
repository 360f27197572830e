using System.Text;
using Cnn.Layers.Swapping;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Layers;

/// <summary>What <see cref="ModelExtensions.UseCnnLayers"/> or <see cref="ModelExtensions.UseTorchLayers"/> did. Prints itself as a
/// table.</summary>
/// <remarks>
/// It keeps the layers that were replaced. Disposing one of them would dispose the parameters that the model goes on to use; being
/// collected as garbage does them no harm.
/// </remarks>
public sealed class SwapReport
{
    private const int Width = 80;

    private readonly string library;

    internal SwapReport(string library) => this.library = library;

    /// <summary>The layers that were replaced, each once, in the order of the model.</summary>
    public IReadOnlyList<SwappedLayer> Replaced { get; internal init; } = [];

    /// <summary>Layers of the wanted kind that stood in the model before, in its order: all of them after a second call.</summary>
    public IReadOnlyList<nn.Module> AlreadyThere { get; internal init; } = [];

    /// <summary>What has become of those that were there already, as the end of a sentence.</summary>
    internal string Now { get; set; } = "";

    /// <summary>Convolutions, pools and calls of their functions that libtorch goes on to compute, with the reasons.</summary>
    public IReadOnlyList<KeptLayer> LeftAlone { get; internal init; } = [];

    /// <summary>
    /// What was noticed besides: modules with weights that the model holds, but does not register, so that they are neither saved nor
    /// moved nor trained. They are swapped like the others.
    /// </summary>
    public IReadOnlyList<SwapRemark> Remarks { get; internal init; } = [];

    /// <summary>A table of 80 columns: path, before -> after; then what was left alone, each with its reason; then remarks.</summary>
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
        if (AlreadyThere.Count > 0)
            text.Append(Count(AlreadyThere.Count)).Append(AlreadyThere.Count == 1 ? " is" : " are").Append(" of ").Append(library)
                .Append(" already").Append(Now).Append(".\n");
        if (LeftAlone.Count > 0) text.Append(Count(LeftAlone.Count)).Append(" left alone, computed as before:\n");
        foreach (var layer in LeftAlone) Append(text, layer.Path, layer.Layer, layer.Reason);
        if (Remarks.Count > 0) text.Append("To be noted:\n");
        foreach (var same in Remarks.GroupBy(remark => remark.Text))
        {
            foreach (var remark in same) Append(text, remark.Path, remark.Module);
            Append(text, same.Key);
        }
        return text.ToString().TrimEnd('\n');
    }

    private static void Append(StringBuilder text, string path, nn.Module module, string sentence)
    {
        Append(text, path, module);
        Append(text, sentence);
    }

    private static void Append(StringBuilder text, string path, nn.Module module)
    {
        text.Append("  ").Append(path.Length == 0 ? "the model itself" : path);
        text.Append(" (").Append(TypeName.Of(module.GetType())).Append(")\n");
    }

    private static void Append(StringBuilder text, string sentence)
    {
        foreach (string line in Folded(sentence, Width - 6)) text.Append("      ").Append(line).Append('\n');
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
