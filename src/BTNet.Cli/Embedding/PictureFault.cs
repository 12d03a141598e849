using BTNet.Faces;

namespace BTNet.Cli.Embedding;

/// <summary>Why a picture was left out.</summary>
internal static class PictureFault
{
    /// <summary>A fault without the picture's name at its front, which stands beside it already.</summary>
    public static string Reason(string path, string message) => message.StartsWith(path + ": ", StringComparison.Ordinal) ? message[(path.Length + 2)..] : message;

    /// <summary>Decodes a picture; null where it is broken, which is noted.</summary>
    public static FaceImage? Decode(string path, SkippedItems skipped)
    {
        try
        {
            return FaceDecoder.DecodeFile(path);
        }
        catch (InputException fault)
        {
            skipped.Add(path, Reason(path, fault.Message));
            return null;
        }
    }
}
