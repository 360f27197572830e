using Cnn.Layers;
using Cnn.Layers.Swapping;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>
/// A model with a recorder in the place of every layer: every module that takes a tensor, gives a tensor and has no modules in it. On
/// disposal every layer is back in its place.
/// </summary>
internal sealed class RecordedModel : IDisposable
{
    private readonly List<Recorder> recorders = [], all = [];
    private readonly List<Replacement> replacements = [];
    private readonly List<KeptLayer> unrecorded = [];
    private readonly List<string> remarks = [];

    /// <summary>Puts recorders in. Should that fail, the model is as it was.</summary>
    public RecordedModel(nn.Module<Tensor, Tensor> model)
    {
        Root = model;
        try
        {
            foreach (var placed in ModulePlaces.Find(model)) Put(placed);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What to run: the model, or the recorder of a model that is one layer.</summary>
    public nn.Module<Tensor, Tensor> Root { get; private set; }

    /// <summary>One for each layer, in the order in which the layers are registered.</summary>
    public IReadOnlyList<Recorder> Recorders => recorders;

    /// <summary>The model and all that its layers' places run: whose tensors a run may change.</summary>
    public IEnumerable<nn.Module> Modules =>
        all.SelectMany(recorder => new[] { recorder.Own, recorder.Layer }).Cast<nn.Module>().Prepend(Root);

    /// <summary>The layers that are not recorded, and why.</summary>
    public IReadOnlyList<KeptLayer> Unrecorded => unrecorded;

    /// <summary>What else is to be said: a sentence each.</summary>
    public IReadOnlyList<string> Remarks => remarks;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var replacement in Enumerable.Reverse(replacements)) replacement.Undo();
        foreach (var recorder in all) recorder.Dispose();
    }

    /// <summary>
    /// Lets go of the layers that are registered nowhere and that the other model does not have: a layer that holds such a one, as part
    /// of what it is, is compared with what it makes of it.
    /// </summary>
    public void ForgetUnregistered(IReadOnlySet<string> paths)
    {
        foreach (var recorder in recorders.Where(recorder => !recorder.IsRegistered && !paths.Contains(recorder.Path)).ToList())
        {
            Forget(recorder);
            remarks.Add(
                $"{recorder.Path} ({LayerTraits.KindOf(recorder.Own)}) is registered nowhere: "
                + "it is compared as a part of the layer that holds it.");
        }
    }

    /// <summary>Goes on to run a layer without noting it.</summary>
    public void Forget(Recorder recorder) => recorders.Remove(recorder);

    private void Put(PlacedModule placed)
    {
        var module = placed.Module;
        if (module.named_children().Any()) return;
        string path = placed.IsRoot ? TensorKey.Root : placed.Path;
        if (module is not nn.Module<Tensor, Tensor> layer || module is jit.ScriptModule)
        {
            if (HasForward(module)) unrecorded.Add(new(path, module, "it is no C# layer from one tensor to one"));
            return;
        }
        var recorder = Twins.Follow(layer, new Recorder(path, layer) { IsRegistered = placed.IsRoot || placed.Paths.Count > 0 });
        all.Add(recorder);
        if (placed.IsRoot) Root = recorder;
        else if (placed.Refusal(recorder) is { } refusal)
        {
            unrecorded.Add(new(path, module, refusal));
            return;
        }
        else
        {
            replacements.Add(placed.Replace(recorder));
        }
        recorders.Add(recorder);
    }

    // Lists and dictionaries of modules run nothing.
    private static bool HasForward(nn.Module module) => module.GetType().GetMethods().Any(method => method.Name == "forward");
}
