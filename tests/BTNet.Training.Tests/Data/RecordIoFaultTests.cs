using BTNet.Faces;
using BTNet.TestSupport;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class RecordIoFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordIoWriter _writer = RecordIoWriter.InsightFace(
        [.. Enumerable.Range(0, 6).Select(i => (TestFaces.Jpeg(i), (float[])[i / 2]))], 3);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Missing_files_are_named()
    {
        Assert.Contains(_folder.File("train.rec"), Refused().Message);
        Assert.Contains("other.rec: no such file", Assert.Throws<InputException>(() => new RecordIoSource(_folder.File("other.rec"))).Message);
    }

    [Fact]
    public void A_zero_byte_rec_is_refused()
    {
        Save([]);
        Assert.Contains("train.rec: the file is empty (0 bytes)", Refused().Message);
    }

    [Fact]
    public void A_zero_byte_idx_is_refused_and_what_to_do_is_said()
    {
        Save(_writer.Rec, "");
        Assert.Contains("train.idx: the index is empty", Refused().Message);
        Assert.Contains("delete it", Refused().Message);
    }

    [Fact]
    public void A_cut_off_rec_is_refused_with_its_size_and_the_first_record_lost()
    {
        Save(_writer.Rec[..(_writer.Rec.Length / 2)]);
        var message = Refused(new SkippedItems()).Message;
        Assert.Contains("lie past the end", message);
        Assert.Contains($"{_writer.Rec.Length / 2} bytes", message);
        Assert.Contains("cut off", message);
    }

    [Fact]
    public void A_rec_cut_off_in_its_last_image_is_refused_even_where_broken_records_are_borne()
    {
        var writer = new RecordIoWriter();
        for (var i = 1; i <= 3; i++) writer.Add(i, TestFaces.Jpeg(i), i);
        foreach (var left in (int[])[100, 20, 3])
        {
            Save(writer.Rec[..(int.Parse(writer.Idx.Split('\t', '\n')[5]) + left)], writer.Idx);
            var message = Refused(new SkippedItems(), greatestBrokenShare: 1).Message;
            Assert.Contains("record 3", message);
            Assert.Contains("cut off", message);
        }
    }

    [Fact]
    public void A_cut_off_rec_without_an_index_is_refused_by_record()
    {
        Save(_writer.Rec[..(_writer.Rec.Length / 2)], null);
        Assert.Matches("train.rec record [0-9]+ \\(byte [0-9]+\\): .*cut off", Refused().Message);
    }

    [Fact]
    public void An_index_that_points_past_the_end_is_refused()
    {
        Save(_writer.Rec, _writer.Idx + "99\t123456789\n");
        var message = Refused().Message;
        Assert.Contains("1 of 11 records lie past the end", message);
        Assert.Contains("record 99 at byte 123456789", message);
    }

    [Fact]
    public void An_index_with_fewer_images_than_record_0_says_is_refused()
    {
        Save(_writer.Rec, string.Concat(_writer.Idx.Split('\n').Take(4).Select(line => line + "\n")));
        Assert.Contains("records 1 to 6 are pictures, but only 3 of them are in the index", Refused().Message);
    }

    [Fact]
    public void Every_faulty_line_of_an_index_is_named()
    {
        Save(_writer.Rec, "0\t0\n1 40\n\nx\t3\n5\t-4\n6\t99999999999999999999\n");
        var fault = Refused();
        Assert.Equal(4, fault.Faults.Count);
        Assert.Contains("line 2", fault.Message);
        Assert.Contains("line 6", fault.Message);
        Save(_writer.Rec, "0\t0\n0\t40\n");
        Assert.Contains("record 0 is listed twice", Refused().Message);
    }

    [Fact]
    public void A_file_with_another_magic_number_is_no_RecordIO()
    {
        Save(TestFaces.Png(1));
        Assert.Contains("0x474e5089, expected 0xced7230a", Refused().Message);
    }

    [Fact]
    public void A_record_with_another_magic_number_is_refused_or_left_out()
    {
        var rec = _writer.Rec;
        rec[Offset(4)] ^= 0xff;
        Save(rec);
        Assert.Contains($"train.rec record 4 (byte {Offset(4)}): the magic number is", Refused().Message);
        var skipped = new SkippedItems();
        using var source = new RecordIoSource(_folder.Path, skipped, greatestBrokenShare: 0.2);
        Assert.Equal(5, source.Count);
        Assert.Equal([0, 0, 1, 2, 2], Enumerable.Range(0, 5).Select(source.LabelOf));
        Assert.Contains("record 4", Assert.Single(skipped.First));
        Assert.Contains("more than the 10", Refused(new SkippedItems(), 0.1).Message);
    }

    [Fact]
    public void A_length_that_runs_into_the_next_record_is_a_fault_of_its_record()
    {
        var rec = _writer.Rec;
        rec[Offset(2) + 6] = 0x10;
        Save(rec);
        Assert.Contains($"record 2 (byte {Offset(2)})", Refused().Message);
        Assert.Contains($"the next record starts at byte {Offset(3)}", Refused().Message);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-1)]
    [InlineData(0.5f)]
    [InlineData(3)]
    [InlineData(float.PositiveInfinity)]
    public void A_label_that_is_no_identity_is_refused_by_record(float label)
    {
        var writer = new RecordIoWriter();
        writer.Add(1, TestFaces.Jpeg(1), 0);
        writer.Add(2, TestFaces.Jpeg(2), label);
        writer.Save(_folder.Path, property: "3,112,112");
        Assert.Contains("expected a whole number from 0 to 2", Refused().Message);
        Assert.Contains("record 2", Refused().Message);
    }

    [Fact]
    public void A_record_without_an_image_is_refused_by_record()
    {
        var writer = new RecordIoWriter();
        writer.Add(1, TestFaces.Jpeg(1), 0);
        writer.Add(2, [], 0);
        writer.Add(3, TestFaces.Jpeg(1), 0);
        writer.Save(_folder.Path);
        Assert.Contains("record 2", Refused().Message);
        Assert.Contains("no picture", Refused().Message);
    }

    [Fact]
    public void A_flag_of_more_labels_than_the_record_holds_is_refused_by_record()
    {
        var rec = _writer.Rec;
        rec[Offset(2) + 8 + 3] = 0x7f;
        Save(rec);
        Assert.Contains("labels follow, more than its", Refused().Message);
    }

    [Fact]
    public void A_faulty_property_is_refused_by_name()
    {
        foreach (var text in (string[])["", "many,112,112", "0,112,112", "99999999,112,112"])
        {
            _writer.Save(_folder.Path, property: text);
            Assert.Contains("property: expected 'identities,height,width'", Refused().Message);
        }
    }

    [Fact]
    public void A_record_whose_image_is_broken_is_refused_when_it_is_loaded()
    {
        var rec = _writer.Rec;
        rec.AsSpan(Offset(3) + 8 + 24, 200).Clear();
        Save(rec);
        using var source = new RecordIoSource(_folder.Path);
        Assert.Equal(6, source.Count);
        Assert.Contains("train.rec record 3", Assert.Throws<InputException>(() => source.Load(2)).Message);
        Assert.Equal(112, source.Load(3).Width);
    }

    private int Offset(int key) => int.Parse(_writer.Idx.Split('\n')[key].Split('\t')[1]);

    private void Save(byte[] rec) => Save(rec, _writer.Idx);

    private void Save(byte[] rec, string? idx)
    {
        _folder.WriteBytes("train.rec", rec);
        if (idx is null) File.Delete(_folder.File("train.idx"));
        else _folder.WriteText("train.idx", idx);
    }

    private InputException Refused(SkippedItems? skipped = null, double greatestBrokenShare = 0.01) =>
        Assert.Throws<InputException>(() => new RecordIoSource(_folder.Path, skipped, greatestBrokenShare));
}
