using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Models;

/// <summary>A model with a recorder in the place of every layer; on disposal every layer is back in its place.</summary>
internal sealed class RecordedModel : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> own;

    /// <summary>Puts recorders in.</summary>
    public RecordedModel(nn.Module<Tensor, Tensor> model)
    {
        own = model;
        Root = model;
        throw new NotImplementedException();
    }

    /// <summary>What to run.</summary>
    public nn.Module<Tensor, Tensor> Root { get; }

    /// <summary>One for each layer, in the order in which the layers are registered.</summary>
    public IReadOnlyList<Recorder> Recorders { get; } = [];

    /// <summary>The model, every layer of it, and every twin: whose tensors a run may change.</summary>
    public IReadOnlyList<nn.Module> Modules { get; } = [];

    /// <summary>What is not recorded, and why: a sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
