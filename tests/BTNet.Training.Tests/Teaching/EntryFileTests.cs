using BTNet.TestSupport;
using BTNet.Training.Teaching;

namespace BTNet.Training.Tests.Teaching;

public sealed class EntryFileTests : IDisposable
{
    private const int Entries = 5;
    private const int Floats = 6;
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("entries");

    [Fact]
    public void What_was_written_is_there_when_the_file_is_opened_again_and_empty_places_are_empty()
    {
        using (var file = Open(out var replaced))
        {
            Assert.False(replaced);
            file.Write(1, 7, Bytes(1).AsSpan(0, 8), Bytes(1).AsSpan(8));
            file.Write(4, 9, Bytes(4), []);
            file.Flush();
        }

        Assert.Equal(EntryFile.Size(Entries, Floats), new FileInfo(Path).Length);
        using var again = Open(out var anew);
        Assert.False(anew);
        Assert.Equal([0, 7, 0, 0, 9], Stamps(again));
        Assert.Equal(Bytes(1), Read(again, 1));
        Assert.Equal(Bytes(4)[8..], Read(again, 4)[8..]);
        var tail = new byte[8];
        again.Read(4, 4, tail);
        Assert.Equal(Bytes(4)[16..], tail);
    }

    [Theory]
    [InlineData("another run", Entries, Floats)]
    [InlineData("run", Entries + 1, Floats)]
    [InlineData("run", Entries, Floats - 1)]
    public void The_file_of_another_key_or_shape_is_emptied(string key, int entries, int floats)
    {
        Fill();

        using (var file = EntryFile.Open(Path, key, entries, floats, out var replaced))
        {
            Assert.True(replaced);
            Assert.All(Enumerable.Range(0, entries), entry => Assert.Equal(0, file.Stamp(entry)));
        }

        // Nor does anything of the old one come to light under its own key.
        using var back = Open(out _);
        Assert.Equal(0, back.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(70)]
    [InlineData(260)]
    public void A_file_cut_off_anywhere_is_emptied(int length)
    {
        Fill();
        using (var stream = File.OpenWrite(Path)) stream.SetLength(length);

        using var file = Open(out var replaced);

        Assert.True(replaced);
        Assert.Equal(0, file.Count);
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_an_entry_drops_that_entry_only()
    {
        Fill();
        var whole = File.ReadAllBytes(Path);
        var (start, end) = ((int)EntryFile.Size(2, Floats), (int)EntryFile.Size(3, Floats));
        for (var at = start; at < end; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 1;
            File.WriteAllBytes(Path, damaged);
            using var file = Open(out var replaced);
            Assert.False(replaced);
            Assert.Equal([1, 2, 0, 4, 5], Stamps(file));
        }
    }

    [Fact]
    public void An_entry_in_the_place_of_another_is_dropped()
    {
        Fill();
        var bytes = File.ReadAllBytes(Path);
        var size = (int)(EntryFile.Size(1, Floats) - EntryFile.Size(0, Floats));
        bytes.AsSpan((int)EntryFile.Size(1, Floats), size).CopyTo(bytes.AsSpan((int)EntryFile.Size(3, Floats)));
        File.WriteAllBytes(Path, bytes);

        using var file = Open(out _);

        Assert.Equal([1, 2, 3, 0, 5], Stamps(file));
    }

    [Fact]
    public void A_file_that_is_open_is_not_opened_a_second_time()
    {
        using var file = Open(out _);
        Assert.Throws<IOException>(() => Open(out _));
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Bytes(int entry) => [.. Enumerable.Range(0, 4 * Floats).Select(i => (byte)((31 * entry) + i))];

    private static long[] Stamps(EntryFile file) => [.. Enumerable.Range(0, Entries).Select(file.Stamp)];

    private static byte[] Read(EntryFile file, int entry)
    {
        var bytes = new byte[4 * Floats];
        file.Read(entry, 0, bytes);
        return bytes;
    }

    private EntryFile Open(out bool replaced) => EntryFile.Open(Path, "run", Entries, Floats, out replaced);

    private void Fill()
    {
        using var file = Open(out _);
        for (var entry = 0; entry < Entries; entry++) file.Write(entry, entry + 1, Bytes(entry), []);
    }
}
