using System.Diagnostics;
using System.Globalization;
using BTNet.Embeddings;
using Microsoft.Data.Sqlite;
using static BTNet.Gallery.Embedded.GalleryFile;

namespace BTNet.Gallery.Embedded;

/// <summary>Changes of a gallery, each in one transaction.</summary>
/// <param name="connection">Its own.</param>
/// <param name="model">Which model the embeddings are of, where they do not say another.</param>
internal sealed class GalleryWriter(SqliteConnection connection, EmbeddingModel model)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public IReadOnlyList<EnrolmentResult> Enrol(IReadOnlyList<Enrolment> enrolments)
    {
        // Whoever writes waits here for whoever else does, and not in the middle.
        using var transaction = connection.BeginTransaction(deferred: false);
        var now = DateTimeOffset.UtcNow;
        using var statements = new EnrolmentStatements(connection);
        List<string> faults = [];
        List<EnrolmentResult> results = [];
        foreach (var enrolment in enrolments)
        {
            var subject = statements.Find(enrolment.Id);
            if (subject is not null && enrolment.MustBeNew)
            {
                faults.Add($"'{enrolment.Id}' is enrolled already; expected an id that is new");
                continue;
            }

            var number = subject ?? statements.AddSubject(enrolment.Id, enrolment.Name ?? enrolment.Id);
            if (subject is not null && enrolment.Name is not null) statements.Rename(number, enrolment.Name);
            foreach (var (key, value) in enrolment.Attributes) statements.SetAttribute(number, key, value);
            if (subject is not null && (enrolment.Name is not null || enrolment.Attributes.Count > 0)) statements.AddChange(GalleryChangeKind.Updated, enrolment.Id, number, null, now);
            var (enrolled, known, elsewhere) = (0, 0, new SortedSet<string>(StringComparer.Ordinal));
            foreach (var face in enrolment.Faces)
            {
                var owners = face.Source is null ? [] : statements.OwnersOf(face.Source);
                if (owners.Contains(number))
                {
                    known++;
                    continue;
                }

                elsewhere.UnionWith(owners.Select(statements.IdOf));
                statements.AddChange(GalleryChangeKind.Enrolled, enrolment.Id, number, statements.AddTemplate(number, statements.ModelOf(face.Model ?? model), face, face.Time ?? now), now);
                enrolled++;
            }

            results.Add(new EnrolmentResult(enrolment.Id, subject is null, enrolled, known, [.. elsewhere]));
        }

        if (faults.Count > 0) throw new InputException("enrolment", faults);
        transaction.Commit();
        return results;
    }

    public bool Update(string id, string? name, IReadOnlyDictionary<string, string?>? attributes)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        using var statements = new EnrolmentStatements(connection);
        if (statements.Find(id) is not { } number) return false;
        if (name is not null) statements.Rename(number, name);
        foreach (var (key, value) in attributes ?? new Dictionary<string, string?>())
        {
            if (value is not null) statements.SetAttribute(number, key, value);
            else Run(connection, "DELETE FROM attributes WHERE subject = $subject AND key = $key", ("$subject", number), ("$key", key));
        }

        statements.AddChange(GalleryChangeKind.Updated, id, number, null, DateTimeOffset.UtcNow);
        transaction.Commit();
        return true;
    }

    public int Remove(IReadOnlyList<string> ids)
    {
        var removed = 0;
        using (var transaction = connection.BeginTransaction(deferred: false))
        {
            using var statements = new EnrolmentStatements(connection);
            foreach (var id in ids)
            {
                if (statements.Find(id) is not { } number) continue;
                Run(connection, "DELETE FROM subjects WHERE number = $number", ("$number", number));
                statements.AddChange(GalleryChangeKind.Removed, id, number, null, DateTimeOffset.UtcNow);
                removed++;
            }

            transaction.Commit();
        }

        if (removed > 0) Overwrite($"{removed} people are removed");
        return removed;
    }

    public int RemoveFaces(string id, IReadOnlyList<long> faces)
    {
        var removed = 0;
        using (var transaction = connection.BeginTransaction(deferred: false))
        {
            using var statements = new EnrolmentStatements(connection);
            if (statements.Find(id) is not { } subject) return 0;
            foreach (var face in faces.Distinct())
            {
                if (Number(connection, "SELECT count(*) FROM templates WHERE number = $face AND subject = $subject", ("$face", face), ("$subject", subject)) == 0) continue;
                Run(connection, "DELETE FROM templates WHERE number = $face", ("$face", face));
                statements.AddChange(GalleryChangeKind.FaceRemoved, id, subject, face, DateTimeOffset.UtcNow);
                removed++;
            }

            if (removed > 0 && Number(connection, "SELECT count(*) FROM templates WHERE subject = $subject", ("$subject", subject)) == 0) throw EnrolmentFaults.OfLastFace(id);
            transaction.Commit();
        }

        if (removed > 0) Overwrite($"{removed} of the faces of '{id}' are removed");
        return removed;
    }

    /// <summary>Says what several faces of a person come to.</summary>
    public bool Use(TemplateFusion templates)
    {
        Run(connection, "INSERT OR REPLACE INTO gallery VALUES ($key, $templates)", ("$key", GallerySchema.TemplatesKey), ("$templates", templates.ToString()));
        return true;
    }

    /// <summary>Sees to it that what was deleted is in no file: it is overwritten in the gallery's, once the log is written into it, and the log is emptied.</summary>
    /// <param name="done">What has happened already, for who is told that this has not.</param>
    /// <exception cref="InputException">Somebody has been reading all the while, or the disk is full.</exception>
    private void Overwrite(string done)
    {
        var until = Stopwatch.GetTimestamp();
        string? reason;
        do
        {
            try
            {
                if (Emptied())
                {
                    Run(connection, "PRAGMA incremental_vacuum");
                    if (Emptied()) return;
                }

                reason = "somebody reads the gallery all the while";
                Thread.Sleep(20);
            }
            catch (SqliteException fault)
            {
                reason = fault.Message.TrimEnd('.');
                break;
            }
        }
        while (Stopwatch.GetElapsedTime(until) < Patience);

        throw new InputException($"{connection.DataSource}: {done}, but what was on the disk is not yet overwritten ({reason}); say `btnet gallery compact` when nobody uses it");
    }

    /// <summary>Whether the log could be emptied: not while somebody reads from it, which SQLite tells in a row and not as a fault.</summary>
    private bool Emptied() => Number(connection, "PRAGMA wal_checkpoint(TRUNCATE)") == 0;

    /// <summary>Gives the disk back what is not used, and forgets who was changed: <see cref="IGallery.ChangesAsync"/> begins anew.</summary>
    public void Compact()
    {
        using (var transaction = connection.BeginTransaction(deferred: false))
        {
            var last = Number(connection, "SELECT coalesce(max(sequence), 0) FROM changes");
            Run(connection, "DELETE FROM changes");
            if (last > 0) Run(connection, "INSERT OR REPLACE INTO gallery VALUES ('forgotten', $last)", ("$last", last.ToString(CultureInfo.InvariantCulture)));
            transaction.Commit();
        }

        try
        {
            // SQLite makes a second copy: in memory it would take as much as the file.
            Run(connection, "PRAGMA temp_store = FILE");
            Run(connection, "VACUUM");
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode == DiskFull)
        {
            throw new InputException($"{connection.DataSource}: the changes are forgotten, but the disk is full: compacting takes as much room again as the file, twice: beside it, and where the system keeps temporary files (SQLITE_TMPDIR). Make room and try again", fault);
        }
        finally
        {
            Run(connection, "PRAGMA temp_store = MEMORY");
        }

        Overwrite("the changes are forgotten");
    }
}
