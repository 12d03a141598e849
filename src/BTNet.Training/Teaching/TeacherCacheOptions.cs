namespace BTNet.Training.Teaching;

/// <summary>Which teacher's outputs a <see cref="TeacherCache"/> keeps, of what, and where.</summary>
/// <param name="Name">What is trained, such as <c>branch-14</c>: what is told begins with it.</param>
/// <param name="Path">The file.</param>
/// <param name="Run">All that the outputs depend on; the file of another run is replaced.</param>
/// <param name="Items">How many pictures there are.</param>
/// <param name="Views">How many views of each.</param>
/// <param name="EmbeddingFloats">Numbers in an embedding.</param>
/// <param name="MapFloats">Numbers in a map; 0 where none is kept.</param>
/// <param name="LimitBytes">The most that the file may take.</param>
internal sealed record TeacherCacheOptions(string Name, string Path, string Run, int Items, int Views, int EmbeddingFloats, int MapFloats, long LimitBytes)
{
    /// <summary>Places in the file.</summary>
    public long Entries => (long)Items * Views;

    /// <summary>Numbers in a place.</summary>
    public int Floats => EmbeddingFloats + MapFloats;

    /// <summary>Bytes of the full file.</summary>
    public long Bytes => EntryFile.Size(Entries, Floats);

    /// <summary>Whether the full file is within the limit.</summary>
    public bool Fits => Entries <= Array.MaxLength && Bytes <= LimitBytes;
}
