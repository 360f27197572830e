using Cnn.Reference.Cases;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>What options must be.</summary>
internal static class OptionRules
{
    private const int MostCases = 1_000_000;
    private const int FewTypes = 2; // that somebody takes away, one by one

    /// <summary>What the methods of <see cref="KernelCheck"/> call the kernel.</summary>
    public static string Yours => "yours";

    /// <summary>The largest size of a kernel that can be claimed alone.</summary>
    public const int MostKernelSize = 64;

    /// <summary>Refuses options that make no sense.</summary>
    /// <exception cref="ArgumentException">One sentence names the option, its value and the rule.</exception>
    public static void Check(Kernel kernel, KernelCheckOptions options)
    {
        if (options.Cases is < 0 or > MostCases)
            throw new ArgumentException($"Cases = {options.Cases}: must be from 0 to {MostCases}.", nameof(options));
        if (options.Only is null) throw new ArgumentException("Only = null: must be a list; an empty one for no choice.", nameof(options));
        if (options.Seed < 0) throw new ArgumentException($"Seed = {options.Seed}: must be 0 or more.", nameof(options));
        if (options.Timeout <= TimeSpan.Zero || options.Timeout > TimeSpan.FromHours(1))
            throw new ArgumentException($"Timeout = {options.Timeout}: must be more than nothing and at most an hour.", nameof(options));
        if (options.KernelSize is { } size && (size.H is < 1 or > MostKernelSize || size.W is < 1 or > MostKernelSize))
            throw new ArgumentException($"KernelSize = {size}: each must be from 1 to {MostKernelSize}.", nameof(options));
        bool integers = kernel.Kind == KernelKind.MaxPool2d;
        if (kernel.OnlyType is { } only)
        {
            if (!integers && !IsReal(only))
                throw new ArgumentException($"yours takes spans of {CaseWords.NameOf(only)}: only a max pool takes integers.",
                    Yours);
            if (options.DTypes is { } types && !types.Contains(only))
                throw new ArgumentException(
                    $"DTypes without {CaseWords.NameOf(only)} (--without {CaseWords.NameOf(only)}): yours takes spans of that alone, " +
                    "nothing is left to check.",
                    nameof(options));
            return;
        }
        if (options.DTypes is null || !options.DTypes.Any(type => IsReal(type) || integers))
            throw new ArgumentException($"DTypes = [{string.Join(", ", options.DTypes ?? [])}]: must hold a type that the kernel is given.",
                nameof(options));
        foreach (var type in options.DTypes)
            if (!new KernelCheckOptions().DTypes.Contains(type))
                throw new ArgumentException($"DTypes holds {type}: no kernel is given it.", nameof(options));
    }

    /// <summary>Options that change nothing for a kernel, each in a sentence without its full stop.</summary>
    public static IReadOnlyList<string> WithoutEffect(Kernel kernel, KernelCheckOptions options)
    {
        bool spans = kernel.OnlyType is not null, conv = kernel.Kind.Layer() == LayerKind.Conv;
        bool average = kernel.Kind == KernelKind.AvgPool2d;
        string layer = $"{kernel.Kind} has no such thing", ofSpans = "spans are row-major, with a batch axis";
        (bool IsGiven, bool Applies, string Name, string Why)[] all =
        [
            (!options.Groups, conv, "Groups = false (--without groups)", layer),
            (!options.Dilation, !average, "Dilation = false (--without dilation)", layer),
            (!options.Bias, conv, "Bias = false (--without bias)", layer),
            (!options.CeilMode, !conv, "CeilMode = false (--without ceil_mode)", layer),
            (!options.CountIncludePad, average, "CountIncludePad = false (--without count_include_pad)", layer),
            (!options.DivisorOverride, average, "DivisorOverride = false (--without divisor_override)", layer),
            (!options.Exact, conv, "Exact = false (--without exact)", "it is about a convolution's sums"),
            (!options.Views, !spans, "Views = false (--without views)", ofSpans),
            (!options.Unbatched, !spans, "Unbatched = false (--without unbatched)", ofSpans),
        ];
        var notes = all.Where(each => each.IsGiven && !each.Applies).Select(each => $"{each.Name} changes nothing: {each.Why}").ToList();
        var without = new KernelCheckOptions().DTypes.Except(options.DTypes ?? [])
            .Where(type => spans || (!IsReal(type) && kernel.Kind != KernelKind.MaxPool2d)).Select(CaseWords.NameOf).ToList();
        // Who names the types that it takes need not be told of the others.
        if (without.Count is > 0 and <= FewTypes)
            notes.Add($"DTypes without {string.Join(", ", without)} (--without {string.Join(",", without)}) changes nothing: " +
                (spans ? $"yours takes spans of {CaseWords.NameOf(kernel.OnlyType!.Value)} alone" : $"{kernel.Kind} takes no integers"));
        return notes;
    }

    private static bool IsReal(ScalarType type) => new Case { DType = type }.IsReal;
}
