using Cnn.Layers;
using Cnn.Layers.Geometry;
using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Explaining;

/// <summary>
/// One layer on given tensors, to be stepped through: what the literal loops gave, forwards and backwards, and libtorch beside them.
/// </summary>
internal sealed class Walkthrough : IDisposable
{
    private const double MostCells = 10_000; // of a plane: each is an element of the page
    private const double MostNumbers = 1_000_000; // of a tensor

    // What a run calls its results, and what the loops do.
    private static readonly (string Result, string Name)[] Results =
    [
        ("output", "output"), ("indices", "indices"), ("grad input", CodeView.GradInput), ("grad weight", CodeView.GradWeight),
        ("grad bias", CodeView.GradBias),
    ];

    private readonly LayerRun ours, libtorch;

    private Walkthrough(Problem problem, IReadOnlyList<Bilingual> notes)
    {
        (Problem, Notes) = (problem, notes);
        ours = LayerRun.Of(new CnnLayer(Algorithm.Literal), problem, order: 1);
        libtorch = LayerRun.Of(new LibtorchLayer(), problem, order: 1);
    }

    /// <summary>The layer and its settings: padding is zeros, and memory row-major.</summary>
    public Case Case => Problem.Case;

    /// <summary>The tensors that go in.</summary>
    public Problem Problem { get; }

    /// <summary>What a reader should know of them.</summary>
    public IReadOnlyList<Bilingual> Notes { get; }

    /// <summary>Whether there are gradients.</summary>
    public bool HasGradients => Ours(CodeView.GradInput) is not null;

    /// <summary>What the loops gave; null for what they do not give.</summary>
    /// <param name="name">What they call it.</param>
    public Tensor? Ours(string name) => Find(ours, name);

    /// <summary>libtorch's result beside it.</summary>
    /// <inheritdoc cref="Ours" path="/param"/>
    public Tensor? Libtorch(string name) => Find(libtorch, name);

    /// <summary>Inputs and results by the names of the loops.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Tensors()
    {
        yield return ("input", Problem.Input);
        if (Problem.Weight is { } weight) yield return ("weight", weight);
        if (Problem.Bias is { } bias) yield return ("bias", bias);
        if (HasGradients) yield return ("gradOutput", Problem.Direction("output", Ours("output")!));
        foreach (var (_, name) in Results)
            if (Ours(name) is { } tensor) yield return (name, tensor);
    }

    /// <summary>The windows along height and width.</summary>
    public (WindowAxis Height, WindowAxis Width) Axes() => AxesOf(Case);

    /// <summary>Runs a problem, which is the walkthrough's from here on.</summary>
    /// <param name="problem">Case and tensors.</param>
    /// <param name="note">Where the tensors come from; null where that goes without saying.</param>
    /// <exception cref="ArgumentException">It is of a kind, a type or a size that is not shown.</exception>
    public static Walkthrough Of(Problem problem, Bilingual? note = null)
    {
        Require(problem.Case);
        var notes = new List<Bilingual>();
        if (note is { } given) notes.Add(given);
        if (problem.Case.PaddingMode != PaddingModes.Zeros)
        {
            string mode = CaseWords.NameOf(problem.Case.PaddingMode);
            notes.Add(new(
                $"Padding by {mode} copies cells first; the input that you see is the padded one.",
                $"El padding {mode} primero copia celdas; la entrada que ves ya tiene el padding."));
        }
        var plain = Plain(problem);
        var walkthrough = new Walkthrough(plain, notes);
        if (!walkthrough.HasGradients)
        {
            // The one reason that real numbers leave (KnownFaults).
            notes.Add(new(
                "No gradients: a window lies in the padding alone, and libtorch may then read outside of the plane.",
                "Sin gradientes: una ventana cae entera en el padding, y libtorch puede leer entonces fuera del plano."));
        }
        return walkthrough;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ours.Dispose();
        libtorch.Dispose();
        Problem.Dispose();
    }

    private static Tensor? Find(LayerRun run, string name) => Results.FirstOrDefault(each => each.Name == name).Result is { } wanted
        ? run.Results.FirstOrDefault(result => result.Name == wanted).Tensor
        : null;

    private static (WindowAxis Height, WindowAxis Width) AxesOf(Case @case)
    {
        if (@case.Kind == LayerKind.Conv)
        {
            var convolution = @case.ConvGeometry();
            return (convolution.Height, convolution.Width);
        }
        var pool = @case.PoolGeometry();
        return (pool.Height, pool.Width);
    }

    private static void Require(Case @case)
    {
        if (@case.Kind == LayerKind.Adaptive)
            throw new ArgumentException($"case = {@case}: its windows differ from each other; the page shows conv, max and avg.");
        if (@case.DType is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"case = {@case}: the page counts in float32 or float64.");
        if (@case is { N: 0 } or { C: 0 }) throw new ArgumentException($"case = {@case}: there must be an image and a channel to show.");
        var (height, width) = AxesOf(@case);
        if (Math.Max((double)height.Padded * width.Padded, (double)height.Kernel * width.Kernel) > MostCells)
            throw new ArgumentException(
                $"case = {@case}: a plane of it has more than {MostCells:N0} cells, which is the most that a page shows.");
        if (@case.Tensors().FirstOrDefault(tensor => tensor.Elements > MostNumbers) is { Name: { } name } large)
            throw new ArgumentException(
                $"case = {@case}: its {name} has {large.Elements:N0} elements; a page holds at most {MostNumbers:N0}.");
    }

    // Padding that copies is done first, padding that keeps the size becomes a number where it is the same on both sides, and memory is
    // row-major.
    private static Problem Plain(Problem problem)
    {
        var @case = problem.Case;
        bool copies = @case.PaddingMode != PaddingModes.Zeros;
        var ((top, bottom), (left, right)) = @case.PaddingBothSides();
        bool isEven = top == bottom && left == right;
        if (!copies && @case.Layout == Layout.Contiguous && !(@case.Same && isEven)) return problem;
        using (problem)
        {
            using var scope = NewDisposeScope();
            var input = problem.Input.dim() == 3 ? problem.Input.unsqueeze(0) : problem.Input;
            if (copies) input = nn.functional.pad(input, [left, right, top, bottom], @case.PaddingMode);
            var plain = @case with
            {
                PaddingMode = PaddingModes.Zeros,
                Same = @case.Same && !copies && !isEven,
                Padding = copies ? (0, 0) : isEven ? (top, left) : @case.Padding,
                Layout = Layout.Contiguous,
                H = input.shape[2],
                W = input.shape[3],
            };
            return new(plain, Own(input)!, Own(problem.Weight), Own(problem.Bias), gradOutput: null);
        }

        static Tensor? Own(Tensor? tensor) => tensor?.resolve_neg().contiguous().clone().DetachFromDisposeScope();
    }
}
