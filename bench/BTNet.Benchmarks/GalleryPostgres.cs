using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BTNet.Embeddings;
using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.Gallery.Postgres;
using BTNet.Gallery.Search;
using BTNet.Resolutions;

namespace BTNet.Benchmarks;

/// <summary><c>gallery-postgres</c>: enrols people in a gallery on PostgreSQL, builds its index, and says how long both take, how fast searches are and what the index misses; the embedded gallery beside it.</summary>
internal static class GalleryPostgres
{
    private const int Batch = 5_000;
    private const int Places = 20;
    private const int Latent = 24;

    public static Command Create()
    {
        var address = new Argument<string>("ADDRESS") { Description = "A database that may be filled, as postgres://user@host/database or a connection string; a gallery of its own is made in it and removed" };
        var people = new Option<int>("--people") { Description = "How many", DefaultValueFactory = _ => 100_000 };
        var size = new Option<int>("--dimensions") { Description = "Numbers of an embedding", DefaultValueFactory = _ => 512 };
        var memory = new Option<int>("--memory") { Description = "Megabytes for building the index", DefaultValueFactory = _ => 1_000 };
        var views = new Option<int[]>("--ef") { Description = "Candidates in view", DefaultValueFactory = _ => [40, 100, 200, 400], AllowMultipleArgumentsPerToken = true };
        var searches = new Option<int>("--searches") { Description = "Searches of each measurement", DefaultValueFactory = _ => 200 };
        var command = new Command("gallery-postgres", "Enrolling, index, searches a second and recall of a gallery on PostgreSQL.") { address, people, size, memory, views, searches };
        command.SetAction((parsed, cancellation) => RunAsync(
            PostgresAddress.Parse($"{parsed.GetRequiredValue(address)}{(parsed.GetRequiredValue(address).Contains("://", StringComparison.Ordinal) ? parsed.GetRequiredValue(address).Contains('?', StringComparison.Ordinal) ? "&gallery=" : "?gallery=" : ";Gallery=")}btnet_benchmark_{Guid.NewGuid():N}"),
            parsed.GetValue(people), parsed.GetValue(size), parsed.GetValue(memory), parsed.GetValue(views)!, parsed.GetValue(searches), cancellation));
        return command;
    }

    private static async Task RunAsync(PostgresAddress address, int people, int size, int memory, int[] views, int searches, CancellationToken cancellation)
    {
        var (model, file) = (new EmbeddingModel("a model", "of a kind", size, "drawn numbers"), Path.Combine(Path.GetTempPath(), $"btnet-beside-{Guid.NewGuid():N}.gallery"));
        var faces = new Faces(size);
        await using var gallery = await PostgresGallery.CreateAsync(address, model, cancellation: cancellation).ConfigureAwait(false);
        try
        {
            var storage = await gallery.StorageAsync(cancellation).ConfigureAwait(false);
            Console.WriteLine($"PostgreSQL {storage.Server}, pgvector {storage.Vector}; {people:N0} people with a face of {size} numbers, {Environment.ProcessorCount} cores for client and server together");
            await using var embedded = EmbeddedGallery.Create(file, model);
            foreach (var (name, store) in (IEnumerable<(string, IGallery)>)[("PostgreSQL, by COPY", gallery), ("a file", embedded)]) await EnrolAsync(name, store, faces, people, cancellation).ConfigureAwait(false);
            storage = await gallery.StorageAsync(cancellation).ConfigureAwait(false);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tables: {storage.Bytes / 1e6:N0} MB, {storage.Bytes / (double)people:N0} bytes a face"));

            ReadOnlyMemory<float>[] probes = [.. Enumerable.Range(0, searches).Select(i => (ReadOnlyMemory<float>)faces.Near((int)((long)i * people / searches)))];
            Console.WriteLine("| search | candidates in view | ms, middle of one at a time | searches/s, 4 at a time | recall of 20 |");
            Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
            var fewer = probes[..Math.Min(40, searches)];
            await MeasureAsync("a file, exact", "-", embedded, probes, null, cancellation).ConfigureAwait(false);
            var exact = await embedded.IdentifyAsync(probes, Places, cancellation: cancellation).ConfigureAwait(false);
            await MeasureAsync("PostgreSQL, scan", "-", gallery, fewer, exact, cancellation).ConfigureAwait(false);

            var start = Stopwatch.GetTimestamp();
            await gallery.BuildIndexAsync(new PostgresIndexOptions { MemoryMegabytes = memory }, cancellation: cancellation).ConfigureAwait(false);
            var built = Stopwatch.GetElapsedTime(start);
            storage = await gallery.StorageAsync(cancellation).ConfigureAwait(false);
            foreach (var view in views)
            {
                await using var seen = await PostgresGallery.OpenAsync(address.With(new PostgresGalleryOptions { CandidatesInView = view }), model, cancellation).ConfigureAwait(false);
                await MeasureAsync("PostgreSQL, index", view.ToString(CultureInfo.InvariantCulture), seen, probes, exact, cancellation).ConfigureAwait(false);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"building the index with {memory:N0} MB: {built.TotalSeconds:F0} s, {people / built.TotalSeconds:N0} faces/s; {storage.IndexBytes / 1e6:N0} MB, {storage.IndexBytes / (double)people:N0} bytes a face"));
            start = Stopwatch.GetTimestamp();
            const int Late = 500;
            await gallery.EnrolAsync([.. Enumerable.Range(people, Late).Select(faces.Enrolment)], cancellation).ConfigureAwait(false);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"enrolling {Late} at once beside the index: {Late / Stopwatch.GetElapsedTime(start).TotalSeconds:N0} people/s"));
            await OneByOneAsync(gallery, faces, people + Late, cancellation).ConfigureAwait(false);
        }
        finally
        {
            await PostgresGallery.DeleteAsync(address, CancellationToken.None).ConfigureAwait(false);
            foreach (var rest in (string[])[file, $"{file}-wal", $"{file}-shm"]) File.Delete(rest);
        }
    }

    private static async Task EnrolAsync(string name, IGallery gallery, Faces faces, int people, CancellationToken cancellation)
    {
        var time = TimeSpan.Zero;
        for (var first = 0; first < people; first += Batch)
        {
            var batch = new Enrolment[Math.Min(Batch, people - first)];
            Parallel.For(0, batch.Length, i => batch[i] = faces.Enrolment(first + i));
            // Drawing them is no gallery's.
            var start = Stopwatch.GetTimestamp();
            await gallery.EnrolAsync(batch, cancellation).ConfigureAwait(false);
            time += Stopwatch.GetElapsedTime(start);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"enrolling in {name}, {Batch:N0} at a time that are each on the disk: {time.TotalSeconds:F1} s, {people / time.TotalSeconds:N0} people/s"));
    }

    private static async Task MeasureAsync(string name, string view, IGallery gallery, ReadOnlyMemory<float>[] probes, IReadOnlyList<IReadOnlyList<Candidate>>? exact, CancellationToken cancellation)
    {
        // What is not in memory yet is not measured.
        await gallery.IdentifyAsync(probes[..Math.Min(20, probes.Length)], Places, cancellation: cancellation).ConfigureAwait(false);
        List<double> times = [];
        foreach (var probe in probes)
        {
            var at = Stopwatch.GetTimestamp();
            await gallery.IdentifyAsync([probe], Places, cancellation: cancellation).ConfigureAwait(false);
            times.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
        }

        times.Sort();
        var start = Stopwatch.GetTimestamp();
        var found = await gallery.IdentifyAsync(probes, Places, cancellation: cancellation).ConfigureAwait(false);
        var rate = probes.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
        var recall = exact is null ? 1 : found.Zip(exact, (some, all) => all.Count(some.Contains) / (double)all.Count).Average();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {view} | {times[times.Count / 2]:F1} | {rate:N0} | {recall:F4} |"));
    }

    private static async Task OneByOneAsync(PostgresGallery gallery, Faces faces, int first, CancellationToken cancellation)
    {
        List<double> enrolling = [], removing = [];
        for (var i = first; i < first + 30; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await gallery.EnrolAsync([faces.Enrolment(i)], cancellation).ConfigureAwait(false);
            enrolling.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
            await gallery.RemoveAsync([Faces.Id(i)], cancellation).ConfigureAwait(false);
            removing.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"enrolling one beside the index: {enrolling.Order().ElementAt(15):F1} ms; removing one: {removing.Order().ElementAt(15):F1} ms (middle of 30)"));
    }

    /// <summary>People whose faces vary in 24 directions, and a little in all: an index must not be judged on white noise, where nothing is near anything.</summary>
    private sealed class Faces(int size)
    {
        private readonly float[][] _directions = [.. Enumerable.Range(0, Latent).Select(i => Drawn(new Random(-1 - i), size, 1))];

        public static string Id(int person) => person.ToString("D9", CultureInfo.InvariantCulture);

        public Enrolment Enrolment(int person) => new(Id(person), [new EnrolledFace(Face(person), Resolution.Full)]);

        /// <summary>Another picture of somebody.</summary>
        public float[] Near(int person) => [.. Face(person).Zip(Face(int.MinValue + person), (own, other) => own + (0.4f * other))];

        private float[] Face(int person)
        {
            var random = new Random(person);
            var (weights, face) = (Drawn(random, Latent, 1), Drawn(random, size, 0.3f));
            for (var direction = 0; direction < Latent; direction++)
                for (var i = 0; i < size; i++) face[i] += weights[direction] * _directions[direction][i];
            SearchRows.Unit(face, face);
            return face;
        }

        private static float[] Drawn(Random random, int count, float scale)
        {
            var drawn = new float[count];
            for (var i = 0; i < count; i++) drawn[i] = scale * (random.NextSingle() + random.NextSingle() + random.NextSingle() - 1.5f);
            return drawn;
        }
    }
}
