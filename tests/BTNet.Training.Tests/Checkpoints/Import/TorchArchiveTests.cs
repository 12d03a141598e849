using BTNet.TestSupport;
using BTNet.Training.Checkpoints.Import;

namespace BTNet.Training.Tests.Checkpoints.Import;

public sealed class TorchArchiveTests
{
    [Fact]
    public void Every_number_of_a_state_dict_is_the_one_that_the_formula_gives()
    {
        var archive = TorchArchive.Read(SharedData.Require("formats", "torch", "iresnet_w8.pt"));

        Assert.Equal("iresnet_w8.pt", archive.Name);
        Assert.Null(archive.Key);
        Assert.False(archive.DataParallelPrefixStripped);
        Assert.DoesNotContain(archive.Tensors, tensor => tensor.ElementType == TorchElementType.Float16);
        AssertFilledByFormula(archive);
    }

    [Fact]
    public void Half_precision_a_strided_view_and_the_data_parallel_prefix_give_the_same_network()
    {
        var archive = TorchArchive.Read(SharedData.Require("formats", "torch", "iresnet_w8_module_half_strided.pt"));

        Assert.True(archive.DataParallelPrefixStripped);
        Assert.Equal(["fc.weight"], archive.Tensors.Where(tensor => tensor.ElementType == TorchElementType.Float32).Select(tensor => tensor.Name)); // the strided one
        Assert.Contains(archive.Tensors, tensor => tensor.ElementType == TorchElementType.Float16);
        AssertFilledByFormula(archive);
    }

    [Fact]
    public void Both_files_name_the_same_tensors_in_the_same_order()
    {
        var plain = TorchArchive.Read(SharedData.Require("formats", "torch", "iresnet_w8.pt"));
        var half = TorchArchive.Read(SharedData.Require("formats", "torch", "iresnet_w8_module_half_strided.pt"));

        Assert.Equal(plain.Tensors.Select(tensor => (tensor.Name, string.Join(',', tensor.Shape))), half.Tensors.Select(tensor => (tensor.Name, string.Join(',', tensor.Shape))));
    }

    [Fact]
    public void A_state_dict_is_found_among_the_rest_of_a_training_checkpoint()
    {
        var archive = Read(ArchivesOfTorch.Saved(ArchivesOfTorch.Checkpoint));

        Assert.Equal("state_dict", archive.Key);
        Assert.Equal(["fc.weight", "fc.bias", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var", "bn.num_batches_tracked"], archive.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([3L, 2L], archive.Tensors[0].Shape);
        Assert.Equal([0, 1, 2, 3, 4, 5], archive.Tensors[0].ToSingles());
        Assert.Equal([.5f, -.5f, 2], archive.Tensors[1].ToSingles());
        Assert.Empty(archive.Tensors[6].Shape);
        Assert.Equal([1L], archive.Tensors[6].ToInt64s());
    }

    [Fact]
    public void Parameters_are_read_as_their_tensors()
    {
        var archive = Read(ArchivesOfTorch.Saved(ArchivesOfTorch.Parameters));

        Assert.Null(archive.Key);
        Assert.Equal("fc.weight [3, 2] Float32", archive.Tensors[0].ToString());
        Assert.Equal([0, 1, 2, 3, 4, 5], archive.Tensors[0].ToSingles());
    }

    [Fact]
    public void A_model_key_is_entered_too()
    {
        var inner = ArchivesOfTorch.StateDict(new ArchivesOfTorch.View("w", 0, [2], [1], 2));
        byte[] nested = [0x80, 2, (byte)'}', (byte)'U', 5, .. "model"u8, .. inner[2..^1], (byte)'s', (byte)'.'];

        var archive = Read(ArchivesOfTorch.Archive(nested, ("data/0", new byte[8])));

        Assert.Equal("model", archive.Key);
        Assert.Equal("w", Assert.Single(archive.Tensors).Name);
    }

    [Fact]
    public void Every_element_type_is_read()
    {
        var tensors = Read(ArchivesOfTorch.Saved(ArchivesOfTorch.Types)).Tensors.ToDictionary(tensor => tensor.Name);

        foreach (var (name, type) in new[] { ("f32", TorchElementType.Float32), ("f64", TorchElementType.Float64), ("f16", TorchElementType.Float16), ("bf16", TorchElementType.BFloat16) })
        {
            Assert.Equal(type, tensors[name].ElementType);
            Assert.Equal([1.5f, -2], tensors[name].ToSingles());
            Assert.Throws<InvalidOperationException>(tensors[name].ToInt64s);
        }

        foreach (var (name, type, first, second) in new[]
        {
            ("i64", TorchElementType.Int64, 1L << 40, -2L), ("i32", TorchElementType.Int32, 1L << 30, -2), ("i16", TorchElementType.Int16, 300, -2),
            ("i8", TorchElementType.Int8, 100, -2), ("u8", TorchElementType.UInt8, 200, 2), ("b", TorchElementType.Boolean, 1, 0),
        })
        {
            Assert.Equal(type, tensors[name].ElementType);
            Assert.Equal([first, second], tensors[name].ToInt64s());
            Assert.Equal([(float)first, second], tensors[name].ToSingles());
        }
    }

    [Fact]
    public void Views_are_read_by_their_offset_and_strides()
    {
        var tensors = Read(ArchivesOfTorch.Saved(ArchivesOfTorch.Types)).Tensors.ToDictionary(tensor => tensor.Name);

        Assert.Equal([7], tensors["scalar"].ToSingles());
        Assert.Equal([0L, 3L], tensors["empty"].Shape);
        Assert.Empty(tensors["empty"].ToSingles());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], tensors["whole"].ToSingles());
        Assert.Equal([4L, 3L], tensors["transposed"].Shape);
        Assert.Equal([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], tensors["transposed"].ToSingles());
        Assert.Equal([1, 5, 9], tensors["column"].ToSingles());
        Assert.Equal([4, 5, 6, 7], tensors["row"].ToSingles());
        Assert.Equal([5, 6, 9, 10], tensors["block"].ToSingles());
        Assert.Equal([4], tensors["ones"].ToSingles());
    }

    [Theory]
    [InlineData("little", new byte[] { 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0 })]
    [InlineData("big", new byte[] { 0x3F, 0xC0, 0, 0, 0xC0, 0, 0, 0 })]
    public void The_byte_order_is_the_one_that_the_archive_names(string order, byte[] storage)
    {
        var pickle = ArchivesOfTorch.StateDict(new ArchivesOfTorch.View("w", 0, [2], [1], 2));

        var archive = Read(ArchivesOfTorch.Archive(pickle, ("byteorder", System.Text.Encoding.ASCII.GetBytes(order)), ("data/0", storage)));

        Assert.Equal([1.5f, -2], archive.Tensors[0].ToSingles());
    }

    [Fact]
    public void A_prefix_that_only_some_names_have_is_left()
    {
        var pickle = ArchivesOfTorch.StateDict(new ArchivesOfTorch.View("module.w", 0, [2], [1], 2), new ArchivesOfTorch.View("v", 0, [2], [1], 2));

        var archive = Read(ArchivesOfTorch.Archive(pickle, ("data/0", new byte[8])));

        Assert.False(archive.DataParallelPrefixStripped);
        Assert.Equal(["module.w", "v"], archive.Tensors.Select(tensor => tensor.Name));
    }

    private static TorchArchive Read(byte[] file) => TorchArchive.Read(new MemoryStream(file), "net.pt");

    private static void AssertFilledByFormula(TorchArchive archive)
    {
        Assert.Equal(115, archive.Tensors.Count);
        foreach (var tensor in archive.Tensors)
        {
            if (tensor.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            {
                Assert.Equal(TorchElementType.Int64, tensor.ElementType);
                Assert.Equal([7L], tensor.ToInt64s()); // what the sample was given, to tell it from a fresh network
                continue;
            }

            var values = tensor.ToSingles();
            Assert.Equal(tensor.Shape.Aggregate(1L, (product, size) => product * size), values.Length);
            var expected = FormulaFill.Of(tensor.Name, tensor.Shape);
            for (var i = 0; i < values.Length; i++)
            {
                // Half precision keeps 11 bits, and below 2^-14 has a fixed step, 2^-24; half of the last step is lost.
                // The rest is for the formula, worked out in double here and in single precision there.
                var half = tensor.ElementType == TorchElementType.Float16 ? Math.Max(Math.Abs(expected[i]) / 2048, Math.Pow(2, -25)) : 0;
                var bound = half + (Math.Abs(expected[i]) * 2e-7) + 1e-9;
                Assert.True(Math.Abs(values[i] - expected[i]) <= bound, $"{tensor} at {i}: {values[i]}, expected {expected[i]}");
            }
        }
    }
}
