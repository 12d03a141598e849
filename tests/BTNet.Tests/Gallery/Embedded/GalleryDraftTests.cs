using System.Diagnostics;
using System.Runtime.InteropServices;
using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.TestSupport;
using Microsoft.Data.Sqlite;

namespace BTNet.Tests.Gallery.Embedded;

/// <summary>A copy in a file is there when it is whole, or not at all.</summary>
public sealed class GalleryDraftTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly GallerySample _sample = new(seed: 41);
    private EmbeddedGallery? _from;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private EmbeddedGallery From => _from!;

    private string To => _folder.File("copies/people.gallery");

    private string Draft => $"{To}.copying";

    public async ValueTask InitializeAsync()
    {
        _from = EmbeddedGallery.Create(_folder.File("people.gallery"), GallerySample.Model);
        await From.EnrolAsync(_sample.People(5_000), Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await From.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Nobody_opens_it_or_copies_there_before_it_is_whole_and_nothing_is_beside_it_then()
    {
        var (asked, stages) = (0, new List<string>());
        var counts = await EmbeddedGallery.CreateCopyAsync(To, From, new Told(progress =>
        {
            stages.Add(progress.Stage);
            if (progress.Done != 2_000) return;
            asked++;
            Assert.False(File.Exists(To));
            Assert.Contains("is not whole: it is being copied", Refused(() => EmbeddedGallery.Open(Draft)), StringComparison.Ordinal);
            Assert.Contains("somebody else is copying a gallery there", Refused(() => EmbeddedGallery.CreateCopyAsync(To, From, cancellation: Cancellation).GetAwaiter().GetResult()), StringComparison.Ordinal);
        }), Cancellation);

        Assert.Equal((5_000, 5_000, 2), (counts.Subjects, counts.Templates, asked));
        Assert.Equal(["copying", "checking"], stages.Distinct());
        Assert.Equal(["people.gallery"], Names());
        // It is a gallery like any other, whatever its name is.
        File.Move(To, Draft);
        await using (var renamed = EmbeddedGallery.Open(Draft)) Assert.Equal(5_000, (await renamed.CountAsync(Cancellation)).Subjects);
        Assert.Contains("is in the way, where the copy would be made, and no copy has left it", Refused(() => Copy()), StringComparison.Ordinal);
        await using (var renamed = EmbeddedGallery.Open(Draft)) Assert.Equal(5_000, (await renamed.CheckAsync(Cancellation)).Subjects);
    }

    [Fact]
    public async Task Whoever_reads_it_before_it_has_its_name_is_waited_for_and_nothing_of_the_log_is_lost()
    {
        Task? reading = null;
        await EmbeddedGallery.CreateCopyAsync(To, From, new Told(progress =>
        {
            if (progress.Stage == "checking" && reading is null) reading = ReadAWhile();
        }), Cancellation);

        Assert.NotNull(reading);
        await reading;
        Assert.Equal(["people.gallery"], Names());
        await using var copy = EmbeddedGallery.Open(To);
        Assert.Equal(5_000, (await copy.CheckAsync(Cancellation)).Subjects);

        // As another program would: its log cannot be emptied as long as somebody looks at what was before it.
        async Task ReadAWhile()
        {
            await using var connection = new SqliteConnection($"Data Source={Draft};Mode=ReadOnly;Pooling=False");
            await connection.OpenAsync(Cancellation);
            await using var look = await connection.BeginTransactionAsync(Cancellation);
            await using var command = new SqliteCommand("SELECT count(*) FROM subjects", connection, (SqliteTransaction)look);
            await command.ExecuteScalarAsync(Cancellation);
            await Task.Delay(1_500, Cancellation);
        }
    }

    [Fact]
    public async Task It_is_not_opened_or_saved_under_any_other_name_before_it_is_whole_and_a_log_in_its_way_is_left()
    {
        var other = _folder.File("other.gallery");
        await EmbeddedGallery.CreateCopyAsync(To, From, new Told(progress =>
        {
            if (progress.Done != 2_000 || File.Exists(other)) return;
            File.Copy(Draft, other);
        }), Cancellation);

        Assert.Contains("is not whole", Refused(() => EmbeddedGallery.Open(other)), StringComparison.Ordinal);
        Assert.Contains("is not whole", (await Assert.ThrowsAsync<InputException>(() => GallerySalvage.RunAsync(other, _folder.File("saved.gallery"), Cancellation))).Message, StringComparison.Ordinal);

        File.Delete(To);
        await File.WriteAllTextAsync($"{Draft}-wal", "somebody's log", Cancellation);
        Assert.Contains("people.gallery.copying-wal is in the way", Refused(() => Copy()), StringComparison.Ordinal);
        Assert.Equal("somebody's log", await File.ReadAllTextAsync($"{Draft}-wal", Cancellation));
    }

    [Fact]
    public async Task What_several_faces_come_to_is_as_it_was_when_they_were_read_also_where_another_program_said_it()
    {
        await using (var other = EmbeddedGallery.Open(From.Path)) await other.UseTemplatesAsync(TemplateFusion.Parse("clusters-2"), Cancellation);

        await EmbeddedGallery.CreateCopyAsync(To, From, cancellation: Cancellation);

        await using var copy = EmbeddedGallery.Open(To);
        Assert.Equal("clusters-2", $"{copy.Info.Templates}");
    }

    [Fact]
    public async Task Kills_at_any_moment_leave_no_copy_or_a_whole_one_and_the_next_one_replaces_what_they_left()
    {
        var (random, left, whole) = (new Random(5), 0, 0);
        for (var kill = 0; kill < 25; kill++)
        {
            using (var writer = Start())
            {
                Assert.Equal("begun", writer.StandardOutput.ReadLine());
                Thread.Sleep(random.Next(0, 900));
                writer.Kill();
                writer.WaitForExit();
            }

            if (File.Exists(Draft)) left++;
            if (!File.Exists(To)) continue;
            whole++;
            await using (var copy = EmbeddedGallery.Open(To)) Assert.Equal(5_000, (await copy.CheckAsync(Cancellation)).Templates);
            foreach (var file in Directory.GetFiles(_folder.File("copies"), "people.gallery*").Where(file => !file.Contains(".copying", StringComparison.Ordinal))) File.Delete(file);
        }

        TestContext.Current.SendDiagnosticMessage($"{left} drafts were left, and {whole} copies were whole");
        Assert.True(left > 0);
        Copy();
        Assert.Equal(["people.gallery"], Names());
        await using var last = EmbeddedGallery.Open(To);
        Assert.Equal(5_000, (await last.CheckAsync(Cancellation)).Templates);
    }

    [Fact]
    public async Task What_is_cancelled_damaged_or_in_the_way_leaves_nothing_of_the_copy_and_what_was_there()
    {
        using var source = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EmbeddedGallery.CreateCopyAsync(To, From, new Told(progress =>
        {
            if (progress.Done > 0) source.Cancel();
        }), source.Token));
        Assert.Empty(Names());

        foreach (var (name, said) in ((string, string)[])[("people.gallery", "is there already"), ("people.gallery-wal", "is left of a gallery"), ("people.gallery.copying", "is in the way"), ("people.gallery.copying-lock", "is in the way")])
        {
            var other = _folder.WriteText($"copies/{name}", "somebody's");
            Assert.Contains(said, Refused(Copy), StringComparison.Ordinal);
            Assert.Equal("somebody's", File.ReadAllText(other));
            Assert.Equal([name], Names());
            File.Delete(other);
        }

        await using (var connection = new SqliteConnection($"Data Source={From.Path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE templates SET embedding = $bytes WHERE number = 3456";
            command.Parameters.AddWithValue("$bytes", MemoryMarshal.AsBytes(_sample.Face().AsSpan()).ToArray());
            command.ExecuteNonQuery();
        }

        Assert.Contains("face 3456 of '3455' is damaged: its numbers are not those that were written", Refused(Copy), StringComparison.Ordinal);
        Assert.Empty(Names());
    }

    [Fact]
    public async Task Somebody_who_enrols_in_it_meanwhile_is_noticed_when_it_is_read_back()
    {
        var changed = false;
        var fault = await Assert.ThrowsAsync<InputException>(() => EmbeddedGallery.CreateCopyAsync(To, From, new Told(progress =>
        {
            if (changed || progress.Done == 0) return;
            changed = true;
            using var connection = new SqliteConnection($"Data Source={Draft};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE subjects SET name = 'another' WHERE number = 7";
            command.ExecuteNonQuery();
        }), Cancellation));
        Assert.Contains("5,000 people with 5,000 faces were written, and 5,000 with 5,000 that are not wholly the same were read back", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Names());
    }

    private static string Refused(Action use) => Assert.Throws<InputException>(use).Message;

    private void Copy() => EmbeddedGallery.CreateCopyAsync(To, From, cancellation: Cancellation).GetAwaiter().GetResult();

    private List<string> Names() => [.. Directory.GetFiles(_folder.File("copies")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private Process Start() => Process.Start(new ProcessStartInfo(
        Path.Combine(Repository.Root, "tests", "BTNet.GalleryWriter", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", OperatingSystem.IsWindows() ? "BTNet.GalleryWriter.exe" : "BTNet.GalleryWriter"),
        ["copy", From.Path, To]) { RedirectStandardOutput = true, UseShellExecute = false })!;

    private sealed class Told(Action<WorkProgress> told) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => told(value);
    }
}
