using System.CommandLine;
using Cnn.Reference.Cases;
using Cnn.Reference.KernelChecking;

namespace Cnn.Reference.Commands;

/// <summary>The options of <c>check</c> that name a kernel of the user's own, and what it does not claim.</summary>
internal sealed class KernelOptions
{
    private static readonly (string Word, Func<KernelCheckOptions, KernelCheckOptions> Without)[] Claims =
    [
        ("groups", o => o with { Groups = false }),
        ("dilation", o => o with { Dilation = false }),
        ("stride", o => o with { Stride = false }),
        ("padding", o => o with { Padding = false }),
        ("rectangular", o => o with { Rectangular = false }),
        ("batch", o => o with { Batch = false }),
        ("bias", o => o with { Bias = false }),
        ("ceil_mode", o => o with { CeilMode = false }),
        ("count_include_pad", o => o with { CountIncludePad = false }),
        ("divisor_override", o => o with { DivisorOverride = false }),
        ("views", o => o with { Views = false }),
        ("unbatched", o => o with { Unbatched = false }),
        ("nan", o => o with { NonFinite = false }),
        .. new KernelCheckOptions().DTypes.Select(type => (CaseWords.NameOf(type), Without(type))),
    ];

    /// <summary>The assembly.</summary>
    public Option<FileInfo?> File { get; } = Options.File(
        "--kernel", "Check a kernel of your own, of this assembly, instead of the layers.");

    /// <summary>The method.</summary>
    public Option<string?> Method { get; } = new("--method")
    {
        Description = "The kernel: a static method with the parameters of one of the delegates of KernelCheck, tensors or spans.",
        HelpName = "Namespace.Type.Method",
    };

    /// <summary>What is not claimed.</summary>
    public Option<string[]> NotClaimed { get; } = new("--without")
    {
        Description = "What the kernel does not claim.",
        HelpName = $"{string.Join('|', Claims.Select(claim => claim.Word))},...",
        CustomParser = result =>
        {
            string[] words = [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries))];
            string known = string.Join(", ", Claims.Select(claim => claim.Word));
            foreach (string word in words)
                if (!Claims.Any(claim => claim.Word == word))
                    result.AddError($"--without {word}: must be some of {known}, with commas between.");
            return words;
        },
    };

    /// <summary>What a kernel claims without some words.</summary>
    public static KernelCheckOptions Claimed(IEnumerable<string> without) =>
        without.Aggregate(
            new KernelCheckOptions { OwnProcess = true },
            (options, word) => Claims.First(claim => claim.Word == word).Without(options));

    /// <summary>The kernel's name, of a file and a method with its type.</summary>
    /// <exception cref="UsageException">The method has no type.</exception>
    public static KernelName NameOf(FileInfo file, string method)
    {
        int dot = method.LastIndexOf('.');
        if (dot <= 0 || dot == method.Length - 1) throw new UsageException($"--method {method}: must be Namespace.Type.Method.");
        return new(file.FullName, method[..dot], method[(dot + 1)..]);
    }

    private static Func<KernelCheckOptions, KernelCheckOptions> Without(TorchSharp.torch.ScalarType type) =>
        options => options with { DTypes = [.. options.DTypes.Where(each => each != type)] };
}
