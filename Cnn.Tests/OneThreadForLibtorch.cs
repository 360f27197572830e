using System.Runtime.CompilerServices;
using TorchSharp;

namespace Cnn.Tests;

/// <summary>Test classes run side by side: were libtorch to take every core for each of them, all would wait for all.</summary>
internal static class OneThreadForLibtorch
{
    [ModuleInitializer]
    internal static void Initialize() => torch.set_num_threads(1);
}
