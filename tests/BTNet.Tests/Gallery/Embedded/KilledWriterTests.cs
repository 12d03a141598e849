using System.Diagnostics;
using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.TestSupport;
using Microsoft.Data.Sqlite;

namespace BTNet.Tests.Gallery.Embedded;

public sealed class KilledWriterTests : IDisposable
{
    private const int Kills = 100;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_kills_at_any_moment_lose_nothing_that_was_acknowledged()
    {
        var path = _folder.File("people.gallery");
        await using (EmbeddedGallery.Create(path, GallerySample.Model)) { }
        var (random, there, unsure, gone) = (new Random(3), new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (var kill = 0; kill < Kills; kill++)
        {
            foreach (var line in Run(path, kill, TimeSpan.FromMilliseconds(random.Next(0, 60))))
            {
                // What is asked for and not acknowledged may have happened or not.
                var (what, id) = (line[0], line[2..]);
                if (what == '+') there.Add(id);
                else if (what == '?') unsure.Add(id);
                else (_, _, _) = (there.Remove(id), unsure.Remove(id), gone.Add(id));
            }

            if (kill % 10 != 9) continue;
            await using var gallery = EmbeddedGallery.Open(path);
            var subjects = await gallery.ListAsync(cancellation: Cancellation).ToListAsync(Cancellation);
            Assert.Superset(there.Except(unsure).ToHashSet(StringComparer.Ordinal), subjects.Select(subject => subject.Id).ToHashSet(StringComparer.Ordinal));
            Assert.DoesNotContain(subjects, subject => gone.Contains(subject.Id));
            Assert.All(subjects, subject => Assert.Single(subject.Templates));
            var counts = await gallery.CountAsync(Cancellation);
            Assert.Equal((int)counts.Subjects, Assert.Single(await gallery.IdentifyAsync([new GallerySample(kill).Face()], 1_000_000, cancellation: Cancellation)).Count);
        }

        Assert.True(there.Count > Kills && gone.Count > 0);
        await using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check";
            Assert.Equal("ok", command.ExecuteScalar());
        }

        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
    }

    public void Dispose() => _folder.Dispose();

    private static List<string> Run(string path, int seed, TimeSpan life)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        using var writer = Process.Start(new ProcessStartInfo(
            Path.Combine(Repository.Root, "tests", "BTNet.GalleryWriter", "bin", configuration, "net10.0", OperatingSystem.IsWindows() ? "BTNet.GalleryWriter.exe" : "BTNet.GalleryWriter"),
            [path, seed.ToString(System.Globalization.CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        List<string> lines = [writer.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the writer ended by itself")];
        Thread.Sleep(life);
        writer.Kill();
        // The last line may be half of one, which acknowledges nothing.
        var rest = writer.StandardOutput.ReadToEnd();
        writer.WaitForExit();
        lines.AddRange(rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return lines;
    }
}
