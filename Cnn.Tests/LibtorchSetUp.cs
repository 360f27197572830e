using System.Runtime.CompilerServices;
using Cnn.Reference.Oracle;
using TorchSharp;

namespace Cnn.Tests;

/// <summary>What libtorch, and every process that a test starts, is told before any test runs.</summary>
internal static class LibtorchSetUp
{
    [ModuleInitializer]
    internal static void Initialize()
    {
        HiddenCaches.HoldOneDnn();
        // for the programs that tests start: none runs long enough for a profile to pay
        Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
        torch.set_num_threads(1); // test classes run side by side: were libtorch to take every core for each, all would wait for all
    }
}
