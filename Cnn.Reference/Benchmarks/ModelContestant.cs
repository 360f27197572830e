using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Benchmarks;

/// <summary>A whole model with everything that it needs at hand, so that its calls are all that is timed.</summary>
internal sealed class ModelContestant : IDisposable
{
    /// <summary>How many images a call has.</summary>
    public const long InferenceBatch = 1, TrainingBatch = 4;

    private readonly nn.Module<Tensor, Tensor> model;
    private readonly Tensor images;
    private readonly Tensor? labels;
    private readonly optim.Optimizer? optimizer;

    /// <summary>Prepares a model for a pass; it stays the caller's.</summary>
    /// <param name="model">The model.</param>
    /// <param name="pass">Inference, or a step of training: loss, gradients, and the optimizer's step.</param>
    /// <param name="channels">Channels of an image.</param>
    /// <param name="size">Height and width of an image.</param>
    public ModelContestant(nn.Module<Tensor, Tensor> model, Pass pass, long channels, long size)
    {
        this.model = model;
        bool trains = pass == Pass.Backward;
        model.train(trains);
        using var generator = new Generator(1, CPU); // the same images for either side
        images = rand([trains ? TrainingBatch : InferenceBatch, channels, size, size], generator: generator);
        if (!trains) return;
        labels = HeldNumbers.UpTo(TrainingBatch); // any classes: every network has more
        // At rate 0 each step computes what a step does, and leaves the weights as they are: every step is the same.
        optimizer = optim.SGD(model.parameters(), learningRate: 0);
    }

    /// <summary>Calls the model so many times.</summary>
    public void Run(int calls)
    {
        using var recording = enable_grad(optimizer is not null);
        for (int call = 0; call < calls; call++)
        {
            using var results = NewDisposeScope();
            optimizer?.zero_grad();
            var output = model.call(images);
            if (optimizer is null) continue;
            nn.functional.cross_entropy(output, labels!).backward();
            optimizer.step();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer?.zero_grad();
        optimizer?.Dispose();
        images.Dispose();
        labels?.Dispose();
    }
}
