namespace Cnn.Reference.Files;

/// <summary>Something is wrong with what the user has asked for: one sentence, exit code 2.</summary>
internal sealed class UsageException(string sentence) : Exception(sentence);
