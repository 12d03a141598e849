using BTNet.TestSupport;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class PictureFileTests : IDisposable
{
    private const int Pictures = 4;
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("pictures");

    [Fact]
    public void What_was_written_is_read_by_whoever_has_the_file_open_and_empty_places_are_empty()
    {
        using var one = Open();
        using var other = Open();
        one.Write(1, 7, Pixels(1));
        other.Write(3, 9, Pixels(3));

        Assert.Equal(Pixels(1), other.Read(1, 7, out _));
        Assert.Equal(Pixels(3), one.Read(3, 9, out _));
        Assert.Null(one.Read(0, 7, out var wasSpoilt));
        Assert.False(wasSpoilt);
        Assert.Equal(PictureFile.Size(Pictures), new FileInfo(Path).Length);
    }

    [Fact]
    public void A_picture_of_another_version_is_none_and_is_written_over()
    {
        using var file = Open();
        file.Write(2, 7, Pixels(2));
        Assert.Null(file.Read(2, 8, out var wasSpoilt));
        Assert.True(wasSpoilt);
        file.Write(2, 8, Pixels(5));
        Assert.Equal(Pixels(5), file.Read(2, 8, out _));
    }

    [Theory]
    [InlineData("another key", Pictures)]
    [InlineData("key", Pictures + 1)]
    [InlineData("key", Pictures - 1)]
    public void The_file_of_another_key_or_number_gives_way_and_stays_whole_for_those_who_have_it_open(string key, int pictures)
    {
        using var old = Open();
        old.Write(1, 7, Pixels(1));

        using var file = PictureFile.Open(Path, key, pictures, out var replaced);

        Assert.True(replaced);
        Assert.All(Enumerable.Range(0, pictures), place => Assert.Null(file.Read(place, 7, out _)));
        Assert.Equal(Pixels(1), old.Read(1, 7, out _));
    }

    [Fact]
    public void A_disk_without_room_for_the_whole_file_is_found_when_it_is_made_and_nothing_is_left_there()
    {
        // 80 TB.
        Assert.ThrowsAny<IOException>(() => PictureFile.Open(Path, "key", int.MaxValue, out _));
        Assert.Equal([Path + ".lock"], Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!, "pictures*"));
    }

    [Fact]
    public void What_a_killed_process_left_half_made_is_made_anew()
    {
        File.WriteAllBytes(Path + ".new", new byte[100]);
        using var file = Open();
        file.Write(0, 7, Pixels(0));
        Assert.Equal(Pixels(0), file.Read(0, 7, out _));
    }

    [Fact]
    public void Whatever_lies_in_the_file_only_what_was_written_whole_is_read()
    {
        var random = new Random(5);
        var whole = Whole();
        var kept = 0;
        for (var round = 0; round < 150; round++)
        {
            File.WriteAllBytes(Path, Damaged(whole, random));
            using var file = Open();
            for (var place = 0; place < Pictures; place++)
            {
                if (file.Read(place, (ulong)place + 1, out _) is not { } pixels) continue;
                Assert.Equal(Pixels(place), pixels);
                kept++;
            }

            file.Write(2, 3, Pixels(2));
            Assert.Equal(Pixels(2), file.Read(2, 3, out _));
        }

        // Damage to one place costs no other.
        Assert.InRange(kept, 150, (150 * Pictures) - 100);
    }

    [Fact]
    public void A_picture_cut_short_while_it_was_written_over_another_is_none()
    {
        var whole = Whole();
        var place = (int)PictureFile.Size(1);
        var length = PictureFile.HeadBytes + PictureFile.PixelBytes;
        byte[] later;
        using (var file = Open()) file.Write(1, 99, Pixels(6));
        later = File.ReadAllBytes(Path);
        foreach (var written in (int[])[1, 7, 8, 9, 15, 16, 17, 4096, length / 2, length - 1])
        {
            var torn = whole.ToArray();
            later.AsSpan(place, written).CopyTo(torn.AsSpan(place));
            File.WriteAllBytes(Path, torn);
            using var file = Open();
            Assert.Null(file.Read(1, 2, out var wasSpoilt));
            Assert.Null(file.Read(1, 99, out _));
            Assert.True(wasSpoilt);
            Assert.Equal(Pixels(2), file.Read(2, 3, out _));
        }
    }

    [Fact]
    public void Many_threads_and_openings_write_and_read_at_once_and_see_whole_pictures_only()
    {
        PictureFile[] files = [Open(), Open(), Open()];
        Parallel.For(0, 600, new ParallelOptions { MaxDegreeOfParallelism = 6 }, at =>
        {
            // Two versions fight for each place.
            var (place, version) = (at % Pictures, (ulong)(1 + (at / 7 % 2)));
            files[at % 3].Write(place, version, Pixels(place + (10 * (int)version)));
            if (files[(at + 1) % 3].Read(place, version, out _) is { } pixels) Assert.Equal(Pixels(place + (10 * (int)version)), pixels);
        });
        foreach (var file in files) file.Dispose();
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Pixels(int seed) => TestFaces.Pattern(112, 112, seed).Pixels.ToArray();

    private static byte[] Damaged(byte[] whole, Random random)
    {
        var bytes = whole.ToArray();
        var (at, length) = (random.Next(bytes.Length), random.Next(1, 5000));
        var part = bytes.AsSpan(at, Math.Min(length, bytes.Length - at));
        switch (random.Next(5))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: part.Clear(); break;
            case 2: random.NextBytes(part); break;
            case 3: whole.AsSpan(random.Next(bytes.Length - part.Length), part.Length).CopyTo(part); break;
            default:
                // A whole place over another.
                var size = PictureFile.HeadBytes + PictureFile.PixelBytes;
                var (from, to) = (random.Next(Pictures), random.Next(Pictures));
                whole.AsSpan((int)PictureFile.Size(from), size).CopyTo(bytes.AsSpan((int)PictureFile.Size(to)));
                break;
        }

        return random.Next(8) == 0 ? bytes[..at] : bytes;
    }

    private byte[] Whole()
    {
        using (var file = Open())
        {
            for (var place = 0; place < Pictures; place++) file.Write(place, (ulong)place + 1, Pixels(place));
        }

        return File.ReadAllBytes(Path);
    }

    private PictureFile Open() => PictureFile.Open(Path, "key", Pictures, out _);
}
