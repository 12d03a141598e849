using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using BTNet.TestSupport;
using BTNet.Training.Checkpoints;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Checkpoints;

public sealed class TensorFileTests
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    [Fact]
    public void Tensors_and_metadata_come_back_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        (string Name, Tensor Tensor)[] written =
        [
            ("matrix", tensor(new[] { 1.5f, -0f, float.NaN, float.Epsilon, float.MaxValue, 1 / 3f }, 2, 3)),
            ("turned", arange(6, dtype: ScalarType.Float32).reshape(2, 3).t()),
            ("number", tensor(long.MinValue)),
            ("doubles", tensor(new[] { Math.PI, double.NegativeInfinity })),
            ("empty", empty(0, 5)),
            ("größe \"quoted\"", ones(1))
        ];
        var path = folder.File("t.safetensors");

        TensorFile.Write(path, written, new Dictionary<string, string> { ["format"] = "x/1", ["note"] = "line\nnext \u00e9" });
        var (read, metadata) = TensorFile.Read(path);

        Assert.Equal(written.Select(tensor => tensor.Name), read.Keys);
        Assert.All(written, tensor => Assert.True(SmallNetworks.AreEqual(tensor.Tensor, read[tensor.Name]), tensor.Name));
        Assert.Equal("line\nnext \u00e9", metadata["note"]);
        Assert.Equal(metadata, TensorFile.ReadMetadata(path));
        foreach (var tensor in read.Values) tensor.Dispose();
    }

    [Fact]
    public void A_tensor_larger_than_a_piece_comes_back_whole()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("large.safetensors");
        var large = arange(0, 20_000_000, ScalarType.Float32).reshape(4, -1);

        TensorFile.Write(path, [("large", large), ("behind", ones(3))], NoMetadata);
        var (tensors, _) = TensorFile.Read(path);

        Assert.True(SmallNetworks.AreEqual(large, tensors["large"]));
        Assert.True(SmallNetworks.AreEqual(ones(3), tensors["behind"]));
        foreach (var tensor in tensors.Values) tensor.Dispose();
    }

    [Fact]
    public void The_file_is_laid_out_as_safetensors()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("t.safetensors");

        TensorFile.Write(path, [("a", tensor(new[] { 1f, 2f }, 2, 1)), ("b", tensor(7L))], new Dictionary<string, string> { ["k"] = "v" });

        var bytes = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, length))!;
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}"""), header), header.ToJsonString());
        Assert.Equal([0, 0, 128, 63, 0, 0, 0, 64, 7, 0, 0, 0, 0, 0, 0, 0], bytes[(8 + length)..]);
    }

    [Fact]
    public void A_file_that_another_program_wrote_is_read()
    {
        using var folder = new TemporaryFolder();

        // Padded with spaces and in another order, as other writers do.
        var (tensors, metadata) = TensorFile.Read(Written(folder, """{"b":{"shape":[2],"dtype":"F32","data_offsets":[8,16]},"a":{"data_offsets":[0,8],"dtype":"F64","shape":[1,1]}}   """, [.. BitConverter.GetBytes(0.5), .. BitConverter.GetBytes(2f), .. BitConverter.GetBytes(-3f)]));

        Assert.Empty(metadata);
        Assert.Equal([2f, -3f], tensors["b"].data<float>().ToArray());
        Assert.Equal([0.5], tensors["a"].data<double>().ToArray());
        foreach (var tensor in tensors.Values) tensor.Dispose();
    }

    [Fact]
    public void Reading_into_tensors_names_all_that_is_missing_or_too_much_or_of_another_shape_or_type()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("t.safetensors");
        TensorFile.Write(path, [("same", ones(2)), ("shaped", ones(2, 3)), ("typed", ones(2, dtype: ScalarType.Float64)), ("extra", ones(1))], NoMetadata);
        var target = zeros(2);

        var e = Assert.Throws<InputException>(() => TensorFile.ReadInto(path, [("same", target), ("shaped", zeros(3, 2)), ("typed", zeros(2)), ("absent", zeros(1))]));

        Assert.Contains(path, e.Message);
        Assert.Equal(4, e.Faults.Count);
        Assert.Contains(e.Faults, fault => fault.Contains("'shaped' is [2, 3], expected [3, 2]"));
        Assert.Contains(e.Faults, fault => fault.Contains("'typed'") && fault.Contains("Float64") && fault.Contains("Float32"));
        Assert.Contains(e.Faults, fault => fault.Contains("'absent' is missing"));
        Assert.Contains(e.Faults, fault => fault.Contains("'extra'"));
        Assert.Equal([0f, 0f], target.data<float>().ToArray());
    }

    [Fact]
    public void More_faults_than_a_screen_holds_are_counted()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("t.safetensors");
        TensorFile.Write(path, [("a", ones(1))], NoMetadata);

        var e = Assert.Throws<InputException>(() => TensorFile.ReadInto(path, [("a", zeros(1)), .. Enumerable.Range(0, 50).Select(i => ($"w{i}", zeros(1)))]));

        Assert.Contains("and 30 more", e.Message);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(Sample(folder));
        for (var length = 0; length < whole.Length; length += 7)
        {
            var cut = folder.WriteBytes("cut.safetensors", whole.AsSpan(0, length));
            Assert.Contains(cut, Assert.Throws<InputException>(() => TensorFile.Read(cut)).Message);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_000)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void A_header_length_that_lies_is_refused(long length)
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(Sample(folder));
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        var path = folder.WriteBytes("lies.safetensors", bytes);

        Assert.Contains(path, Assert.Throws<InputException>(() => TensorFile.Read(path)).Message);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}{}")]
    [InlineData("""{"a":null}""")]
    [InlineData("""{"a":5}""")]
    [InlineData("""{"__metadata__":5}""")]
    [InlineData("""{"__metadata__":{"k":5}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[12,20]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0.5,8.5]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,4611686018427387904],"data_offsets":[0,0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""")]
    public void A_header_that_makes_no_sense_is_refused_by_name(string header)
    {
        using var folder = new TemporaryFolder();
        var path = Written(folder, header, new byte[16]);

        Assert.Contains(path, Assert.Throws<InputException>(() => TensorFile.Read(path)).Message);
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("I32")]
    [InlineData("f32")]
    public void A_type_that_is_not_read_is_named_with_those_that_are(string type)
    {
        using var folder = new TemporaryFolder();
        var path = Written(folder, $$$"""{"a":{"dtype":"{{{type}}}","shape":[2],"data_offsets":[0,8]}}""", new byte[8]);

        var message = Assert.Throws<InputException>(() => TensorFile.Read(path)).Message;

        Assert.Contains($"'a' has the type {type}", message);
        Assert.Contains("F32, F64 or I64", message);
    }

    [Fact]
    public void Tensors_that_share_bytes_are_refused_so_that_no_small_file_fills_the_memory()
    {
        using var folder = new TemporaryFolder();
        var path = Written(folder, """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", new byte[12]);

        Assert.Contains("'b'", Assert.Throws<InputException>(() => TensorFile.Read(path)).Message);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused_by_path()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains(folder.File("none"), Assert.Throws<InputException>(() => TensorFile.Read(folder.File("none"))).Message);
        Assert.Contains(folder.Path, Assert.Throws<InputException>(() => TensorFile.Read(folder.Path)).Message);
    }

    [Fact]
    public void A_damaged_file_is_read_or_refused_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var (read, refused) = (0, 0);
        foreach (var damaged in Mutations.Of(File.ReadAllBytes(Sample(folder)), 3000, seed: 6))
        {
            var path = folder.WriteBytes("damaged.safetensors", damaged);
            try
            {
                foreach (var tensor in TensorFile.Read(path).Tensors.Values)
                {
                    Assert.InRange(tensor.NumberOfElements * 4, 0, damaged.Length);
                    tensor.Dispose();
                }

                read++;
            }
            catch (InputException)
            {
                refused++;
            }
        }

        Assert.True(read > 50 && refused > 500, $"{read} read, {refused} refused");
    }

    [Fact]
    public void A_write_that_fails_half_way_leaves_the_old_file_and_no_other()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = Sample(folder);
        var before = File.ReadAllBytes(path);
        // Bytes of a sparse tensor cannot be taken: the fault comes after the header and the first tensor are out.
        var unwritable = sparse_coo_tensor(zeros(1, 1, dtype: ScalarType.Int64), ones(1), [3]);

        Assert.ThrowsAny<Exception>(() => TensorFile.Write(path, [("first", ones(1000)), ("second", unwritable)], NoMetadata));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_told_with_what_to_do()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var file = folder.WriteText("file", "");

        Assert.Contains(file, Assert.Throws<InputException>(() => TensorFile.Write(Path.Combine(file, "t.safetensors"), [("a", ones(1))], NoMetadata)).Message);
    }

    private static string Sample(TemporaryFolder folder)
    {
        using var scope = NewDisposeScope();
        var path = folder.File("sample.safetensors");
        TensorFile.Write(path, [("conv1.weight", ones(2, 3)), ("bn1.running_mean", zeros(4)), ("steps", tensor(7L))], new Dictionary<string, string> { ["format"] = "x/1" });
        return path;
    }

    private static string Written(TemporaryFolder folder, string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        return folder.WriteBytes("by-hand.safetensors", [.. BitConverter.GetBytes((long)json.Length), .. json, .. data]);
    }
}
