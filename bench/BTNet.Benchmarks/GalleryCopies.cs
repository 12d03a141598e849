using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BTNet.Embeddings;
using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.Gallery.Postgres;
using BTNet.Resolutions;

namespace BTNet.Benchmarks;

/// <summary><c>gallery-copy</c>: copies a gallery of people drawn at random from a file to PostgreSQL, from one there to another, and back, and says how long each takes, reading back included.</summary>
internal static class GalleryCopies
{
    private const int Batch = 5_000;

    public static Command Create()
    {
        var address = new Argument<string>("ADDRESS") { Description = "A database that may be filled, as a connection string; galleries of its own are made in it and removed" };
        var people = new Option<int>("--people") { Description = "How many", DefaultValueFactory = _ => 100_000 };
        var size = new Option<int>("--dimensions") { Description = "Numbers of an embedding", DefaultValueFactory = _ => 512 };
        var command = new Command("gallery-copy", "Copying a gallery between files and PostgreSQL.") { address, people, size };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetRequiredValue(address), parsed.GetValue(people), parsed.GetValue(size), cancellation));
        return command;
    }

    private static async Task RunAsync(string server, int people, int size, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("btnet-copies-").FullName;
        var (first, second) = (Address(), Address());
        try
        {
            await using var file = EmbeddedGallery.Create(Path.Combine(folder, "people.gallery"), new EmbeddingModel("a model", "of a kind", size, "drawn numbers"));
            for (var begin = 0; begin < people; begin += Batch) await file.EnrolAsync([.. Enumerable.Range(begin, Math.Min(Batch, people - begin)).Select(Person)], cancellation).ConfigureAwait(false);
            Console.WriteLine($"| {people:N0} people with a face of {size} numbers | s | people/s |");
            Console.WriteLine("| --- | ---: | ---: |");
            await TimeAsync("a file to a server", () => PostgresGallery.CreateCopyAsync(first, file, cancellation: cancellation)).ConfigureAwait(false);
            await using var there = await PostgresGallery.OpenAsync(first, cancellation: cancellation).ConfigureAwait(false);
            await TimeAsync("a server to a file", () => EmbeddedGallery.CreateCopyAsync(Path.Combine(folder, "back.gallery"), there, cancellation: cancellation)).ConfigureAwait(false);
            await TimeAsync("a server to a server", () => PostgresGallery.CreateCopyAsync(second, there, cancellation: cancellation)).ConfigureAwait(false);
            await TimeAsync("a file to a file", () => EmbeddedGallery.CreateCopyAsync(Path.Combine(folder, "beside.gallery"), file, cancellation: cancellation)).ConfigureAwait(false);
        }
        finally
        {
            foreach (var made in (PostgresAddress[])[first, second])
            {
                try
                {
                    await PostgresGallery.DeleteAsync(made, CancellationToken.None).ConfigureAwait(false);
                }
                catch (InputException)
                {
                    // It did not come to that.
                }
            }

            Directory.Delete(folder, recursive: true);
        }

        PostgresAddress Address() => PostgresAddress.Parse($"{server};Gallery=btnet_benchmark_{Guid.NewGuid():N}");

        Enrolment Person(int number)
        {
            var random = new Random(number);
            return new Enrolment(number.ToString("D9", CultureInfo.InvariantCulture), [new EnrolledFace(Enumerable.Range(0, size).Select(_ => random.NextSingle() - 0.5f).ToArray(), Resolution.Full)]);
        }
    }

    private static async Task TimeAsync(string what, Func<Task<GalleryCounts>> copy)
    {
        var start = Stopwatch.GetTimestamp();
        var counts = await copy().ConfigureAwait(false);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {seconds:F1} | {counts.Subjects / seconds:N0} |"));
    }
}
