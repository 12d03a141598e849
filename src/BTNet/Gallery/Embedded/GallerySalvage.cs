using System.Globalization;
using BTNet.Embeddings;
using BTNet.Resolutions;
using Microsoft.Data.Sqlite;
using static BTNet.Gallery.Embedded.GalleryFile;

namespace BTNet.Gallery.Embedded;

/// <summary>What was saved of a damaged gallery.</summary>
/// <param name="Subjects">People saved.</param>
/// <param name="Templates">Their faces.</param>
/// <param name="LostTemplates">Faces that the file still names and whose numbers, or whose subjects, are not whole.</param>
public sealed record SalvageResult(long Subjects, long Templates, long LostTemplates);

/// <summary>Saves what is whole in a damaged gallery into a new one: face by face, so that a damaged page costs what lies on it.</summary>
public static class GallerySalvage
{
    private const int FacesAtATime = 500;

    /// <summary>Saves what can be read. Numbers of faces, and the change feed, begin anew.</summary>
    /// <param name="damaged">The damaged file, which is left as it is.</param>
    /// <param name="saved">The new gallery, which must not be there.</param>
    /// <param name="cancellation">Ends it between two people; what was saved so far is left.</param>
    /// <exception cref="InputException">The damaged file does not even say what gallery it is, or the new one cannot be written.</exception>
    public static async Task<SalvageResult> RunAsync(string damaged, string saved, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(damaged);
        ArgumentException.ThrowIfNullOrEmpty(saved);
        var file = OpenDamaged(damaged, out var connection);
        using var disposed = connection;
        var (numbers, lost) = (Numbers(connection), 0L);
        await using var gallery = EmbeddedGallery.Create(saved, file.Info.Model, file.Info.Templates);
        var (people, waiting) = (new Dictionary<string, Enrolment>(StringComparer.Ordinal), 0);
        foreach (var number in numbers)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Face(connection, number, file.Info.Model) is not { } face)
            {
                lost++;
                continue;
            }

            people[face.Id] = people.TryGetValue(face.Id, out var known) ? known with { Faces = [.. known.Faces, .. face.Faces] } : face;
            if (++waiting < FacesAtATime) continue;
            await Enrol().ConfigureAwait(false);
        }

        await Enrol().ConfigureAwait(false);
        var counts = await gallery.CountAsync(cancellation).ConfigureAwait(false);
        return new SalvageResult(counts.Subjects, counts.Templates, lost);

        async Task Enrol()
        {
            await gallery.EnrolAsync([.. people.Values], cancellation).ConfigureAwait(false);
            people.Clear();
            waiting = 0;
        }
    }

    /// <summary>The numbers of the faces, by an index where the table itself cannot be walked; by trying each where neither can.</summary>
    private static List<long> Numbers(SqliteConnection connection)
    {
        List<long> best = [];
        foreach (var sql in (string[])["SELECT number FROM templates NOT INDEXED", "SELECT number FROM templates INDEXED BY templates_by_subject WHERE subject >= 0"])
        {
            List<long> found = [];
            try
            {
                using var command = Command(connection, sql);
                using var reader = command.ExecuteReader();
                while (reader.Read()) found.Add(reader.GetInt64(0));
                found.Sort();
                return found;
            }
            catch (Exception fault) when (IsDamage(fault))
            {
                if (found.Count > best.Count) best = found;
            }
        }

        var last = Try(() => Number(connection, "SELECT seq FROM sqlite_sequence WHERE name = 'templates'"), best.Count > 0 ? best.Max() : 0);
        return [.. Enumerable.Range(1, (int)Math.Min(int.MaxValue - 1, last)).Select(number => (long)number)];
    }

    private static Enrolment? Face(SqliteConnection connection, long number, EmbeddingModel model) => Try(() =>
    {
        using var command = Command(connection, "SELECT subject, resolution, quality, source, time, checksum, embedding FROM templates WHERE number = $number", ("$number", number));
        using var reader = command.ExecuteReader();
        if (!reader.Read()) return null;
        var subject = reader.GetInt64(0);
        var bytes = reader.GetFieldValue<byte[]>(6);
        if (!StoredEmbedding.TryRead(bytes, subject, reader.GetInt64(5), model.Size, out var embedding)) return null;
        var face = new EnrolledFace(embedding.ToArray(), Resolution.Of(reader.GetInt32(1)))
        {
            Quality = reader.IsDBNull(2) ? null : reader.GetDouble(2), Source = reader.IsDBNull(3) ? null : reader.GetString(3), Time = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)),
            Model = ModelOf(connection, number, model)
        };
        using var who = Command(connection, "SELECT id, name FROM subjects WHERE number = $subject", ("$subject", subject));
        using var read = who.ExecuteReader();
        // A face of nobody cannot be enrolled; it is told as lost.
        if (!read.Read()) return null;
        var enrolment = new Enrolment(read.GetString(0), [face]) { Name = read.GetString(1), Attributes = Try(() => GalleryReader.Attributes(connection, subject), []) };
        EnrolmentFaults.Throw([enrolment], model);
        return enrolment;
    }, (Enrolment?)null);

    /// <summary>The model that made a face; the gallery's own where that cannot be read.</summary>
    private static EmbeddingModel ModelOf(SqliteConnection connection, long number, EmbeddingModel own) => Try(() =>
    {
        const string Of = "FROM templates JOIN models ON models.number = templates.model WHERE templates.number = $number";
        using var command = Command(connection, $"SELECT fingerprint {Of}", ("$number", number));
        if (command.ExecuteScalar() is not string fingerprint) return own;
        // Galleries of the first version have no such column.
        return own with { Fingerprint = fingerprint, Networks = Try(() => { using var networks = Command(connection, $"SELECT networks {Of}", ("$number", number)); return networks.ExecuteScalar() as string; }, null) };
    }, own);

    private static T Try<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (IsDamage(fault))
        {
            return otherwise;
        }
    }

    private static bool IsDamage(Exception fault) => fault is SqliteException or InputException or InvalidCastException or OverflowException or FormatException or ArgumentException or InvalidOperationException;
}
