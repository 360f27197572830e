using Cnn.Reference.Cases;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>What options must be.</summary>
internal static class OptionRules
{
    private const int MostCases = 1_000_000;
    private const int MostKernelSize = 64;

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

    private static bool IsReal(ScalarType type) => new Case { DType = type }.IsReal;
}
