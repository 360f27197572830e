using Cnn.Reference.Exercises;
using Cnn.Reference.Interchange;
using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Tests.Exercises;

/// <summary>A file as a student saves it with np.savez: what went in, and what came out.</summary>
internal static class SavedCase
{
    /// <summary>Saves calls and results.</summary>
    /// <param name="file">The file.</param>
    /// <param name="exercise">Of which exercise.</param>
    /// <param name="calls">The calls; several are numbered.</param>
    /// <param name="mistakes">Made in the results; none for right ones.</param>
    public static void Write(string file, Exercise exercise, IReadOnlyList<Call> calls, params Mistake[] mistakes)
    {
        var tensors = new List<(string, Tensor)>();
        var texts = new List<(string, string)>();
        for (int at = 0; at < calls.Count; at++)
        {
            string suffix = calls.Count == 1 ? "" : $"_{at + 1}";
            var call = calls[at];
            using var maker = new Maker(call);
            var results = maker.Make(mistakes);
            tensors.AddRange(CallArrays.Tensors(call).Concat(CallArrays.Numbers(call)).Select(each => (each.Name + suffix, each.Tensor)));
            tensors.AddRange(exercise.Outputs.Select(output =>
                (output.Name + suffix, output.FromLayer(results[output.Part]!).contiguous())));
            texts.AddRange(CallArrays.Texts(call).Select(each => (each.Name + suffix, each.Text)));
        }
        Write(file, tensors, texts);
    }

    /// <summary>Saves arrays and texts.</summary>
    public static void Write(string file, IReadOnlyList<(string Name, Tensor Tensor)> tensors,
        IReadOnlyList<(string, string)>? texts = null)
    {
        using var stream = File.Create(file);
        NpzFile.Write(stream, tensors, texts ?? []);
    }
}
