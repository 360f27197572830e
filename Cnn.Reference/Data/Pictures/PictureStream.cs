using System.Runtime.InteropServices;
using SkiaSharp;

namespace Cnn.Reference.Data.Pictures;

/// <summary>
/// A file's bytes, as the decoder reads them: they end when the user stops the program, and so does the decoding. The
/// decoder calls from native code, where an exception would end the process: whatever it asks for, there is none.
/// </summary>
internal sealed class PictureStream(byte[] content, int length, CancellationToken cancel) : SKAbstractManagedStream
{
    private int position;

    /// <inheritdoc/>
    protected override nint OnRead(nint buffer, nint size)
    {
        nint count = OnPeek(buffer, size);
        position += (int)count;
        return count;
    }

    /// <inheritdoc/>
    protected override nint OnPeek(nint buffer, nint size)
    {
        if (cancel.IsCancellationRequested) return 0;
        // A size is unsigned to the decoder.
        int count = (int)Math.Min((nuint)size, (nuint)(length - position));
        if (buffer != 0) Marshal.Copy(content, position, buffer, count); // nowhere: the decoder passes over them
        return count;
    }

    /// <inheritdoc/>
    protected override bool OnIsAtEnd() => position == length || cancel.IsCancellationRequested;

    /// <inheritdoc/>
    protected override bool OnHasPosition() => true;

    /// <inheritdoc/>
    protected override bool OnHasLength() => true;

    /// <inheritdoc/>
    protected override bool OnRewind() => OnSeek(0);

    /// <inheritdoc/>
    protected override nint OnGetPosition() => position;

    /// <inheritdoc/>
    protected override nint OnGetLength() => length;

    /// <inheritdoc/>
    protected override bool OnSeek(nint wanted)
    {
        position = (int)Math.Min((nuint)wanted, (nuint)length);
        return true;
    }

    /// <inheritdoc/>
    protected override bool OnMove(int offset)
    {
        position = (int)Math.Clamp((long)position + offset, 0, length);
        return true;
    }

    /// <inheritdoc/>
    protected override nint OnCreateNew() => 0; // another over the same bytes is never asked for
}
