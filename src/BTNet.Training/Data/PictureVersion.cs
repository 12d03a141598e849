using System.Globalization;

namespace BTNet.Training.Data;

/// <summary>Tells a file from what it was before, without reading it.</summary>
internal static class PictureVersion
{
    /// <summary>Name, length and time of the last change; the name alone where the file is not to be had, as who opens it will say.</summary>
    public static string Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return string.Create(CultureInfo.InvariantCulture, $"{path} {file.Length} {file.LastWriteTimeUtc.Ticks}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }
}
