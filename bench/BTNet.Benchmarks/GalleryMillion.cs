using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BTNet.Embeddings;
using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.Gallery.Search;
using BTNet.Resolutions;

namespace BTNet.Benchmarks;

/// <summary><c>gallery-million</c>: enrols people in an embedded gallery, opens it again, searches, and says how long each takes and what memory.</summary>
internal static class GalleryMillion
{
    public static Command Create()
    {
        var people = new Option<int>("--people") { Description = "How many", DefaultValueFactory = _ => 1_000_000 };
        var size = new Option<int>("--dimensions") { Description = "Numbers of an embedding", DefaultValueFactory = _ => 512 };
        var folder = new Option<string?>("--folder") { Description = "Where the gallery is made; by default the folder for temporary files" };
        var command = new Command("gallery-million", "Time and memory of enrolling a million people, opening the gallery and searching it.") { people, size, folder };
        var templates = new Option<string>("--templates") { Description = "What several faces of a person come to", DefaultValueFactory = _ => TemplateFusion.Default.ToString() };
        command.Add(templates);
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(people), parsed.GetValue(size), parsed.GetValue(folder) ?? Path.GetTempPath(), TemplateFusion.Parse(parsed.GetRequiredValue(templates)), cancellation));
        return command;
    }

    private static async Task RunAsync(int people, int size, string folder, TemplateFusion templates, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, $"btnet-million-{Guid.NewGuid():N}.gallery");
        var model = new EmbeddingModel("a model", "of a kind", size, "drawn numbers");
        try
        {
            var start = Stopwatch.GetTimestamp();
            await using (var gallery = EmbeddedGallery.Create(path, model, templates))
            {
                const int Batch = 5_000;
                for (var first = 0; first < people; first += Batch)
                {
                    var batch = new Enrolment[Math.Min(Batch, people - first)];
                    Parallel.For(0, batch.Length, i => batch[i] = new Enrolment((first + i).ToString("D9", CultureInfo.InvariantCulture), [new EnrolledFace(Face(first + i, size), Resolution.Full)]));
                    await gallery.EnrolAsync(batch, cancellation).ConfigureAwait(false);
                }
            }

            Say("enrolling, in batches of 5,000 that are each on the disk", Stopwatch.GetElapsedTime(start), people, new FileInfo(path).Length);
            // What drawing the people left behind is no gallery's.
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            start = Stopwatch.GetTimestamp();
            await using (var gallery = EmbeddedGallery.Open(path, model))
            {
                await gallery.IdentifyAsync([Face(1, size)], 20, cancellation: cancellation).ConfigureAwait(false);
                Say("opening, and the first search, which reads all", Stopwatch.GetElapsedTime(start), people, (long)people * size * sizeof(float));
                foreach (var batch in (int[])[1, 64])
                {
                    List<double> times = [];
                    for (var round = 0; round < (batch == 1 ? 30 : 7); round++)
                    {
                        ReadOnlyMemory<float>[] probes = [.. Enumerable.Range(0, batch).Select(i => (ReadOnlyMemory<float>)Near(people - 1 - (i * 31) - round, size))];
                        start = Stopwatch.GetTimestamp();
                        var found = await gallery.IdentifyAsync(probes, 20, cancellation: cancellation).ConfigureAwait(false);
                        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                        if (found.Index().Any(one => one.Item[0].Id != (people - 1 - (one.Index * 31) - round).ToString("D9", CultureInfo.InvariantCulture))) throw new InvalidOperationException("the wrong one was found");
                    }

                    times.Sort();
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"search of {batch}, names included: median {times[times.Count / 2]:F1} ms"));
                }

                using (var process = Process.GetCurrentProcess()) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory: {process.WorkingSet64 / 1e6:F0} MB, of which .NET uses {GC.GetTotalMemory(forceFullCollection: true) / 1e6:F0}"));
                start = Stopwatch.GetTimestamp();
                await gallery.EnrolAsync([new Enrolment("one more", [new EnrolledFace(Face(-1, size), Resolution.Full)])], cancellation).ConfigureAwait(false);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"enrolling one: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F1} ms"));
                start = Stopwatch.GetTimestamp();
                await gallery.IdentifyAsync([Face(-1, size)], 20, cancellation: cancellation).ConfigureAwait(false);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the search after it: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F1} ms"));
                start = Stopwatch.GetTimestamp();
                await gallery.RemoveAsync(["one more"], cancellation).ConfigureAwait(false);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"removing one: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F1} ms"));
            }
        }
        finally
        {
            foreach (var file in (string[])[path, $"{path}-wal", $"{path}-shm"]) File.Delete(file);
        }
    }

    private static void Say(string what, TimeSpan time, int people, long bytes) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {time.TotalSeconds:F1} s, {people / time.TotalSeconds:N0} people/s, {bytes / 1e6:N0} MB, {bytes / time.TotalSeconds / 1e6:F0} MB/s"));

    private static float[] Face(int person, int size)
    {
        var random = new Random(person);
        var face = new float[size];
        for (var i = 0; i < size; i++) face[i] = random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f;
        SearchRows.Unit(face, face);
        return face;
    }

    private static float[] Near(int person, int size) => [.. Face(person, size).Zip(Face(-2 - person, size), (own, other) => own + (0.8f * other))];
}
