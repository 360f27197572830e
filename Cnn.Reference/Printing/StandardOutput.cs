using System.Runtime.InteropServices;

namespace Cnn.Reference.Printing;

/// <summary>What was printed has not arrived.</summary>
/// <param name="reason">Why not; null where nobody reads any more, as behind "| head -1".</param>
internal sealed class OutputException(string? reason) : Exception
{
    /// <summary>Why not; null where nobody reads any more, which is no fault.</summary>
    public string? Reason => reason;
}

/// <summary>
/// Standard output that is a file or a pipe. What cannot be written there is told, where the console keeps still or ends the process.
/// </summary>
internal sealed partial class StandardOutput : Stream
{
    private const int Handle = 1;
    private const short Error = 8; // POLLERR: the pipe has no reader

    private readonly Stream console = Console.OpenStandardOutput();

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Takes the place of the console's own.</summary>
    public static void Install() => Console.SetOut(new StreamWriter(new StandardOutput(), Console.OutputEncoding) { AutoFlush = true });

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            console.Write(buffer);
        }
        catch (IOException exception)
        {
            throw new OutputException(exception.Message);
        }
        if (HasNoReader()) throw new OutputException(reason: null);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    // The console passes over it in silence.
    private static bool HasNoReader()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) return false;
        var asked = new PollDescriptor { Handle = Handle };
        return Poll(ref asked, 1, timeout: 0) > 0 && (asked.Returned & Error) != 0;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeout);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Handle;
        public short Asked, Returned;
    }
}
