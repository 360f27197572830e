namespace Cnn.Reference.Processes;

/// <summary>What the program ends with.</summary>
internal static class ExitCodes
{
    /// <summary>All is as it should be.</summary>
    public const int Success = 0;

    /// <summary>Something was not equal, or nothing was proved.</summary>
    public const int Mismatch = 1;

    /// <summary>What was asked for cannot be done; one sentence says why.</summary>
    public const int Refused = 2;

    /// <summary>Equal where compared, but not all could be: libtorch died, hung, or memory was short.</summary>
    public const int NotAllCompared = 3;

    /// <summary>Stopped by the user: what a shell says of a process that SIGINT has ended.</summary>
    public const int Stopped = 128 + 2;

    /// <summary>Nobody reads the output any more: what a shell says of a process that SIGPIPE has ended.</summary>
    public const int NobodyReads = 128 + 13;
}
