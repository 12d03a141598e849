using BTNet.Cli.Embedding;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Gallery;
using BTNet.Inference;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary>Enrols pictures, some hundred at a time: each such batch is on the disk before the next is begun.</summary>
internal sealed class EnrolmentRun(FaceEmbedder embedder, IGallery gallery, CalibrationTable? calibration, SkippedItems skipped, Action<string> say)
{
    private const int PicturesAtATime = 256;

    private readonly FaceCheck _check = new(embedder.Package.Manifest);
    private readonly Dictionary<string, PersonFaces> _people = new(StringComparer.Ordinal);
    private readonly HashSet<string> _updated = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, IReadOnlyList<string>> _elsewhere = new(StringComparer.Ordinal);

    /// <summary>People whose pictures were enrolled or there already, and the best of their faces.</summary>
    public IReadOnlyDictionary<string, PersonFaces> People => _people;

    /// <summary>Those who were not there before.</summary>
    public int NewPeople { get; private set; }

    /// <summary>Those who were, and whose name or attributes are others now.</summary>
    public int Updated => _updated.Count;

    /// <summary>Faces enrolled.</summary>
    public int Enrolled { get; private set; }

    /// <summary>Pictures that were there already.</summary>
    public int Known { get; private set; }

    /// <summary>Of people who have pictures of others, who these are.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Elsewhere => _elsewhere;

    /// <summary>Enrols pictures.</summary>
    /// <returns>How many were looked at.</returns>
    public int Enrol(IReadOnlyList<PersonPicture> pictures, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        // What all lines say of a person, and not those of a batch: else each batch would change what the last one set.
        var facts = pictures.Where(picture => picture.Name is not null || picture.Attributes.Count > 0).GroupBy(picture => picture.Id, StringComparer.Ordinal).ToDictionary(own => own.Key, PersonFacts.Of, StringComparer.Ordinal);
        var done = 0;
        foreach (var batch in pictures.Chunk(PicturesAtATime))
        {
            progress.Report(new WorkProgress("enrolling", done, pictures.Count, "pictures"));
            cancellation.ThrowIfCancellationRequested();
            Enrol(batch, facts, cancellation);
            done += batch.Length;
        }

        progress.Report(new WorkProgress("enrolling", done, pictures.Count, "pictures"));
        return done;
    }

    private void Enrol(PersonPicture[] batch, Dictionary<string, PersonFacts> facts, CancellationToken cancellation)
    {
        var subjects = batch.Select(picture => picture.Id).Distinct(StringComparer.Ordinal).ToDictionary(id => id, id => gallery.FindAsync(id, cancellation).GetAwaiter().GetResult(), StringComparer.Ordinal);
        var sources = subjects.ToDictionary(subject => subject.Key, subject => subject.Value?.Templates.Select(template => template.Source).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        var read = batch.AsParallel().AsOrdered().WithCancellation(cancellation).Select(picture => Read(picture, sources[picture.Id])).OfType<ReadPicture>().ToList();
        var faces = embedder.Embed([.. read.Where(one => one.Face is not null).Select(one => one.Face!)], cancellation);
        var embedded = read.Where(one => one.Face is not null).Zip(faces, (one, face) => new EmbeddedPicture(one, face, Quality(one.Face!, face))).ToList();
        foreach (var one in embedded)
            if (_check.Doubt(one.Read.Face!, one.Embedding.Branch, one.Embedding.Values) is { } doubt) say($"{one.Read.Picture.Path}: {doubt}");
        Known += read.Count - embedded.Count;
        var own = embedded.ToLookup(one => one.Read.Picture.Id, StringComparer.Ordinal);
        var results = own.Count == 0 ? [] : gallery.EnrolAsync([.. own.Select(person => new Enrolment(person.Key, [.. person.Select(one => one.ToFace())]) { Name = facts.GetValueOrDefault(person.Key)?.Name, Attributes = facts.GetValueOrDefault(person.Key)?.Attributes ?? [] })], cancellation).GetAwaiter().GetResult();
        foreach (var result in results)
        {
            if (result.IsNew) NewPeople++;
            (Enrolled, Known) = (Enrolled + result.Enrolled, Known + result.Known);
            if (result.Elsewhere.Count > 0) _elsewhere[result.Id] = [.. (_elsewhere.GetValueOrDefault(result.Id) ?? []).Union(result.Elsewhere, StringComparer.Ordinal)];
        }

        foreach (var id in read.Select(one => one.Picture.Id).Distinct(StringComparer.Ordinal))
        {
            _people[id] = PersonFaces.Of(_people.GetValueOrDefault(id), subjects[id], own[id].Select(one => (one.Embedding.Branch, one.Quality?.Seen)));
            if (subjects[id] is not { } subject || facts.GetValueOrDefault(id) is not { } said || !said.Differ(subject)) continue;
            if (!own.Contains(id)) gallery.UpdateAsync(id, said.Name, said.Attributes.ToDictionary(attribute => attribute.Key, string? (attribute) => attribute.Value, StringComparer.Ordinal), cancellation).GetAwaiter().GetResult();
            _updated.Add(id);
        }
    }

    private FaceQuality? Quality(FaceImage face, FaceEmbedding embedding) => calibration?.Quality.Any(one => one.Resolution == embedding.Branch) == true ? FaceQuality.Of(face, embedding, calibration) : null;

    /// <summary>Null where it is broken; without a face where the person has it already.</summary>
    private ReadPicture? Read(PersonPicture picture, HashSet<string?>? sources)
    {
        try
        {
            var source = FileHash.Of(picture.Path);
            return new ReadPicture(picture, source, sources?.Contains(source) == true ? null : FaceDecoder.DecodeFile(picture.Path));
        }
        catch (Exception fault) when (fault is InputException or IOException or UnauthorizedAccessException)
        {
            skipped.Add(picture.Path, PictureFault.Reason(picture.Path, fault.Message));
            return null;
        }
    }

    private sealed record ReadPicture(PersonPicture Picture, string Source, FaceImage? Face);

    private sealed record EmbeddedPicture(ReadPicture Read, FaceEmbedding Embedding, FaceQuality? Quality)
    {
        public EnrolledFace ToFace() => new(Embedding.Values.ToArray(), Embedding.Branch) { Source = Read.Source, Quality = Quality?.Usefulness };
    }
}

/// <summary>What lines of a table say of a person.</summary>
/// <param name="Name">The first name; null where there is none.</param>
/// <param name="Attributes">Of each attribute the last value.</param>
internal sealed record PersonFacts(string? Name, Dictionary<string, string> Attributes)
{
    public static PersonFacts Of(IEnumerable<PersonPicture> pictures) => new(
        pictures.Select(picture => picture.Name).FirstOrDefault(name => name is not null),
        pictures.SelectMany(picture => picture.Attributes).GroupBy(attribute => attribute.Key, StringComparer.Ordinal).ToDictionary(attribute => attribute.Key, attribute => attribute.Last().Value, StringComparer.Ordinal));

    /// <summary>Whether they say something else than is known.</summary>
    public bool Differ(Subject subject) => (Name is not null && Name != subject.Name) || Attributes.Any(attribute => subject.Attributes.GetValueOrDefault(attribute.Key) != attribute.Value);
}

/// <summary>How good a person's faces are.</summary>
/// <param name="Best">The largest resolution of them.</param>
/// <param name="Seen">The largest resolution that their detail is worth, as far as it is known: smaller where the best are enlarged or blurred.</param>
internal sealed record PersonFaces(Resolution Best, Resolution Seen)
{
    public static PersonFaces Of(PersonFaces? before, Subject? subject, IEnumerable<(Resolution Branch, Resolution? Seen)> added)
    {
        List<PersonFaces> all = [.. (subject?.Templates ?? []).Select(template => new PersonFaces(template.Resolution, template.Resolution)), .. added.Select(one => new PersonFaces(one.Branch, one.Seen ?? one.Branch))];
        if (before is not null) all.Add(before);
        return new PersonFaces(all.Max(one => one.Best), all.Max(one => one.Seen));
    }
}
