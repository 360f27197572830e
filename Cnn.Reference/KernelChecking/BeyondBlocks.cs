using Cnn.Reference.Cases;

namespace Cnn.Reference.KernelChecking;

/// <summary>
/// Problems that are wider, or have more channels, than the blocks and registers that a fast kernel works in: each is as much work as
/// a small one, because it has little of all else.
/// </summary>
internal static class BeyondBlocks
{
    private const double MostWork = 20_000;
    private const int OneIn = 4, Most = 150; // columns or channels; a block of 128 has a remainder, too
    private const int Least = 17; // more than the lanes of any register

    /// <summary>Some cases enlarged, the others as they are.</summary>
    /// <param name="case">A random case.</param>
    /// <param name="number">Its number.</param>
    public static Case Of(Case @case, int number)
    {
        if (number % OneIn != 1 || @case.N == 0) return @case;
        var random = new Random(@case.Seed);
        long size = random.Next(Least, Most);
        Case few = @case with { N = Math.Min(@case.N, 2), C = 1, O = 1, Groups = 1 };
        var larger = (number / OneIn % 4, @case.Kind) switch
        {
            (0, _) => few with { W = size },
            (1, LayerKind.Conv) => few with { C = size, O = 2 }, // many products in a sum
            (2, LayerKind.Conv) => few with { C = 2, O = size },
            (_, LayerKind.Conv) => few with { C = size, O = size, Groups = size },
            _ => few with { C = size },
        };
        // Rows, then columns, as few as the window needs.
        while (larger.Work > MostWork && Smaller(larger) is { } smaller) larger = smaller;
        return larger.Work <= MostWork && Claims.IsValid(larger) ? larger : @case;
    }

    private static Case? Smaller(Case @case)
    {
        Case[] smaller = [@case with { H = @case.H - 1 }, @case with { N = 1 }, @case with { W = @case.W - 1 }];
        return smaller.FirstOrDefault(each => each != @case && Claims.IsValid(each));
    }
}
