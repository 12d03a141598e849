using Parquet;
using Parquet.Schema;

namespace BTNet.Cli.Embedding;

/// <summary>Parquet: a row a face, its embedding a list of floats.</summary>
internal static class ParquetTable
{
    /// <summary>Bytes of embeddings in a row group, all of which is in memory at once.</summary>
    private const int GroupBytes = 16 << 20;

    private static readonly DataField<string> Path = new("path", nullable: false);
    private static readonly DataField<int> Face = new("face");
    private static readonly DataField<int> Width = new("width");
    private static readonly DataField<int> Height = new("height");
    private static readonly DataField<int> Branch = new("branch");
    private static readonly DataField<string> Why = new("why", nullable: false);
    private static readonly DataField<float> Norm = new("norm");
    private static readonly DataField<string> Warning = new("warning", nullable: false);
    private static readonly DataField<float> Number = new("element");

    /// <param name="stream">Left open.</param>
    /// <param name="size">Numbers in an embedding.</param>
    /// <param name="faces">The rows.</param>
    public static async Task WriteAsync(Stream stream, int size, IEnumerable<EmbeddedFace> faces)
    {
        var schema = new ParquetSchema(Path, Face, Width, Height, Branch, Why, Norm, Warning, new ListField("embedding", Number));
        await using var writer = await ParquetWriter.CreateAsync(schema, stream, new ParquetOptions { CompressionMethod = CompressionMethod.Snappy });
        foreach (var group in faces.Chunk(Math.Max(1, GroupBytes / (sizeof(float) * size)))) await WriteAsync(writer, size, group);
    }

    private static async Task WriteAsync(ParquetWriter writer, int size, EmbeddedFace[] faces)
    {
        using var group = writer.CreateRowGroup();
        await group.WriteAsync(Path, [.. faces.Select(face => face.Path)]);
        await Numbers(Face, face => face.Face);
        await Numbers(Width, face => face.Choice.Width);
        await Numbers(Height, face => face.Choice.Height);
        await Numbers(Branch, face => face.Choice.Branch.Side);
        await group.WriteAsync(Why, [.. faces.Select(face => face.Choice.ToString())]);
        await Numbers(Norm, face => (float)face.Norm);
        await group.WriteAsync(Warning, [.. faces.Select(face => face.Warning)]);
        var (values, repeated) = (new float[faces.Length * size], new int[faces.Length * size]);
        for (var i = 0; i < faces.Length; i++)
        {
            faces[i].Values.CopyTo(values, i * size);
            // 0 begins a list, 1 goes on with it.
            repeated.AsSpan((i * size) + 1, size - 1).Fill(1);
        }

        // Every list is there, and so is every number.
        var defined = new int[values.Length];
        defined.AsSpan().Fill(Number.MaxDefinitionLevel);
        await group.WriteAllPartsAsync<float>(Number, values, defined, repeated, CancellationToken.None);

        Task Numbers<T>(DataField<T> field, Func<EmbeddedFace, T> value)
            where T : struct => group.WriteAsync<T>(field, faces.Select(value).ToArray());
    }
}
