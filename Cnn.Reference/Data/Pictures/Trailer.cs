namespace Cnn.Reference.Data.Pictures;

/// <summary>What lies behind a picture's end: cameras put previews and films there, and damage leaves codes.</summary>
internal static class Trailer
{
    private const int NearBytes = 64;

    /// <summary>Whether it is nothing, padding, another picture, a film, or a phone's list of such things.</summary>
    public static bool IsKnown(ReadOnlySpan<byte> trailer)
    {
        ReadOnlySpan<byte> more = trailer.TrimStart("\0\r\n "u8);
        return !more.ContainsAnyExcept((byte)0xFF)
            || PictureSignature.Of(more) != PictureKind.Unknown
            || trailer[..Math.Min(trailer.Length, NearBytes)].IndexOf("ftyp"u8) >= 0
            || trailer.EndsWith("SEFT"u8);
    }
}
