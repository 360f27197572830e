using System.Globalization;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Printing;

namespace Cnn.Reference.KernelChecking;

/// <content>Tests that are a check of some problems.</content>
internal static partial class XunitTest
{
    /// <summary>The same for a fault that one call does not show: a check of the problems that do, in their order.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="options">What it claims.</param>
    /// <param name="case">A problem that fails.</param>
    /// <param name="failure">How.</param>
    /// <param name="lines">The problems.</param>
    /// <param name="isSteady">Whether they show it each time, in a new process.</param>
    public static string OfLines(
        Kernel kernel, KernelCheckOptions options, Case @case, TrialFailure failure, IReadOnlyList<string> lines, bool isSteady)
    {
        bool ownProcess = isSteady && IsNamed(kernel);
        string why = ownProcess ? "It keeps something from call to call: in a process of its own, it begins anew."
            : "One call does not show it: these problems have, one after the other.";
        return Of(kernel, @case, failure, Check(kernel, options, lines, why, ownProcess, isSteady ? 1 : CallsOfRare));
    }

    private static IEnumerable<string> Check(Kernel kernel, KernelCheckOptions options, Case @case, TrialFailure failure)
    {
        bool ends = failure.Kind is FaultKind.Died or FaultKind.Hung;
        string why = ends ? "In a process of its own: a crash, or a hang, is not this one's."
            : "Memory holds other numbers at each call, and is looked at afterwards.";
        return Check(kernel, options, [@case.ToString()], why, ends, failure.Kind == FaultKind.NotRepeatable ? Calls : 1);
    }

    // A check of some problems, in their order.
    private static IEnumerable<string> Check(
        Kernel kernel, KernelCheckOptions options, IReadOnlyList<string> problems, string why, bool ownProcess, int calls)
    {
        foreach (string line in Yours(kernel)) yield return line;
        foreach (string line in Folding.Fold(why, Width - 8).Split('\n')) yield return $"// {line}";
        yield return $"var options = new {Own}.KernelCheckOptions";
        yield return "{";
        if (ownProcess) yield return "    OwnProcess = true,";
        if (ownProcess && options.Timeout != new KernelCheckOptions().Timeout)
            yield return string.Create(
                CultureInfo.InvariantCulture, $"    Timeout = System.TimeSpan.FromSeconds({options.Timeout.TotalSeconds:R}),");
        if (!options.NonFinite) yield return "    NonFinite = false,";
        if (!options.Exact) yield return "    Exact = false,";
        yield return "    Only = new[]";
        yield return "    {";
        foreach (string problem in problems)
        {
            string[] parts = Folding.Fold(problem, Width / 2).Split('\n'); // a text cannot be folded later
            foreach (string part in parts[..^1]) yield return $"        \"{part} \" +";
            yield return $"        \"{parts[^1]}\",";
        }
        yield return "    },";
        yield return "};";
        string check = $"{Own}.KernelCheck.{kernel.Kind}(yours, options).ThrowIfFailed();";
        if (calls > 1)
        {
            yield return "// What differs from call to call is right now and then:";
            yield return $"for (int i = 0; i < {calls}; i++)";
            yield return $"    {check}";
        }
        else yield return check;
    }
}
