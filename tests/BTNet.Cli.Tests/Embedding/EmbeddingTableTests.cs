using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using BTNet.Cli.Embedding;
using BTNet.Resolutions;
using BTNet.TestSupport;
using Parquet;
using Parquet.Schema;

namespace BTNet.Cli.Tests.Embedding;

public sealed class EmbeddingTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static readonly EmbeddedFace[] Faces =
    [
        new("a/plain.jpg", 0, new BranchChoice(Resolution.Full, 100, 90, SizeIndicator.Max, LadderRule.Ceil), 5, "", [3, 4]),
        new("b/with \"quotes\", commas\nand lines.jpg", 1, new BranchChoice(Resolution.Of(14), 9, 13, SizeIndicator.Max, LadderRule.Ceil), 0.5, "odd, it is", [0.3f, -0.4f])
    ];

    [Fact]
    public void NumPy_gets_a_float_array_and_a_table_of_its_rows()
    {
        var path = _folder.File("x.npy");
        Assert.Equal([path, path + ".rows.csv"], EmbeddingTable.Write(path, 2, 2, () => Faces));
        var bytes = File.ReadAllBytes(path);
        var length = BitConverter.ToUInt16(bytes, 8);
        Assert.Equal(0, (10 + length) % 64);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", Encoding.ASCII.GetString(bytes, 10, length).TrimEnd());
        Assert.Equal([3, 4, 0.3f, -0.4f], MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + length)).ToArray());
        Assert.DoesNotContain("e0", File.ReadAllText(path + ".rows.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public void Comma_separated_text_quotes_what_needs_it_and_gives_numbers_back_exactly()
    {
        var path = _folder.File("x.csv");
        EmbeddingTable.Write(path, 2, 2, () => Faces);
        Assert.Equal(
            "path,face,width,height,branch,why,norm,warning,e0,e1\n"
            + "a/plain.jpg,0,100,90,112,\"100 x 90 pixels go to the branch for 112 (Max of the sides, Ceil)\",5,,3,4\n"
            + "\"b/with \"\"quotes\"\", commas\nand lines.jpg\",1,9,13,14,\"9 x 13 pixels go to the branch for 14 (Max of the sides, Ceil)\",0.5,\"odd, it is\",0.3,-0.4\n",
            File.ReadAllText(path));
    }

    [Fact]
    public async Task Parquet_has_a_row_a_face_and_embeddings_as_lists()
    {
        var path = _folder.File("x.parquet");
        EmbeddingTable.Write(path, 2, 2, () => Faces);
        await using var reader = await ParquetReader.CreateAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["path", "face", "width", "height", "branch", "why", "norm", "warning", "embedding"], reader.Schema.Fields.Select(field => field.Name));
        Assert.IsType<ListField>(reader.Schema.Fields[^1]);
        using var group = reader.OpenRowGroupReader(0);
        Assert.Equal(2, group.RowCount);
        var fields = reader.Schema.DataFields;
        var paths = new string?[2];
        await group.ReadAsync(fields[0], paths.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Faces.Select(face => face.Path), paths);
        var (values, defined, repeated) = (new float[4], new int[4], new int[4]);
        await group.ReadRawAsync<float>(fields[^1], values, defined, repeated, TestContext.Current.CancellationToken);
        Assert.Equal([3, 4, 0.3f, -0.4f], values);
        Assert.Equal([0, 1, 0, 1], repeated);
    }

    [Fact]
    public async Task Parquet_of_many_rows_is_written_in_groups()
    {
        var path = _folder.File("many.parquet");
        const int Size = 4096;
        var many = Enumerable.Range(0, 1500).Select(i => Faces[0] with { Path = i.ToString(CultureInfo.InvariantCulture), Values = Enumerable.Repeat((float)i, Size).ToArray() });
        EmbeddingTable.Write(path, Size, 1500, () => many);
        await using var reader = await ParquetReader.CreateAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2, reader.RowGroupCount);
        Assert.Equal([1024, 476], reader.RowGroups.Select(group => group.RowCount));
    }

    public void Dispose() => _folder.Dispose();
}
