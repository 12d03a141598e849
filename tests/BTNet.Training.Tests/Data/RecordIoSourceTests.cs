using BTNet.Faces;
using BTNet.TestSupport;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class RecordIoSourceTests : IDisposable
{
    private static readonly byte[] MagicBytes = [0x0a, 0x23, 0xd7, 0xce];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Images_and_labels_come_back_as_they_were_written()
    {
        RecordIoWriter.InsightFace([(TestFaces.Png(1), [0]), (TestFaces.Png(2), [0, 7.5f]), (TestFaces.Png(3, 20, 30), [1, 0, 9])], 2).Save(_folder.Path, property: "2,112,112\n");
        using var source = new RecordIoSource(_folder.Path);
        Assert.Equal((3, 2), (source.Count, source.Identities));
        Assert.Equal([0, 0, 1], Labels(source));
        Assert.True(TestFaces.Pattern(112, 112, 2).Pixels.SequenceEqual(source.Load(1).Pixels));
        Assert.True(TestFaces.Pattern(20, 30, 3).Pixels.SequenceEqual(source.Load(2).Pixels));
        Assert.EndsWith("train.rec record 3", source.NameOf(2));
        Assert.Contains("2 identities, 3 images", source.Description);
    }

    [Fact]
    public void Without_record_0_every_record_is_an_image()
    {
        var writer = new RecordIoWriter();
        writer.Add(5, TestFaces.Png(5), 30);
        writer.Add(2, TestFaces.Png(2), 10);
        writer.Add(9, TestFaces.Png(9), 30, 1);
        writer.Save(_folder.Path);
        using var source = new RecordIoSource(_folder.File("train.rec"));
        Assert.Equal(["record 2", "record 5", "record 9"], Enumerable.Range(0, 3).Select(i => source.NameOf(i)[^8..]));
        Assert.Equal([0, 1, 1], Labels(source));
        Assert.Equal(["10", "30"], Enumerable.Range(0, source.Identities).Select(source.IdentityName));
        Assert.True(TestFaces.Pattern(112, 112, 5).Pixels.SequenceEqual(source.Load(1).Pixels));
        Assert.Equal(1, source.SingleImageIdentities());
    }

    [Fact]
    public void A_record_0_that_holds_an_image_with_a_label_vector_is_an_image()
    {
        var writer = new RecordIoWriter();
        writer.Add(0, TestFaces.Png(1), 4, 2);
        writer.Add(1, TestFaces.Png(2), 5, 2);
        writer.Save(_folder.Path);
        using var source = new RecordIoSource(_folder.Path);
        Assert.Equal(["4", "5"], Enumerable.Range(0, source.Count).Select(i => source.IdentityName(source.LabelOf(i))));
    }

    [Fact]
    public void Labels_stay_the_files_own_where_property_counts_them()
    {
        var writer = new RecordIoWriter();
        writer.Add(1, TestFaces.Png(1), 3);
        writer.Add(2, TestFaces.Png(2), 8);
        writer.Save(_folder.Path, property: "10,112,112");
        using var source = new RecordIoSource(_folder.Path);
        Assert.Equal(10, source.Identities);
        Assert.Equal([3, 8], Labels(source));
        Assert.Equal("8", source.IdentityName(8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(40)]
    public void A_record_in_several_parts_is_joined(int lead)
    {
        // The number in the picture's bytes makes the writer cut the record, as it does in a large set now and then. A
        // JPEG with bytes behind its end is a picture still.
        var image = TestFaces.Jpeg(1);
        var padded = image.Concat(new byte[(4 - (image.Length % 4)) % 4]).Concat(new byte[lead]).Concat(MagicBytes).Concat(MagicBytes).Concat(new byte[5]).ToArray();
        var writer = RecordIoWriter.InsightFace([(padded, [0]), (TestFaces.Jpeg(2), [1])], 2);
        Assert.Equal(1 + 3 + 1 + 2, writer.Parts);
        foreach (var index in (bool[])[true, false])
        {
            File.Delete(_folder.File("train.idx"));
            writer.Save(_folder.Path, index);
            using var source = new RecordIoSource(_folder.Path);
            Assert.Equal([0, 1], Labels(source));
            Assert.True(FaceDecoder.Decode(padded, "picture").Pixels.SequenceEqual(source.Load(0).Pixels));
        }
    }

    [Fact]
    public void A_header_cut_by_the_magic_number_is_joined_too()
    {
        // The number itself as the record's own, in the middle of the header, and as the second label.
        var writer = new RecordIoWriter();
        writer.Add(0xced7230a, TestFaces.Png(1), 6, BitConverter.UInt32BitsToSingle(0xced7230a));
        Assert.Equal(3, writer.Parts);
        writer.Save(_folder.Path);
        using var source = new RecordIoSource(_folder.Path);
        Assert.Equal("6", source.IdentityName(source.LabelOf(0)));
        Assert.True(TestFaces.Pattern(112, 112, 1).Pixels.SequenceEqual(source.Load(0).Pixels));
    }

    [Fact]
    public void Without_an_index_the_records_are_found_by_walking_through_the_file()
    {
        RecordIoWriter.InsightFace([(TestFaces.Jpeg(1), [0]), (TestFaces.Jpeg(2), [1])], 2).Save(_folder.Path);
        using var indexed = new RecordIoSource(_folder.Path);
        File.Delete(_folder.File("train.idx"));
        using var walked = new RecordIoSource(_folder.Path);
        Assert.Equal(Labels(indexed), Labels(walked));
        Assert.Equal(indexed.NameOf(1), walked.NameOf(1));
        Assert.True(indexed.Load(1).Pixels.SequenceEqual(walked.Load(1).Pixels));
    }

    [Fact]
    public void Many_threads_may_load_at_once()
    {
        RecordIoWriter.InsightFace([.. Enumerable.Range(0, 20).Select(i => (TestFaces.Png(i, 24, 24), (float[])[i]))], 20).Save(_folder.Path);
        using var source = new RecordIoSource(_folder.Path);
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            Assert.True(TestFaces.Pattern(24, 24, i % 20).Pixels.SequenceEqual(source.Load(i % 20).Pixels)));
    }

    [Fact]
    public void The_sample_as_insightface_ships_it_is_read_whole()
    {
        using var source = new RecordIoSource(SharedData.Require("formats", "recordio"));
        Assert.Equal((379, 80), (source.Count, source.Identities));
        Assert.Equal(Enumerable.Range(0, 80), Labels(source).Distinct());
        for (var i = 0; i < source.Count; i++)
        {
            var image = source.Load(i);
            Assert.Equal((112, 112), (image.Width, image.Height));
        }
    }

    private static int[] Labels(RecordIoSource source) => [.. Enumerable.Range(0, source.Count).Select(source.LabelOf)];
}
