namespace BTNet.Gallery;

/// <summary>
/// People who are enrolled, and the search among them. Any number of threads may use one at a time. What a method has returned of is on the disk, and is found by every search that begins later, in this process or another.
/// All methods can be cancelled; what was cancelled has either happened wholly or not at all.
/// </summary>
public interface IGallery : IAsyncDisposable
{
    /// <summary>What it is.</summary>
    GalleryInfo Info { get; }

    /// <summary>Enrols people, all or none of them.</summary>
    /// <param name="enrolments">Who, with their faces; an id may occur once.</param>
    /// <param name="cancellation">Ends it before anything is enrolled.</param>
    /// <returns>What became of each, in order.</returns>
    /// <exception cref="InputException">An id, a name or an embedding cannot be, an id occurs twice, or a subject who must be new is there; all faults are named. Or the disk is full.</exception>
    Task<IReadOnlyList<EnrolmentResult>> EnrolAsync(IReadOnlyList<Enrolment> enrolments, CancellationToken cancellation = default);

    /// <summary>Changes name and attributes.</summary>
    /// <param name="id">Whose.</param>
    /// <param name="name">The name; null to leave it.</param>
    /// <param name="attributes">Attributes to set; one of null is taken away. Null to leave all.</param>
    /// <param name="cancellation">Ends it before anything is changed.</param>
    /// <returns>Whether there is such a subject.</returns>
    Task<bool> UpdateAsync(string id, string? name, IReadOnlyDictionary<string, string?>? attributes, CancellationToken cancellation = default);

    /// <summary>Removes people with all their faces. What becomes of the bytes on the disk, each store says: a gallery in a file overwrites them before it returns.</summary>
    /// <param name="ids">Who; those who are not there are passed over.</param>
    /// <param name="cancellation">Ends it before anybody is removed.</param>
    /// <returns>How many were there.</returns>
    Task<int> RemoveAsync(IReadOnlyList<string> ids, CancellationToken cancellation = default);

    /// <summary>Removes faces of somebody who keeps others, such as a bad picture. What becomes of the bytes is as for <see cref="RemoveAsync"/>.</summary>
    /// <param name="id">Whose.</param>
    /// <param name="faces">The faces, by <see cref="SubjectTemplate.Number"/>; those that are not there, or are somebody else's, are passed over.</param>
    /// <param name="cancellation">Ends it before any is removed.</param>
    /// <returns>How many were there.</returns>
    /// <exception cref="InputException">They are all that the subject has: remove the subject, or enrol a better face first. Or another face of the subject, which is fused anew, is damaged.</exception>
    Task<int> RemoveFacesAsync(string id, IReadOnlyList<long> faces, CancellationToken cancellation = default);

    /// <summary>Somebody, or null where nobody has the id.</summary>
    Task<Subject?> FindAsync(string id, CancellationToken cancellation = default);

    /// <summary>All subjects who have some attributes, in the order of their ids (by code point).</summary>
    /// <param name="attributes">The attributes; null for everybody.</param>
    /// <param name="after">Begins after this id; null for the first.</param>
    /// <param name="cancellation">Ends it between two subjects.</param>
    IAsyncEnumerable<Subject> ListAsync(IReadOnlyDictionary<string, string>? attributes = null, string? after = null, CancellationToken cancellation = default);

    /// <summary>
    /// Everybody with all that is kept of them, as they could be enrolled in another gallery, embeddings and the models that made them included: in the order in which they were enrolled, each with the faces in theirs. All is of one
    /// look at the gallery, whatever is changed meanwhile; so long as it lasts, a store cannot give back what was removed since.
    /// </summary>
    /// <param name="cancellation">Ends it between two people.</param>
    /// <exception cref="InputException">A face is damaged; it is named, with whose it is.</exception>
    IAsyncEnumerable<Enrolment> ReadAsync(CancellationToken cancellation = default);

    /// <summary>How much there is.</summary>
    Task<GalleryCounts> CountAsync(CancellationToken cancellation = default);

    /// <summary>Searches for faces. The result is exact: it is that of comparing in single precision with every face, or with what <see cref="GalleryInfo.Templates"/> makes of each subject's. A store that can be given an index for approximate search says so, and is exact until it is given one.</summary>
    /// <param name="probes">Embeddings <c>[D]</c>, finite and not all zeros.</param>
    /// <param name="places">How many candidates are wanted for each, at least 1; fewer are given where fewer are enrolled.</param>
    /// <param name="attributes">Only subjects who have these; null for all.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>For each probe its candidates, the most alike first; of equal scores the subject who was enrolled first.</returns>
    /// <exception cref="InputException">An embedding is of another size, not finite, or all zeros.</exception>
    Task<IReadOnlyList<IReadOnlyList<Candidate>>> IdentifyAsync(
        IReadOnlyList<ReadOnlyMemory<float>> probes, int places, IReadOnlyDictionary<string, string>? attributes = null, CancellationToken cancellation = default);

    /// <summary>Compares a face with one subject.</summary>
    /// <param name="id">Whom with.</param>
    /// <param name="probe">The embedding <c>[D]</c>, finite and not all zeros.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The subject's most alike face, or what they are fused into; null where nobody has the id.</returns>
    /// <exception cref="InputException">The embedding is of another size, not finite, or all zeros.</exception>
    Task<Candidate?> VerifyAsync(string id, ReadOnlyMemory<float> probe, CancellationToken cancellation = default);

    /// <summary>What was changed since.</summary>
    /// <param name="after">The number of the last change that is known; 0 for none.</param>
    /// <param name="cancellation">Ends it between two changes.</param>
    /// <exception cref="InputException">So old changes are not kept any more: read the list anew.</exception>
    IAsyncEnumerable<GalleryChange> ChangesAsync(long after, CancellationToken cancellation = default);
}
