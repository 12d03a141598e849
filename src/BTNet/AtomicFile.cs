namespace BTNet;

/// <summary>Replaces files whole: whoever looks, and whatever happens, sees the old content or the new, never a part.</summary>
public static class AtomicFile
{
    /// <summary>Writes a new file beside the old one, brings it to the disk and renames it over the old one.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">It could not be written, such as on a full disk; the old content is still there.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            File.Delete(temporary);
            if (e is IOException or UnauthorizedAccessException)
                throw new IOException($"{path} could not be written: {e.Message} What was there before is unchanged; free space or choose another place and run again.", e);
            throw;
        }
    }
}
