using Cnn.Layers;
using Cnn.Reference.Printing;
using Spectre.Console;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Cnn.Reference.Training;

/// <summary>One layer of a network whose input is known.</summary>
/// <param name="Spec">The layer.</param>
/// <param name="Input">What comes in.</param>
/// <param name="Output">What leaves it.</param>
/// <param name="ReceptiveField">Height and width of what one output sees of the image; larger than the image where it sees padding.</param>
internal sealed record PlannedLayer(LayerSpec Spec, Features Input, Features Output, (long H, long W) ReceptiveField)
{
    /// <summary>Numbers that are learned.</summary>
    public double Parameters => Spec.Parameters(Input).Sum(tensor => tensor.Shape.Aggregate(1.0, (product, size) => product * size));

    /// <summary>Multiply-adds of a forward pass of one image.</summary>
    public double MultiplyAdds => Spec.MultiplyAdds(Input);
}

/// <summary>A network for images of one shape: every shape is known, and fits, before anything is allocated.</summary>
internal sealed class NetworkPlan
{
    private const double MostParameters = 1e9, MostOutputs = 1e9; // of the network, of a layer for one image: four gigabytes

    /// <summary>Leads the shape of an image through the layers.</summary>
    /// <exception cref="ArgumentException">A layer does not take what comes in, or the last one does not leave a number for each
    /// class.</exception>
    public NetworkPlan(IReadOnlyList<LayerSpec> layers, Features image, int classes)
    {
        Image = image;
        var planned = new List<PlannedLayer>();
        var features = image;
        (long H, long W) field = (1, 1), jump = (1, 1); // jump: cells of the image between two neighbouring outputs
        foreach (var layer in layers)
        {
            try
            {
                var output = layer.Output(features);
                if ((double)output.C * output.H * output.W > MostOutputs)
                    throw new ArgumentException($"leaves {output} numbers for an image: more than {MostOutputs:N0}.");
                if (layer.SeesAll) field = (image.H, image.W);
                if (layer.Windows(features) is var (height, width))
                {
                    field = (field.H + (height.KernelExtent - 1) * jump.H, field.W + (width.KernelExtent - 1) * jump.W);
                    jump = (jump.H * height.Stride, jump.W * width.Stride);
                }
                planned.Add(new(layer, features, output, field));
                features = output;
            }
            catch (ArgumentException exception)
            {
                string sentence = exception.ParamName is null ? exception.Message
                    : exception.Message[..exception.Message.LastIndexOf(" (Parameter", StringComparison.Ordinal)];
                throw new ArgumentException($"layer {planned.Count + 1} (\"{layer.Words}\"): {sentence}");
            }
        }
        Layers = planned;
        if (features != new Features(classes, 1, 1, IsRow: true))
            throw new ArgumentException(
                $"the last layer leaves {features}, and the data has {Figures.Count(classes, "class", "classes")}: " +
                $"it must be \"fc {classes}\", after flatten.");
        if (!Parameters.Any()) throw new ArgumentException("no layer has parameters: nothing can be learned.");
        double parameters = planned.Sum(layer => layer.Parameters);
        if (parameters > MostParameters)
            throw new ArgumentException($"the layers have {parameters:N0} parameters: at most {MostParameters:N0} are trained.");
    }

    /// <summary>One image.</summary>
    public Features Image { get; }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<PlannedLayer> Layers { get; }

    /// <summary>What can be trained, and is hardly meant; null for nothing.</summary>
    public string? Doubt
    {
        get
        {
            int last = Layers.ToList().FindLastIndex(layer => layer.Spec is ReluSpec || layer.Parameters > 0);
            return Layers[last].Spec is not ReluSpec relu ? null
                : $"layer {last + 1} (\"{relu.Words}\") stands behind the last layer that learns: it makes every score below 0 to 0, " +
                "and classes with the same score are not told apart; leave it out";
        }
    }

    /// <summary>The tensors that are learned, under the names that they have in the built network.</summary>
    public IEnumerable<(string Name, long[] Shape)> Parameters =>
        Layers.SelectMany((layer, index) => layer.Spec.Parameters(layer.Input).Select(tensor => ($"{index}.{tensor.Name}", tensor.Shape)));

    /// <summary>The network with our loops, with random weights.</summary>
    public Sequential Build(Algorithm algorithm) => Sequential(Layers.Select(layer => layer.Spec.Build(layer.Input, algorithm)).ToArray());

    /// <summary>The same network of libtorch's own layers, with random weights.</summary>
    public Sequential BuildTwin() => Sequential(Layers.Select(layer => layer.Spec.BuildTwin(layer.Input)).ToArray());

    /// <summary>What <see cref="Rows"/> tell of a layer.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["layer", "output", "parameters", "multiply-adds", "receptive field"];

    /// <summary>A row for each layer, and the sums: one text a column.</summary>
    public IReadOnlyList<string[]> Rows
    {
        get
        {
            return
            [
                .. Layers.Select(layer => new[]
                    { layer.Spec.Words, layer.Output.ToString(), Number(layer.Parameters), Number(layer.MultiplyAdds), Field(layer) }),
                ["all", "", Number(Layers.Sum(layer => layer.Parameters)), Number(Layers.Sum(layer => layer.MultiplyAdds)), ""],
            ];

            static string Number(double number) => number == 0 ? "" : Figures.Whole(number);

            string Field(PlannedLayer layer) => layer.ReceptiveField == (Image.H, Image.W) && layer.Output.IsRow ? "all"
                : $"{layer.ReceptiveField.H} x {layer.ReceptiveField.W}";
        }
    }

    /// <summary>Prints the rows.</summary>
    public void Print(IAnsiConsole console)
    {
        var table = new TextTable([.. Columns]) { Expendable = ["receptive field", "multiply-adds", "parameters"] };
        foreach (string[] row in Rows) table.Add(row);
        table.Print(console, markdown: false);
    }
}
