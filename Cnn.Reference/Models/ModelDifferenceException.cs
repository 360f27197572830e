namespace Cnn.Reference;

/// <summary>Two models differ by more than rounding can: the message says where, with the table of all layers.</summary>
/// <param name="message">The report.</param>
public sealed class ModelDifferenceException(string message) : Exception(message);
