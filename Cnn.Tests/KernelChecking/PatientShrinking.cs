using System.Runtime.CompilerServices;
using Cnn.Reference.KernelChecking;

namespace Cnn.Tests.KernelChecking;

/// <summary>The smallest case is what tests ask for, on a busy machine as well: there, fewer trials fit into the time of a user.</summary>
internal static class PatientShrinking
{
    [ModuleInitializer]
    internal static void Begin() => Shrinker.Patience = TimeSpan.FromMinutes(5);
}
