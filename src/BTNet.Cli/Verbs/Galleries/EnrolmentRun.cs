using BTNet.Cli.Embedding;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Gallery;
using BTNet.Inference;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary>Enrols pictures, some hundred at a time: each such batch is on the disk before the next is begun.</summary>
internal sealed class EnrolmentRun(FaceEmbedder embedder, IGallery gallery, SkippedItems skipped, Action<string> say)
{
    private const int PicturesAtATime = 256;

    private readonly FaceCheck _check = new(embedder.Package.Manifest);
    private readonly HashSet<string> _people = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, IReadOnlyList<string>> _elsewhere = new(StringComparer.Ordinal);

    /// <summary>People whose pictures were enrolled or there already.</summary>
    public int People => _people.Count;

    /// <summary>Those who were not there before.</summary>
    public int NewPeople { get; private set; }

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
        var done = 0;
        foreach (var batch in pictures.Chunk(PicturesAtATime))
        {
            progress.Report(new WorkProgress("enrolling", done, pictures.Count, "pictures"));
            cancellation.ThrowIfCancellationRequested();
            Enrol(batch, cancellation);
            done += batch.Length;
        }

        progress.Report(new WorkProgress("enrolling", done, pictures.Count, "pictures"));
        return done;
    }

    private void Enrol(PersonPicture[] batch, CancellationToken cancellation)
    {
        var sources = batch.Select(picture => picture.Id).Distinct(StringComparer.Ordinal)
            .ToDictionary(id => id, id => gallery.FindAsync(id, cancellation).GetAwaiter().GetResult()?.Templates.Select(template => template.Source).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        var read = batch.AsParallel().AsOrdered().WithCancellation(cancellation).Select(picture => Read(picture, sources[picture.Id])).OfType<ReadPicture>().ToList();
        var faces = embedder.Embed([.. read.Where(one => one.Face is not null).Select(one => one.Face!)], cancellation);
        var embedded = read.Where(one => one.Face is not null).Zip(faces).ToList();
        foreach (var (one, embedding) in embedded)
            if (_check.Doubt(one.Face!, embedding.Branch, embedding.Values) is { } doubt) say($"{one.Picture.Path}: {doubt}");
        foreach (var known in read.Where(one => one.Face is null))
        {
            _people.Add(known.Picture.Id);
            Known++;
        }

        if (embedded.Count == 0) return;
        var enrolments = embedded.GroupBy(one => one.First.Picture.Id, StringComparer.Ordinal).Select(own => new Enrolment(own.Key, [.. own.Select(one => new EnrolledFace(one.Second.Values.ToArray(), one.Second.Branch) { Source = one.First.Source })])
        {
            Name = own.Select(one => one.First.Picture.Name).FirstOrDefault(name => name is not null),
            Attributes = own.SelectMany(one => one.First.Picture.Attributes).GroupBy(attribute => attribute.Key, StringComparer.Ordinal).ToDictionary(attribute => attribute.Key, attribute => attribute.Last().Value, StringComparer.Ordinal)
        });
        foreach (var result in gallery.EnrolAsync([.. enrolments], cancellation).GetAwaiter().GetResult())
        {
            _people.Add(result.Id);
            if (result.IsNew) NewPeople++;
            (Enrolled, Known) = (Enrolled + result.Enrolled, Known + result.Known);
            if (result.Elsewhere.Count > 0) _elsewhere[result.Id] = [.. (_elsewhere.GetValueOrDefault(result.Id) ?? []).Union(result.Elsewhere, StringComparer.Ordinal)];
        }
    }

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
}
