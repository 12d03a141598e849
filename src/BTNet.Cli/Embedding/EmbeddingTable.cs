namespace BTNet.Cli.Embedding;

/// <summary>The forms that embeddings are written in, told by the file's extension.</summary>
internal static class EmbeddingTable
{
    /// <summary>Where <c>.npy</c> leaves all that is no number of an embedding.</summary>
    public const string RowsSuffix = ".rows.csv";

    public static readonly string[] Extensions = [".parquet", ".npy", ".csv"];

    /// <summary>Whether there is a form for a file of this name.</summary>
    public static bool Knows(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>The files that are written for one, in their order.</summary>
    public static IReadOnlyList<string> FilesFor(string path) => Path.GetExtension(path).Equals(".npy", StringComparison.OrdinalIgnoreCase) ? [path, path + RowsSuffix] : [path];

    /// <summary>Writes embeddings; the file is there as a whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="size">Numbers in an embedding.</param>
    /// <param name="count">How many embeddings there are.</param>
    /// <param name="faces">Gives them, in order, each time it is called.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static IReadOnlyList<string> Write(string path, int size, int count, Func<IEnumerable<EmbeddedFace>> faces)
    {
        switch (Path.GetExtension(path).ToUpperInvariant())
        {
            case ".PARQUET":
                AtomicFile.Write(path, stream => ParquetTable.WriteAsync(stream, size, faces()).GetAwaiter().GetResult());
                return [path];
            case ".CSV":
                AtomicFile.Write(path, stream => CsvTable.Write(stream, size, faces()));
                return [path];
            case ".NPY":
                // The second is put in place while the first waits for its name, so that what belongs together comes as near as can be.
                var rows = path + RowsSuffix;
                AtomicFile.Write(path, stream =>
                {
                    NpyTable.Write(stream, size, count, faces());
                    AtomicFile.Write(rows, beside => CsvTable.Write(beside, 0, faces()));
                });
                return [path, rows];
            default:
                throw new InputException($"{path}: unknown form; expected a file that ends in {string.Join(", ", Extensions)}");
        }
    }
}
