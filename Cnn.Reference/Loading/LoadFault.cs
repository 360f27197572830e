namespace Cnn.Reference.Loading;

/// <summary>Why libtorch does not load, and what helps.</summary>
/// <param name="Reason">A sentence.</param>
/// <param name="Remedy">A sentence.</param>
internal sealed record LoadFault(string Reason, string Remedy);
