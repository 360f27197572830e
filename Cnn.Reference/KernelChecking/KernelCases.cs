using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using TorchSharp;

namespace Cnn.Reference.KernelChecking;

/// <summary>The problems that a kernel is put to: those of the corpus and random ones, without what it does not claim.</summary>
internal sealed class KernelCases
{
    // Literal loops over tensors, an element at a time, take some microseconds each.
    private const double MostWork = 60_000;

    private const int PlainOneIn = 12;

    private readonly List<Case> cases = [];
    private readonly Claims claims;
    private readonly Dictionary<string, long> leftOut = [];
    private readonly List<string> notes = [];

    /// <summary>Takes the problems given, or draws them.</summary>
    /// <exception cref="ArgumentException">One that is given is no problem for the kernel.</exception>
    public KernelCases(Kernel kernel, KernelCheckOptions options)
    {
        var kind = kernel.Kind.Layer();
        claims = new Claims(kernel, options);
        var seen = new HashSet<Case>();
        var random = CaseGenerator.Cases(options.Seed).Where(IsAsked).Take(options.Cases)
            .Select((@case, i) => i % PlainOneIn == 0 ? Plain(@case) : BeyondBlocks.Of(@case, i));
        foreach (var @case in options.Only.Count > 0 ? options.Only.Select(Given) : Corpus.All().Where(IsAsked).Concat(random))
            if (claims.Reduce(@case, leftOut) is { } claimed && seen.Add(claimed)) cases.Add(claimed);

        if (!options.Exact && kind == LayerKind.Conv) leftOut["exact sums (Exact)"] = cases.Count;
        if (!options.NonFinite) leftOut["NaN and infinity (NonFinite)"] = cases.Count;

        Case Given(string line)
        {
            if (CheckLine.Refusal(line) is { } refusal) throw new ArgumentException($"Only: {refusal}.", nameof(options));
            if (line == ImagesCheck.Line || CaseWords.Parse(line) is not { } @case || @case.Kind != kind)
                throw new ArgumentException($"\"{line}\": is no problem for {kernel.Kind}.", nameof(options));
            string type = CaseWords.NameOf(@case.DType);
            if (kernel.OnlyType is { } only && only != @case.DType && line.Split(' ').Contains(type))
                notes.Add($"\"{line}\": is run in {CaseWords.NameOf(only)}, because yours takes spans of that alone");
            return @case;
        }

        // No channels, lazily negated views and borders other than zeros are no kernel's own business.
        bool IsAsked(Case @case) => @case.Kind == kind && @case.C > 0 && @case.Layout != Layout.Negated && @case.Work <= MostWork;
    }

    // A 1x1 window without anything else: where a kernel may think that there is nothing to do.
    private static Case Plain(Case @case) => @case with { Kernel = (1, 1), Stride = (1, 1), Padding = (0, 0), Dilation = (1, 1) };

    /// <summary>The problems, each once.</summary>
    public IReadOnlyList<Case> Cases => cases;

    /// <summary>What the kernel does not claim, and how many problems had it.</summary>
    public IReadOnlyDictionary<string, long> LeftOut => leftOut;

    /// <summary>What became of problems that were given: each a sentence without its full stop.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Whether the kernel claims all that a case has: only then may it be accused of it.</summary>
    public bool AreClaimed(Case @case) => claims.Allow(@case);
}

/// <summary>Takes out of a case what a kernel does not claim.</summary>
internal sealed class Claims
{
    private readonly List<(string Name, Func<Case, bool> Uses, Func<Case, Case> Without)> unclaimed = [];
    private readonly bool spans;

    /// <summary>What is claimed.</summary>
    public Claims(Kernel kernel, KernelCheckOptions options)
    {
        spans = kernel.OnlyType is not null;
        bool pool = kernel.Kind.Layer() != LayerKind.Conv;
        TorchSharp.torch.ScalarType[] types = kernel.OnlyType is { } only ? [only] : [.. options.DTypes];
        Unless(options.Batch, "several images, and none (Batch)", c => c.N != 1,
            c => c with { N = 1, Layout = c.Layout == Layout.Expanded ? Layout.Contiguous : c.Layout });
        Unless(options.Unbatched || spans, "(C, H, W) (Unbatched)", c => c.Layout == Layout.Unbatched,
            c => c with { Layout = Layout.Contiguous });
        Unless(
            options.Views || spans, "tensors that are not row-major (Views)", c => c.Layout is not (Layout.Contiguous or Layout.Unbatched),
            c => c with { Layout = Layout.Contiguous });
        Unless(options.Groups, "groups (Groups)", c => c.Groups > 1, c => c with { Groups = 1 });
        Unless(options.Dilation, "dilation (Dilation)", c => c.Dilation != (1, 1), c => c with { Dilation = (1, 1) });
        Unless(options.Stride, "strides above 1 (Stride)", c => c.Stride != (1, 1), c => c with { Stride = (1, 1) });
        Unless(options.Padding, "padding (Padding)", c => c.Padding != (0, 0), c => c with { Padding = (0, 0) });
        Unless(
            options.Rectangular, "different sizes along the height and the width (Rectangular)",
            c => c.Kernel.H != c.Kernel.W || c.Stride.H != c.Stride.W || c.Padding.H != c.Padding.W || c.Dilation.H != c.Dilation.W,
            c => c with
            {
                Kernel = (c.Kernel.H, c.Kernel.H),
                Stride = (c.Stride.H, c.Stride.H),
                Padding = (c.Padding.H, c.Padding.H),
                Dilation = (c.Dilation.H, c.Dilation.H),
            });
        if (options.KernelSize is { } size)
            Unless(
                false, $"kernels other than {size.H}x{size.W} (KernelSize)", c => c.Kernel != size,
                c => WithKernel(c, size));
        Unless(options.CeilMode, "ceil_mode (CeilMode)", c => c.CeilMode, c => c with { CeilMode = false });
        Unless(options.Bias || pool, "a bias (Bias)", c => c.Bias, c => c with { Bias = false });
        Unless(options.CountIncludePad, "count_include_pad = false (CountIncludePad)", c => !c.CountIncludePad,
            c => c with { CountIncludePad = true });
        Unless(options.DivisorOverride, "divisor_override (DivisorOverride)", c => c.DivisorOverride is not null,
            c => c with { DivisorOverride = null });
        if (spans) Always(c => c.DType != types[0], c => c with { DType = types[0] });
        else Unless(false, "other types (DTypes)", c => !types.Contains(c.DType), c => c with { DType = types[c.Seed % types.Length] });

        void Unless(bool claimed, string name, Func<Case, bool> uses, Func<Case, Case> without)
        {
            if (!claimed) unclaimed.Add((name, uses, without));
        }

        void Always(Func<Case, bool> uses, Func<Case, Case> without) => unclaimed.Add(("", uses, without));
    }

    /// <summary>Whether a case has nothing that is not claimed.</summary>
    public bool Allow(Case @case) => !unclaimed.Any(each => each.Uses(@case));

    // The image grows where the window would not fit into it; half a pool's kernel is the most that it may be padded.
    private static Case WithKernel(Case @case, (long H, long W) kernel)
    {
        var padding = @case.Kind == LayerKind.Conv ? @case.Padding
            : (H: Math.Min(@case.Padding.H, kernel.H / 2), W: Math.Min(@case.Padding.W, kernel.W / 2));
        return @case with
        {
            Kernel = kernel,
            Padding = padding,
            H = Math.Max(@case.H, @case.Dilation.H * (kernel.H - 1) + 1 - 2 * padding.H),
            W = Math.Max(@case.W, @case.Dilation.W * (kernel.W - 1) + 1 - 2 * padding.W),
        };
    }

    /// <summary>The case without what is not claimed; null where nothing valid is left.</summary>
    /// <param name="case">The case.</param>
    /// <param name="leftOut">Counts what was taken out, by name.</param>
    public Case? Reduce(Case @case, Dictionary<string, long> leftOut)
    {
        if (@case.Same)
        {
            // A kernel is given padding as numbers, the same on both sides.
            var (dilation, kernel) = (@case.Dilation, @case.Kernel);
            @case = @case with { Same = false, Padding = (dilation.H * (kernel.H - 1) / 2, dilation.W * (kernel.W - 1) / 2) };
        }
        @case = @case with { PaddingMode = PaddingModes.Zeros };
        if (spans) @case = @case with { Layout = Layout.Contiguous };
        foreach (var (name, uses, without) in unclaimed)
        {
            if (!uses(@case)) continue;
            if (name.Length > 0) leftOut[name] = leftOut.GetValueOrDefault(name) + 1;
            @case = without(@case);
        }
        return IsValid(@case) ? @case : null;
    }

    /// <summary>Whether a layer takes a case.</summary>
    public static bool IsValid(Case @case)
    {
        try
        {
            CaseWords.Parse(@case.ToString());
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
