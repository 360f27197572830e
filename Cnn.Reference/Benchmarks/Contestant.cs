using Cnn.Reference.Cases;
using Cnn.Reference.Oracle;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Benchmarks;

/// <summary>One layer with everything that it needs at hand, so that a call of it is all that is timed.</summary>
/// <remarks>Whatever a user does once a call is inside, for every layer alike: results and gradients are let go of.</remarks>
internal sealed class Contestant : IDisposable
{
    private readonly ILayer layer;
    private readonly Case @case;
    private readonly Pass pass;
    private readonly Tensor input;
    private readonly Tensor? weight, bias;
    private readonly Tensor[] gradOutput = [];

    /// <summary>Prepares a pass of a layer on the tensors of a problem; they are shared, not copied.</summary>
    public Contestant(ILayer layer, Problem problem, Pass pass)
    {
        (this.layer, @case, this.pass) = (layer, problem.Case, pass);
        bool recorded = pass == Pass.Backward;
        input = problem.Input.detach().requires_grad_(recorded);
        weight = problem.Weight?.detach().requires_grad_(recorded);
        bias = problem.Bias?.detach().requires_grad_(recorded);
        if (recorded)
        {
            using var call = NewDisposeScope();
            var (output, _) = layer.Forward(@case, input, weight, bias);
            gradOutput = [problem.Direction("output", output)];
        }
    }

    /// <summary>Calls the layer so many times.</summary>
    public void Run(int calls)
    {
        using var recording = enable_grad(pass == Pass.Backward);
        for (int call = 0; call < calls; call++)
        {
            using var results = NewDisposeScope();
            var (output, _) = layer.Forward(@case, input, weight, bias);
            if (pass == Pass.Forward) continue;
            autograd.backward([output], gradOutput);
            input.grad = null;
            if (weight is not null) weight.grad = null;
            if (bias is not null) bias.grad = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        input.Dispose();
        weight?.Dispose();
        bias?.Dispose();
    }
}
