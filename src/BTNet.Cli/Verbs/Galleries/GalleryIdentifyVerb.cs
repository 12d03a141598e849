using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Embedding;
using BTNet.Cli.Output;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.Inference;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery identify</c>.</summary>
internal static class GalleryIdentifyVerb
{
    private const int PicturesAtATime = 64;

    public static Command Create(Terminal terminal)
    {
        var file = GalleryVerb.File();
        var pictures = new Argument<string[]>("PICTURES") { Description = "Aligned faces of any size: files, or folders with everything below them", Arity = ArgumentArity.OneOrMore };
        var top = new Option<int>("--top") { Description = "How many candidates for each", HelpName = "N", DefaultValueFactory = _ => 3 };
        var (where, json, choices) = (new AttributeOption(), new Option<bool>("--json") { Description = "Print JSON" }, new EmbedderChoices());
        top.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var places) && places < 1) result.AddError($"--top {token.Value}: expected 1 or more");
        });
        var verb = new Verb(
            "identify", "Says who of those enrolled is most like each face, whatever its size: the cosine with the most alike of a person's faces.",
            "btnet gallery identify people.gallery visitor.jpg",
            "btnet gallery identify people.gallery camera --top 1 --where site=north --json") { file, pictures };
        choices.AddTo(verb);
        foreach (var option in new Option[] { top, where.Option, json }) verb.Add(option);
        verb.SetAction(async (parsed, _) =>
        {
            var found = PictureFiles.Find(parsed.GetRequiredValue(pictures));
            var attributes = where.Read(parsed);
            using var embedder = choices.Open(terminal, parsed, choices.For(parsed));
            await using var gallery = EmbeddedGallery.Open(parsed.GetRequiredValue(file), embedder.Model);
            var skipped = new SkippedItems(terminal.Say);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var searches = ProgressDisplay.During(terminal, progress => Search(embedder, gallery, found, parsed.GetValue(top), attributes, skipped, progress, interruption.Token));
            if (searches.Count == 0) throw new InputException($"nobody can be searched for: none of the {found.Count} pictures can be read");
            var counts = await gallery.CountAsync(interruption.Token).ConfigureAwait(false);
            Tell(terminal, parsed.GetValue(json), searches, counts, skipped.Count);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }

    private static List<Found> Search(
        FaceEmbedder embedder, EmbeddedGallery gallery, IReadOnlyList<string> pictures, int top, IReadOnlyDictionary<string, string>? attributes, SkippedItems skipped, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        var (searches, done, check) = (new List<Found>(), 0, new FaceCheck(embedder.Package.Manifest));
        foreach (var batch in pictures.Chunk(PicturesAtATime))
        {
            progress.Report(new WorkProgress("searching", done, pictures.Count, "pictures"));
            var read = batch.AsParallel().AsOrdered().WithCancellation(cancellation).Select(path => (Path: path, Face: Read(path, skipped))).Where(one => one.Face is not null).ToList();
            var embeddings = embedder.Embed([.. read.Select(one => one.Face!)], cancellation);
            var found = gallery.IdentifyAsync([.. embeddings.Select(embedding => (ReadOnlyMemory<float>)embedding.Values.ToArray())], top, attributes, cancellation).GetAwaiter().GetResult();
            searches.AddRange(read.Select((one, i) => new Found(one.Path, embeddings[i], check.Doubt(one.Face!, embeddings[i].Branch, embeddings[i].Values), found[i])));
            done += batch.Length;
        }

        progress.Report(new WorkProgress("searching", done, pictures.Count, "pictures"));
        return searches;
    }

    private static FaceImage? Read(string path, SkippedItems skipped)
    {
        try
        {
            return FaceDecoder.DecodeFile(path);
        }
        catch (InputException fault)
        {
            skipped.Add(path, PictureFault.Reason(path, fault.Message));
            return null;
        }
    }

    private static void Tell(Terminal terminal, bool json, List<Found> searches, GalleryCounts counts, int skipped)
    {
        if (json)
        {
            ResultJson.Print(terminal, new { Enrolled = counts.Subjects, Searches = searches.Select(search => search.ForJson()), Skipped = skipped });
            return;
        }

        terminal.Result($"{searches.Count} faces searched for among {counts.Subjects:N0} people", ["picture", "pixels", "place", "id", "name", "score", "their face"], [.. searches.SelectMany(search => search.Candidates.Count == 0
            ? [[search.Path, $"{search.Embedding.Branch}", "-", "-", "nobody is enrolled", "-", "-"]]
            : search.Candidates.Select(IReadOnlyList<string> (candidate, place) =>
                [search.Path, $"{search.Embedding.Branch}", (place + 1).ToString(CultureInfo.InvariantCulture), candidate.Id, candidate.Name, candidate.Score.ToString("0.0000", CultureInfo.InvariantCulture), $"{candidate.Resolution} px"]))],
            ["score: the cosine, -1 to 1. Somebody always comes first, enrolled or not: which score tells a stranger from a person depends on the model and on the sizes of both faces."]);
        foreach (var search in searches.Where(search => search.Doubt is not null)) terminal.Say($"{search.Path}: {search.Doubt}");
    }

    private sealed record Found(string Path, FaceEmbedding Embedding, string? Doubt, IReadOnlyList<Candidate> Candidates)
    {
        public object ForJson() => new { Picture = Path, Embedding.Branch, Embedding.Choice.Width, Embedding.Choice.Height, Warning = Doubt, Candidates };
    }
}
