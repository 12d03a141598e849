using System.IO.Compression;
using System.Text;
using BTNet.TestSupport;
using BTNet.Training.Checkpoints.Import;
using View = BTNet.Training.Tests.Checkpoints.Import.ArchivesOfTorch.View;

namespace BTNet.Training.Tests.Checkpoints.Import;

public sealed class TorchArchiveRefusalTests
{
    private static readonly View TwoFloats = new("w", 0, [2], [1], 2);

    [Fact]
    public void The_old_format_is_refused_with_what_to_do()
    {
        var e = Assert.Throws<InputException>(() => TorchArchive.Read(SharedData.Require("formats", "torch", "iresnet_w8_legacy.pt")));

        Assert.Contains("old format", e.Message);
        Assert.Contains("_use_new_zipfile_serialization=True", e.Message);
    }

    [Theory]
    [InlineData("", "is empty; expected a PyTorch state dict")]
    [InlineData("GIF89a", "does not start as a zip archive")]
    [InlineData("PK\u0003\u0004", "is a zip archive that is cut off or damaged")]
    public void A_file_that_is_no_archive_is_refused(string content, string expected) => Assert.Contains(expected, Refused(Encoding.Latin1.GetBytes(content)));

    [Fact]
    public void A_missing_file_and_a_folder_are_refused_by_path()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains(folder.File("none.pt"), Assert.Throws<InputException>(() => TorchArchive.Read(folder.File("none.pt"))).Message);
        Assert.Contains("is a folder", Assert.Throws<InputException>(() => TorchArchive.Read(folder.Path)).Message);
    }

    [Fact]
    public void An_archive_cut_off_anywhere_is_refused()
    {
        var whole = ArchivesOfTorch.Saved(ArchivesOfTorch.Checkpoint);

        // The last bytes may be a comment's length, without which the directory is not found either.
        for (var length = 0; length < whole.Length; length += 61) Assert.StartsWith("net.pt", Refused(whole[..length]));
    }

    [Fact]
    public void Another_zip_is_refused() => Assert.Contains("0 entries FOLDER/data.pkl", Refused(ArchivesOfTorch.Zip([("word/document.xml", [1, 2])])));

    [Fact]
    public void Two_pickles_or_an_entry_twice_are_refused()
    {
        var pickle = ArchivesOfTorch.StateDict(TwoFloats);

        Assert.Contains("2 entries FOLDER/data.pkl", Refused(ArchivesOfTorch.Zip([("a/data.pkl", pickle), ("b/data.pkl", pickle)])));
        Assert.Contains("has the entry archive/data/0 twice", Refused(ArchivesOfTorch.Archive(pickle, ("data/0", new byte[8]), ("data/0", new byte[8]))));
    }

    [Fact]
    public void A_missing_storage_is_named() => Assert.Contains("has no entry data/0", Refused(ArchivesOfTorch.Archive(ArchivesOfTorch.StateDict(TwoFloats))));

    [Theory]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(0)]
    public void A_storage_of_another_length_is_refused_with_both_lengths(int length)
        => Assert.Contains($"the entry data/0 has {length} bytes where 8 are needed", Refused(ArchivesOfTorch.Archive(ArchivesOfTorch.StateDict(TwoFloats), ("data/0", new byte[length]))));

    [Fact]
    public void A_changed_weight_is_found_by_the_checksum()
    {
        var file = ArchivesOfTorch.Archive(ArchivesOfTorch.StateDict(TwoFloats), ("data/0", "weights!"u8.ToArray()));
        file[file.AsSpan().IndexOf("weights!"u8)] ^= 1;

        Assert.Contains("the checksum of the entry data/0 does not match", Refused(file));
    }

    [Fact]
    public void A_compressed_entry_which_could_be_a_bomb_is_refused_before_it_is_unpacked()
    {
        var count = 5_000_000L;
        var file = ArchivesOfTorch.Zip(
            [("archive/data.pkl", ArchivesOfTorch.StateDict(new View("w", 0, [count], [1], count))), ("archive/data/0", new byte[4 * count])],
            CompressionLevel.Fastest);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("is compressed, which torch.save never does", Refused(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void A_stored_entry_that_claims_more_than_the_file_has_is_refused()
    {
        var file = ArchivesOfTorch.Archive(ArchivesOfTorch.StateDict(new View("w", 0, [1 << 28], [1], 1 << 28)), ("data/0", new byte[8]));

        // Both lengths of the last entry of the directory, 24 bytes into its record.
        var record = file.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(file.AsSpan(record + 20), 1 << 30);
        BitConverter.TryWriteBytes(file.AsSpan(record + 24), 1 << 30);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("claims 1073741824 bytes, more than the file has", Refused(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    public static TheoryData<long, long[], long[], string> WrongViews => new()
    {
        { 1, [2], [1], "the tensor [2] at 1 with strides [1] reaches past the end of storage '0' (2 of Float32)" },
        { 0, [2], [2], "reaches past the end" },
        { -1, [2], [1], "a negative offset, size or stride" },
        { 0, [-2], [1], "a negative offset, size or stride" },
        { 1, [2], [-1], "a negative offset, size or stride" },
        { 0, [2], [1, 1], "a tensor of 1 axes has 2 strides" },
        { 0, [1000, 1000, 1000], [0, 0, 0], "repeats the elements" },
        { 0, [long.MaxValue, long.MaxValue, long.MaxValue], [long.MaxValue, long.MaxValue, long.MaxValue], "reaches past the end" },
        { 0, [long.MaxValue, long.MaxValue], [0, 0], "repeats the elements" },
        { long.MaxValue, [], [], "reaches past the end" },
        { 0, [.. Enumerable.Repeat(1L, 17)], [.. Enumerable.Repeat(1L, 17)], "a tensor of 17 axes" },
        { 0, [.. Enumerable.Repeat(1L, 65)], [.. Enumerable.Repeat(1L, 65)], "the size has 65 axes" },
    };

    [Theory]
    [MemberData(nameof(WrongViews))]
    public void A_view_that_leaves_its_storage_is_refused(long offset, long[] shape, long[] stride, string expected)
        => Assert.Contains(expected, Refused(ArchivesOfTorch.Archive(ArchivesOfTorch.StateDict(new View("w", offset, shape, stride, 2)), ("data/0", new byte[8]))));

    [Fact]
    public void An_expanded_tensor_is_refused_with_what_to_do() => Assert.Contains(".contiguous()", Refused(ArchivesOfTorch.Saved(ArchivesOfTorch.Expanded)));

    [Fact]
    public void Many_strided_views_of_one_storage_cannot_outgrow_the_file()
    {
        const int Side = 300;
        var views = Enumerable.Range(0, 1000).Select(i => new View($"w{i}", 0, [Side, Side], [1, Side], Side * Side)).ToArray();
        var file = ArchivesOfTorch.Archive(ArchivesOfTorch.StateDict(views), ("data/0", new byte[4 * Side * Side]));
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("more than 4 times the bytes of the file", Refused(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10L * file.Length);
    }

    [Fact]
    public void A_storage_described_in_two_ways_is_refused()
    {
        var pickle = ArchivesOfTorch.StateDict(TwoFloats, new View("v", 0, [4], [1], 4, Storage: "HalfStorage"));

        Assert.Contains("storage '0' (4 of Float16) is elsewhere in the file storage '0' (2 of Float32)", Refused(ArchivesOfTorch.Archive(pickle, ("data/0", new byte[8]))));
    }

    [Fact]
    public void A_storage_of_absurd_length_is_refused()
        => Assert.Contains("storage '0' has 9223372036854775807 elements", Refused(ArchivesOfTorch.Archive(ArchivesOfTorch.StateDict(TwoFloats with { Count = long.MaxValue }))));

    [Fact]
    public void An_unknown_byte_order_is_refused()
        => Assert.Contains("says neither 'little' nor 'big'", Refused(ArchivesOfTorch.Archive(ArchivesOfTorch.StateDict(TwoFloats), ("data/0", new byte[8]), ("byteorder", "middle"u8.ToArray()))));

    [Fact]
    public void A_whole_module_is_refused_by_the_class_it_asks_for()
    {
        var message = Refused(ArchivesOfTorch.Saved(ArchivesOfTorch.WholeModule));

        Assert.Contains("net.pt, entry data.pkl, byte ", message);
        Assert.Contains("asks for torch.nn.modules.linear.Linear, which is not part of a PyTorch state dict", message);
        Assert.Contains("torch.save(model.state_dict(), path)", message);
    }

    [Fact]
    public void A_checkpoint_that_would_run_a_program_is_refused_and_runs_nothing()
    {
        using var folder = new TemporaryFolder();
        var witness = folder.File("ran");

        var message = Refused(ArchivesOfTorch.Archive(Encoding.Latin1.GetBytes($"cposix\nsystem\n(S'touch {witness}'\ntR.")));

        Assert.Contains("asks for posix.system", message);
        Assert.False(File.Exists(witness));
    }

    [Theory]
    [InlineData("K\u0001.", "net.pt holds the integer 1; expected a PyTorch state dict")]
    [InlineData("}.", "holds no tensors, but nothing")]
    [InlineData("}U\u0005epochK\u0001s.", "holds no tensors, but the keys the text 'epoch'")]
    [InlineData("}U\u000astate_dict}s.", "holds no tensors under 'state_dict', but nothing")]
    [InlineData("K\u0007Q.", "do not name a storage")]
    [InlineData("(U\u0007storagectorch._utils\n_rebuild_tensor_v2\nU\u00010U\u0003cpuK\u0001tQ.", "do not name a storage")]
    [InlineData("ctorch\nFloatStorage\n)R.", "calls the name torch.FloatStorage, which is no function")]
    public void A_pickle_that_is_no_state_dict_is_refused(string pickle, string expected) => Assert.Contains(expected, Refused(ArchivesOfTorch.Archive(Encoding.Latin1.GetBytes(pickle))));

    [Fact]
    public void An_entry_that_is_no_tensor_is_named()
    {
        byte[] pickle = [.. ArchivesOfTorch.StateDict(TwoFloats)[..^1], (byte)'U', 5, .. "epoch"u8, (byte)'K', 3, (byte)'s', (byte)'.'];

        Assert.Contains("the entry the text 'epoch' of the state dict is the integer 3; expected a tensor", Refused(ArchivesOfTorch.Archive(pickle, ("data/0", new byte[8]))));
    }

    [Fact]
    public void A_name_with_control_characters_is_refused()
        => Assert.Contains("holds control characters", Refused(ArchivesOfTorch.Archive(ArchivesOfTorch.StateDict(TwoFloats with { Name = "w\u001b[2J" }), ("data/0", new byte[8]))));

    private static string Refused(byte[] file) => Assert.Throws<InputException>(() => TorchArchive.Read(new MemoryStream(file), "net.pt")).Message;
}
