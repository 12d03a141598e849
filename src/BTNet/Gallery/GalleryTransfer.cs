using System.Globalization;

namespace BTNet.Gallery;

/// <summary>
/// Copies everybody in a gallery to another one, whatever keeps either: ids, names and attributes, and of every face its embedding, resolution, quality, source, time to the millisecond, and the model that made it. Searches then find the
/// same people with the same scores, to the last bit. What several faces come to is each gallery's own; numbers of faces, and the change feed, begin anew.
/// </summary>
/// <remarks>Who needs all or nothing makes the other gallery with it: <see cref="Embedded.EmbeddedGallery.CreateCopyAsync"/>, and that of the gallery on PostgreSQL.</remarks>
public static class GalleryTransfer
{
    private const int FacesAtATime = 2_000;
    private const string People = "people";

    /// <summary>Copies them, and reads back what was written.</summary>
    /// <param name="from">Where they are; what is changed in it meanwhile is not copied.</param>
    /// <param name="to">Where they are to be; it must be empty, and nobody else may change it meanwhile.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Ends it; what was copied so far is left.</param>
    /// <returns>How much there is in the copy.</returns>
    /// <exception cref="InputException">Embeddings of the two do not compare, the other one is not empty, a face is damaged, or what was read back is not what was written.</exception>
    public static async Task<GalleryCounts> RunAsync(IGallery from, IGallery to, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        EnrolmentFaults.ThrowOfModel("the gallery to copy to", to.Info.Model, from.Info.Model);
        if (await to.CountAsync(cancellation).ConfigureAwait(false) is { Subjects: > 0 } there)
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"the gallery to copy to: has {there.Subjects:N0} people in it already; expected an empty one"));
        var total = (await from.CountAsync(cancellation).ConfigureAwait(false)).Subjects;
        var copied = await WriteAsync(from, to, total, progress, cancellation).ConfigureAwait(false);
        var found = new GalleryDigest();
        await foreach (var person in to.ReadAsync(cancellation).ConfigureAwait(false))
        {
            found.Add(person);
            if (found.Subjects % FacesAtATime == 0) Report("checking", found.Subjects, copied.Subjects);
        }

        Report("checking", found.Subjects, copied.Subjects);
        if (found.Subjects != copied.Subjects || found.Faces != copied.Faces || !found.Value().SequenceEqual(copied.Value()))
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"the copy: {copied.Subjects:N0} people with {copied.Faces:N0} faces were written, and {found.Subjects:N0} with {found.Faces:N0} that are not wholly the same were read back; somebody else changes it, or its disk is broken. Look into that, and copy again"));
        return await to.CountAsync(cancellation).ConfigureAwait(false);

        void Report(string stage, long done, long all) => progress?.Report(new WorkProgress(stage, done, Math.Max(done, all), People));
    }

    private static async Task<GalleryDigest> WriteAsync(IGallery from, IGallery to, long total, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var (written, batch, faces) = (new GalleryDigest(), new List<Enrolment>(), 0);
        progress?.Report(new WorkProgress("copying", 0, total, People));
        await foreach (var person in from.ReadAsync(cancellation).ConfigureAwait(false))
        {
            written.Add(person);
            batch.Add(person with { MustBeNew = true });
            faces += person.Faces.Count;
            if (faces >= FacesAtATime) await EnrolAsync().ConfigureAwait(false);
        }

        await EnrolAsync().ConfigureAwait(false);
        return written;

        async Task EnrolAsync()
        {
            if (batch.Count > 0) await to.EnrolAsync(batch, cancellation).ConfigureAwait(false);
            (batch, faces) = ([], 0);
            progress?.Report(new WorkProgress("copying", written.Subjects, Math.Max(total, written.Subjects), People));
        }
    }
}
