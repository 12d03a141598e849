using System.Runtime.InteropServices;
using System.Text;
using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.TestSupport;
using Microsoft.Data.Sqlite;

namespace BTNet.Tests.Gallery.Embedded;

public sealed class EmbeddedGalleryTests : GalleryContract
{
    private readonly TemporaryFolder _folder = new();
    private readonly GallerySample _sample = new(seed: 9);

    private string Path => _folder.File("people.gallery");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected override ValueTask<IGallery> CreateAsync() => ValueTask.FromResult<IGallery>(EmbeddedGallery.Create(Path, GallerySample.Model, Templates));

    protected override async ValueTask<IGallery> CopyAsync(IGallery from)
    {
        var path = _folder.File($"{Guid.NewGuid():N}.gallery");
        await EmbeddedGallery.CreateCopyAsync(path, from, cancellation: Cancellation);
        return EmbeddedGallery.Open(path);
    }

    protected override ValueTask<IGallery> OpenAsync() => ValueTask.FromResult<IGallery>(EmbeddedGallery.Open(Path, GallerySample.Model));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Whoever_is_removed_is_in_no_byte_of_the_files()
    {
        await using var gallery = EmbeddedGallery.Open(Path);
        var face = _sample.Face();
        await gallery.EnrolAsync(_sample.People(100), Cancellation);
        await gallery.EnrolAsync([GallerySample.Of("her id", face, "her picture") with { Name = "Somebody Unmistakable", Attributes = new Dictionary<string, string> { ["badge"] = "badge 4711" } }], Cancellation);
        await gallery.EnrolAsync(_sample.People(100, 100), Cancellation);
        byte[][] traces = [MemoryMarshal.AsBytes(face.AsSpan()).ToArray(), .. new[] { "Somebody Unmistakable", "her picture", "badge 4711" }.Select(Encoding.UTF8.GetBytes)];
        Assert.All(traces, trace => Assert.True(IsInFiles(trace)));

        await gallery.RemoveAsync(["her id"], Cancellation);
        Assert.All(traces, trace => Assert.False(IsInFiles(trace)));
        // That somebody of the id was removed is told until the changes are forgotten.
        Assert.True(IsInFiles(Encoding.UTF8.GetBytes("her id")));
        await gallery.CompactAsync(Cancellation);
        Assert.False(IsInFiles(Encoding.UTF8.GetBytes("her id")));
        Assert.Equal(200, (await gallery.CountAsync(Cancellation)).Subjects);
    }

    [Fact]
    public async Task A_face_that_is_removed_is_in_no_byte_of_the_files()
    {
        await using var gallery = EmbeddedGallery.Open(Path);
        var face = _sample.Face();
        await gallery.EnrolAsync(_sample.People(100), Cancellation);
        await gallery.EnrolAsync([GallerySample.Of("0042", face, "bad picture")], Cancellation);
        await gallery.EnrolAsync(_sample.People(100, 100), Cancellation);
        byte[][] traces = [MemoryMarshal.AsBytes(face.AsSpan()).ToArray(), Encoding.UTF8.GetBytes("bad picture")];
        Assert.All(traces, trace => Assert.True(IsInFiles(trace)));

        await gallery.RemoveFacesAsync("0042", [(await gallery.FindAsync("0042", Cancellation))!.Templates[1].Number], Cancellation);

        Assert.All(traces, trace => Assert.False(IsInFiles(trace)));
        Assert.Equal(200, (await gallery.CountAsync(Cancellation)).Templates);
    }

    [Fact]
    public async Task To_open_it_twice_drops_no_lock_that_keeps_others_from_throwing_its_log_away()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "locks are listed in /proc/locks, which only Linux has");
        await using var gallery = EmbeddedGallery.Open(Path);
        await gallery.EnrolAsync(_sample.People(3), Cancellation);
        var before = Locks();
        Assert.NotEqual(0, before);

        await using var again = EmbeddedGallery.Open(Path);
        Assert.Throws<InputException>(() => EmbeddedGallery.Create(Path, GallerySample.Model));
        Assert.Equal(before, Locks());

        // POSIX locks of this process on the gallery's file.
        int Locks()
        {
            using var stat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%i", Path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var inode = stat.StandardOutput.ReadToEnd().Trim();
            stat.WaitForExit();
            return File.ReadAllLines("/proc/locks").Count(line => line.Contains($" {Environment.ProcessId} ", StringComparison.Ordinal) && line.Contains($":{inode} ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Forgotten_changes_are_told_and_numbers_of_changes_go_on()
    {
        await using var gallery = EmbeddedGallery.Open(Path);
        await using var other = EmbeddedGallery.Open(Path);
        var people = _sample.People(5);
        await gallery.EnrolAsync(people, Cancellation);
        Assert.Single(await other.IdentifyAsync([people[0].Faces[0].Embedding], 1, cancellation: Cancellation));
        await gallery.RemoveAsync(["0002"], Cancellation);
        await gallery.CompactAsync(Cancellation);
        await gallery.CompactAsync(Cancellation);

        Assert.Contains("go on from number 6", (await Assert.ThrowsAsync<InputException>(async () => await gallery.ChangesAsync(2, Cancellation).ToListAsync(Cancellation))).Message, StringComparison.Ordinal);
        Assert.Empty(await gallery.ChangesAsync(6, Cancellation).ToListAsync(Cancellation));
        await gallery.EnrolAsync([GallerySample.Of("next", _sample.Face())], Cancellation);
        Assert.Equal(7, Assert.Single(await gallery.ChangesAsync(6, Cancellation).ToListAsync(Cancellation)).Sequence);
        // Who did not see the removal reads all anew.
        Assert.NotEqual("0002", Assert.Single(await other.IdentifyAsync([people[2].Faces[0].Embedding], 1, cancellation: Cancellation))[0].Id);
    }

    [Fact]
    public async Task A_copy_is_written_while_the_gallery_is_used_and_is_one()
    {
        await using var gallery = EmbeddedGallery.Open(Path);
        await gallery.EnrolAsync(_sample.People(500), Cancellation);
        var enrolling = gallery.EnrolAsync(_sample.People(500, 500), Cancellation);
        await gallery.BackupAsync(_folder.File("copies/monday.gallery"), Cancellation);
        await enrolling;
        await using var copy = EmbeddedGallery.Open(_folder.File("copies/monday.gallery"), GallerySample.Model);
        var counts = await copy.CountAsync(Cancellation);
        Assert.Contains(counts.Subjects, (long[])[500, 1_000]);
        Assert.Equal(gallery.Info, copy.Info);
        Assert.Equal(TemplateFusion.Max, copy.Info.Templates);
        await copy.DisposeAsync();
        Assert.Equal(["monday.gallery"], Directory.GetFiles(_folder.File("copies")).Select(System.IO.Path.GetFileName));
        Assert.Contains("is there already", (await Assert.ThrowsAsync<InputException>(() => gallery.BackupAsync(Path, Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_model_is_refused_and_both_are_named_and_one_of_the_same_kind_is_not()
    {
        var fault = Assert.Throws<InputException>(() => EmbeddedGallery.Open(Path, GallerySample.Model with { Compatibility = "another kind", Name = "the second model" }));
        Assert.Contains("is a gallery of the first model (embeddings of 64 numbers, kind kind of one)", fault.Message, StringComparison.Ordinal);
        Assert.Contains("the model is the second model (64 numbers, kind another kind)", fault.Message, StringComparison.Ordinal);
        EmbeddedGallery.Open(Path, GallerySample.Model with { Fingerprint = "extended", Name = "with more branches" });
    }

    [Fact]
    public async Task Files_that_are_no_gallery_of_this_program_are_refused_and_left_as_they_are()
    {
        Assert.Contains("is there already", Refused(() => EmbeddedGallery.Create(Path, GallerySample.Model)), StringComparison.Ordinal);
        Assert.Contains("there is no such file", Refused(() => EmbeddedGallery.Open(_folder.File("missing"))), StringComparison.Ordinal);
        var text = _folder.WriteText("text.gallery", new string('x', 100_000));
        Assert.Contains("is no SQLite file", Refused(() => EmbeddedGallery.Open(text)), StringComparison.Ordinal);
        Assert.Equal(100_000, new FileInfo(text).Length);
        Assert.Contains("is no SQLite file", Refused(() => EmbeddedGallery.Open(_folder.WriteText("short.gallery", "x"))), StringComparison.Ordinal);

        var foreign = _folder.File("browser.sqlite");
        await using (var connection = new SqliteConnection($"Data Source={foreign};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE subjects (id TEXT)";
            command.ExecuteNonQuery();
        }

        Assert.Contains("is a SQLite file of another program", Refused(() => EmbeddedGallery.Open(foreign)), StringComparison.Ordinal);
        await using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 7";
            command.ExecuteNonQuery();
        }

        Assert.Contains("is a gallery of version 7, and this program reads up to 2", Refused(() => EmbeddedGallery.Open(Path)), StringComparison.Ordinal);
        Assert.Contains("is a folder", Refused(() => EmbeddedGallery.Open(_folder.Path)), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_damaged_face_is_told_by_the_search_that_meets_it()
    {
        await using (var gallery = EmbeddedGallery.Open(Path)) await gallery.EnrolAsync(_sample.People(50), Cancellation);
        var bytes = MemoryMarshal.AsBytes(_sample.Like(_sample.Face()).AsSpan()).ToArray();
        await using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE templates SET embedding = $bytes WHERE number = 31";
            command.Parameters.AddWithValue("$bytes", bytes);
            command.ExecuteNonQuery();
        }

        await using var damaged = EmbeddedGallery.Open(Path);
        var fault = await Assert.ThrowsAsync<InputException>(() => damaged.IdentifyAsync([_sample.Face()], 1, cancellation: Cancellation));
        Assert.Contains("face 31 is damaged", fault.Message, StringComparison.Ordinal);
        Assert.Contains("face 31 is damaged", (await Assert.ThrowsAsync<InputException>(() => damaged.VerifyAsync("0030", _sample.Face(), Cancellation))).Message, StringComparison.Ordinal);
        Assert.NotNull(await damaged.FindAsync("0003", Cancellation));
    }

    [Fact]
    public async Task A_file_that_was_cut_or_scribbled_on_ends_in_a_message_and_nothing_else()
    {
        await using (var gallery = EmbeddedGallery.Open(Path)) await gallery.EnrolAsync(_sample.People(400), Cancellation);
        var whole = await File.ReadAllBytesAsync(Path, Cancellation);
        var random = new Random(5);
        var told = 0;
        for (var i = 0; i < 150; i++)
        {
            var bytes = (byte[])whole.Clone();
            if (i % 3 == 0) Array.Resize(ref bytes, random.Next(bytes.Length));
            else for (var at = random.Next(bytes.Length); at < bytes.Length; at += random.Next(1, i % 2 == 0 ? 200 : 40_000)) bytes[at] = (byte)random.Next(256);
            var path = _folder.File($"damaged{i}");
            await File.WriteAllBytesAsync(path, bytes, Cancellation);
            try
            {
                await using var gallery = EmbeddedGallery.Open(path);
                await gallery.IdentifyAsync([_sample.Face()], 3, cancellation: Cancellation);
                await gallery.ListAsync(cancellation: Cancellation).ToListAsync(Cancellation);
                await gallery.EnrolAsync([GallerySample.Of("late", _sample.Face())], Cancellation);
            }
            catch (InputException)
            {
                told++;
            }

            File.Delete(path);
        }

        Assert.True(told > 100, $"{told} of 150 were told");
    }

    [Fact]
    public async Task What_is_left_beside_a_gallery_that_was_moved_away_is_not_taken_for_the_next_ones()
    {
        await using (var gallery = EmbeddedGallery.Open(Path)) await gallery.EnrolAsync(_sample.People(5), Cancellation);
        var next = _folder.File("next.gallery");
        await File.WriteAllBytesAsync($"{next}-wal", new byte[100], Cancellation);
        Assert.Contains("next.gallery-wal: is left of a gallery that was there", Refused(() => EmbeddedGallery.Create(next, GallerySample.Model)), StringComparison.Ordinal);
        await using var own = EmbeddedGallery.Open(Path);
        Assert.Contains("move it away", (await Assert.ThrowsAsync<InputException>(() => own.BackupAsync(next, Cancellation))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(next));
    }

    [Fact]
    public async Task Whoever_cannot_be_overwritten_yet_as_somebody_reads_is_removed_and_that_is_said()
    {
        await using var gallery = EmbeddedGallery.Open(Path);
        await gallery.EnrolAsync(_sample.People(5), Cancellation);
        await using (var reader = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            reader.Open();
            await using var looking = reader.BeginTransaction(deferred: true);
            using var command = reader.CreateCommand();
            command.CommandText = "SELECT count(*) FROM subjects";
            command.ExecuteScalar();
            var fault = await Assert.ThrowsAsync<InputException>(() => gallery.RemoveAsync(["0003"], Cancellation));
            Assert.Contains("1 people are removed, but what was on the disk is not yet overwritten (somebody reads", fault.Message, StringComparison.Ordinal);
            Assert.Null(await gallery.FindAsync("0003", Cancellation));
        }

        await gallery.CompactAsync(Cancellation);
        Assert.False(IsInFiles("0003"u8.ToArray()));
    }

    [Fact]
    public async Task A_gallery_that_is_closed_while_it_is_used_ends_what_was_begun_and_refuses_the_rest()
    {
        var gallery = EmbeddedGallery.Open(Path);
        await gallery.EnrolAsync(_sample.People(300), Cancellation);
        Task[] searches = [.. Enumerable.Range(0, 20).Select(_ => (Task)gallery.IdentifyAsync([_sample.Face()], 3, cancellation: Cancellation)), gallery.EnrolAsync(_sample.People(300, 300), Cancellation), gallery.EnrolAsync(_sample.People(300, 600), Cancellation)];
        await gallery.DisposeAsync();
        foreach (var search in searches)
        {
            try
            {
                await search.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
            }
            catch (ObjectDisposedException)
            {
                // It had not begun.
            }
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => gallery.CountAsync(Cancellation));
    }

    [Fact]
    public async Task Compacting_takes_no_memory_that_grows_with_the_gallery()
    {
        var large = new GallerySample(seed: 2, size: 1024);
        await using var gallery = EmbeddedGallery.Create(_folder.File("large.gallery"), GallerySample.Model with { Size = 1024 });
        for (var batch = 0; batch < 6; batch++) await gallery.EnrolAsync(large.People(2_000, 2_000 * batch), Cancellation);
        SQLitePCL.raw.sqlite3_memory_highwater(1);
        await gallery.CompactAsync(Cancellation);
        // Of a file of 50 MB; other tests use SQLite meanwhile.
        Assert.InRange(SQLitePCL.raw.sqlite3_memory_highwater(0), 1, 25 << 20);
        Assert.Equal(12_000, (await gallery.CheckAsync(Cancellation)).Templates);
    }

    [Fact]
    public async Task Which_networks_made_a_face_is_kept_with_it_and_said_of_each_candidate()
    {
        var (one, two) = (_sample.Face(), _sample.Face());
        await using (var gallery = EmbeddedGallery.Open(Path, GallerySample.Model with { Fingerprint = "a", Networks = "n" })) await gallery.EnrolAsync([GallerySample.Of("one", one)], Cancellation);
        await using (var gallery = EmbeddedGallery.Open(Path, GallerySample.Model with { Fingerprint = "a-int8", Networks = "n-int8" })) await gallery.EnrolAsync([GallerySample.Of("two", two)], Cancellation);
        await using (var gallery = EmbeddedGallery.Open(Path, GallerySample.Model with { Fingerprint = "b" })) await gallery.EnrolAsync([GallerySample.Of("one", one)], Cancellation);
        async Task<(string, string?, string?)[]> Found()
        {
            await using var gallery = EmbeddedGallery.Open(Path);
            return [.. Assert.Single(await gallery.IdentifyAsync([two], 2, cancellation: Cancellation)).Concat(Assert.Single(await gallery.IdentifyAsync([one], 1, cancellation: Cancellation))).Concat([(await gallery.VerifyAsync("two", two, Cancellation))!])
                .Select(candidate => (candidate.Id, candidate.Model, candidate.Networks))];
        }

        Assert.Equal([("two", "a-int8", "n-int8"), ("one", "a", "n"), ("one", "a", "n"), ("two", "a-int8", "n-int8")], await Found());
        await using (var gallery = EmbeddedGallery.Open(Path)) await gallery.UseTemplatesAsync(TemplateFusion.Mean, Cancellation);
        // Of one of the two nobody knows it: the model tells as much.
        Assert.Equal([("two", "a-int8", "n-int8"), ("one", "a", "n model:b"), ("one", "a", "n model:b"), ("two", "a-int8", "n-int8")], await Found());
        await using (var gallery = EmbeddedGallery.Open(Path, GallerySample.Model with { Fingerprint = "b", Networks = "m" })) await gallery.EnrolAsync([GallerySample.Of("three", _sample.Face())], Cancellation);
        Assert.Equal(("one", "a", "n m"), (await Found())[1]);
    }

    private bool IsInFiles(byte[] trace) => Directory.GetFiles(_folder.Path).Any(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes.AsSpan().IndexOf(trace) >= 0;
    });

    private static string Refused(Action action) => Assert.Throws<InputException>(action).Message;
}
