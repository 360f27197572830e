using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>What becomes of one call in which a mistake is made.</summary>
/// <param name="Thrown">What it ends with; null where it gives numbers.</param>
/// <param name="IsBroadcast">Whether these are what broadcasting makes of slices that are cut short: of them nothing is said.</param>
internal readonly record struct Outcome(Thrown? Thrown, bool IsBroadcast = false);

/// <summary>A mistake that ends some calls with an exception, which no numbers show.</summary>
/// <param name="Id">Its name in the collection.</param>
/// <param name="Where">The operations in which it does.</param>
/// <param name="Of">What becomes of a call, written in Python or in C#; null where that is not known.</param>
internal sealed record Slip(string Id, IReadOnlyList<Operation> Where, Func<Call, bool, Outcome?> Of)
{
    private static readonly Slip[] All =
    [
        new("stride-is-kernel", Places.Windows, (call, isPython) =>
            Slices.Of(call, isPython, call.Outputs(), (at, axis) => at * axis.Kernel)),
        new("size-rounded-up", Places.ConvForward, (call, isPython) =>
            Slices.Of(call, isPython, RoundedUp(call), (at, axis) => at * axis.Stride)),
        new("padding-doubled", Places.Conv, (call, isPython) =>
            Slices.Of(call, isPython, call.Outputs(), (at, axis) => at * axis.Stride - axis.PadBefore)),
        new("upstream-of-corner", Places.Backward, (call, _) => Corners(call)),
        new("gradient-cut-to-nothing", Places.ConvBackward, WithoutPad),
        new("padding-slice-empty", [Operation.ZeroPad], WithoutPad),
    ];

    /// <summary>The mistake of which all exceptions come, and all that is wrong otherwise; null for none that is known.</summary>
    /// <param name="exercise">Whose function was called.</param>
    /// <param name="complaints">Calls without results.</param>
    /// <param name="attempts">Calls with results.</param>
    public static Mistake? In(Exercise exercise, IReadOnlyList<Complaint> complaints, IReadOnlyList<Attempt> attempts)
    {
        if (complaints.Count == 0 || complaints.Any(complaint => complaint is not { Call: not null, Message: not null })) return null;
        var slip = All.FirstOrDefault(each =>
            complaints.All(complaint => each.Ends(complaint.Call!, complaint.Message!, exercise.IsInPython))
            && attempts.All(attempt => each.Gives(exercise, attempt)));
        return slip is null ? null : exercise.Told(Collection.Find(slip.Id)! with { ToldOf = complaints[0].Call!.Operation });
    }

    private bool Ends(Call call, string message, bool isPython) =>
        Where.Contains(call.Operation) && Of(call, isPython) is { Thrown: { } thrown } && thrown.Is(message);

    // Right numbers, where it changes nothing, or its own. What is done in the other mode of a pool is another matter.
    private bool Gives(Exercise exercise, Attempt attempt)
    {
        if (!Where.Contains(attempt.Call.Operation)) return true;
        if (Of(attempt.Call, exercise.IsInPython) is not { Thrown: null } outcome) return false;
        if (outcome.IsBroadcast || exercise.FirstWrong(attempt.Right, attempt.Yours) is null) return true;
        using var scope = NewDisposeScope();
        using var maker = new Maker(attempt.Call);
        var made = maker.Make([Collection.Find(Id)!]);
        return exercise.FirstWrong([.. exercise.Outputs.Select(output => output.FromLayer(made[output.Part]!))], attempt.Yours) is null;
    }

    private static (long H, long W) RoundedUp(Call call)
    {
        var geometry = call.ConvGeometry();
        return (Windows(geometry.Height), Windows(geometry.Width));

        static long Windows(Cnn.Layers.Geometry.WindowAxis axis) =>
            (axis.In + axis.PadBefore + axis.PadAfter - axis.Kernel + axis.Stride - 1) / axis.Stride + 1;
    }

    // dA[i, vert_start, horiz_start, c], which with a stride of 1 is right.
    private static Outcome? Corners(Call call)
    {
        var ((height, width), (sh, sw)) = (call.Outputs(), call.Windows.Stride);
        (long Index, long Size)[] beyond =
        [
            .. from h in Slices.UpTo(height) where h * sh >= height select (h * sh, height),
            .. from w in Slices.UpTo(width) where w * sw >= width select (w * sw, width),
        ];
        return new(beyond.Length == 0 ? null : Thrown.OfIndex(beyond));
    }

    // From pad to -pad, which in C# is no range.
    private static Outcome? WithoutPad(Call call, bool isPython) =>
        !isPython ? null : new(call.Windows.Padding == (0, 0) ? Thrown.OfEmptySlice : null);
}
