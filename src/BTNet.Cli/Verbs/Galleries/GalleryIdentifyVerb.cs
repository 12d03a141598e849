using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Embedding;
using BTNet.Cli.Output;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Gallery;
using BTNet.Inference;
using BTNet.Matching;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery identify</c>.</summary>
internal static class GalleryIdentifyVerb
{
    private const int PicturesAtATime = 64;

    public static Command Create(Terminal terminal)
    {
        var file = GalleryVerb.Place();
        var pictures = new Argument<string[]>("PICTURES") { Description = "Aligned faces of any size: files, or folders with everything below them", Arity = ArgumentArity.OneOrMore };
        var top = new Option<int>("--top") { Description = "How many candidates for each", HelpName = "N", DefaultValueFactory = _ => 3 };
        var (where, json, choices) = (new AttributeOption(), new Option<bool>("--json") { Description = "Print JSON" }, new EmbedderChoices());
        var alarms = GalleryVerb.FalseAlarms();
        top.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var places) && places < 1) result.AddError($"--top {token.Value}: expected 1 or more");
        });
        var verb = new Verb(
            "identify",
            "Says who a face is, or nobody who is enrolled, whatever its size: the people most like it, by the cosine with a person's faces (`btnet gallery create --templates`); how probable it is that a stranger scores so; and match, unsure or unknown. "
            + "Decisions take a model that is calibrated (btnet calibrate), as the one is that comes with btnet.",
            "btnet gallery identify people.gallery visitor.jpg",
            "btnet gallery identify people.gallery camera --false-alarms 1/100 --top 1 --where site=north --json") { file, pictures };
        choices.AddTo(verb);
        foreach (var option in new Option[] { top, alarms, where.Option, json }) verb.Add(option);
        verb.SetAction(async (parsed, cancellation) =>
        {
            var place = GalleryPlace.Of(parsed.GetRequiredValue(file));
            var found = PictureFiles.Find(parsed.GetRequiredValue(pictures));
            var (attributes, policy, how) = (where.Read(parsed), DecisionPolicy.Parse(parsed.GetRequiredValue(alarms)), choices.For(parsed));
            using var embedder = choices.Open(terminal, parsed, how);
            await using var gallery = await place.OpenAsync(embedder.Model, cancellation).ConfigureAwait(false);
            var skipped = new SkippedItems(terminal.Say);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var searches = ProgressDisplay.During(terminal, progress => Search(embedder, gallery, found, parsed.GetValue(top), attributes, skipped, progress, interruption.Token));
            if (searches.Count == 0) throw new InputException($"nobody can be searched for: none of the {found.Count} pictures can be read");
            var (people, faces) = await CountAsync(gallery, attributes, interruption.Token).ConfigureAwait(false);
            var (table, without) = PackageCalibration.Of(embedder.Package, how.Int8);
            var decisions = new SearchDecisions(table, embedder.Model, policy, faces, without);
            Tell(terminal, parsed.GetValue(json), searches.ConvertAll(search => search with { Decisions = [.. search.Candidates.Select(candidate => decisions.Of(candidate.Score, candidate.Resolution, search.Embedding.Branch, candidate.Networks, candidate.Model))] }), (people, faces), policy, decisions.Reasons, skipped.Count);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }

    /// <summary>Those who were searched among: with fewer a stranger scores lower.</summary>
    private static async Task<(long People, long Faces)> CountAsync(IGallery gallery, IReadOnlyDictionary<string, string>? attributes, CancellationToken cancellation)
    {
        if (attributes is null) return await gallery.CountAsync(cancellation).ConfigureAwait(false) is var all ? (all.Subjects, all.Templates) : default;
        var (people, faces) = (0L, 0L);
        await foreach (var subject in gallery.ListAsync(attributes, cancellation: cancellation).ConfigureAwait(false)) (people, faces) = (people + 1, faces + subject.Templates.Count);
        return (people, faces);
    }

    private static List<Found> Search(
        FaceEmbedder embedder, IGallery gallery, IReadOnlyList<string> pictures, int top, IReadOnlyDictionary<string, string>? attributes, SkippedItems skipped, ProgressDisplay progress, CancellationToken cancellation)
    {
        var (searches, done, check) = (new List<Found>(), 0, new FaceCheck(embedder.Package.Manifest));
        foreach (var batch in pictures.Chunk(PicturesAtATime))
        {
            progress.Report(new WorkProgress("searching", done, pictures.Count, "pictures"));
            var read = batch.AsParallel().AsOrdered().WithCancellation(cancellation).Select(path => (Path: path, Face: PictureFault.Decode(path, skipped))).Where(one => one.Face is not null).ToList();
            var embeddings = embedder.Embed([.. read.Select(one => one.Face!)], cancellation);
            var found = gallery.IdentifyAsync([.. embeddings.Select(embedding => (ReadOnlyMemory<float>)embedding.Values.ToArray())], top, attributes, cancellation).GetAwaiter().GetResult();
            searches.AddRange(read.Select((one, i) => new Found(one.Path, embeddings[i], check.Doubt(one.Face!, embeddings[i].Branch, embeddings[i].Values), found[i])));
            done += batch.Length;
        }

        progress.Report(new WorkProgress("searching", done, pictures.Count, "pictures"));
        return searches;
    }

    private static void Tell(Terminal terminal, bool json, List<Found> searches, (long People, long Faces) among, DecisionPolicy policy, IReadOnlyCollection<string> undecided, int skipped)
    {
        if (json)
        {
            ResultJson.Print(terminal, new { Enrolled = among.People, among.Faces, policy.FalseAlarms, Searches = searches.Select(search => search.ForJson()), Undecided = undecided, Skipped = skipped });
            return;
        }

        List<string> notes = [$"score: the cosine, -1 to 1. Decision by the best: {policy}; a stranger: how often the best of {among.Faces:N0} faces scores so for somebody whose face is none of them."];
        notes.AddRange(undecided.Select(reason => $"No decision where {reason}."));
        if (searches.SelectMany(search => search.Decisions).Select(decision => decision?.Threshold.Caveat).FirstOrDefault(caveat => caveat is not null) is { } weak) notes.Add($"Of the rate: {weak}.");
        terminal.Result(
            $"{searches.Count} faces searched for among {among.People:N0} people", ["picture", "pixels", "decision", "place", "id", "name", "score", "a stranger, %", "their face"],
            [.. searches.SelectMany(search => search.Candidates.Count == 0 ? [[search.Path, $"{search.Embedding.Branch}", "-", "-", "-", "nobody is enrolled", "-", "-", "-"]] : search.Candidates.Select((candidate, place) => Row(search, candidate, place)))], notes);
        foreach (var search in searches.Where(search => search.Doubt is not null)) terminal.Say($"{search.Path}: {search.Doubt}");
    }

    private static IReadOnlyList<string> Row(Found search, Candidate candidate, int place)
    {
        var decision = search.Decisions[place];
        return
        [
            search.Path, $"{search.Embedding.Branch}", place > 0 || decision is null ? "-" : $"{decision.Verdict}".ToLowerInvariant(), (place + 1).ToString(CultureInfo.InvariantCulture), candidate.Id, candidate.Name,
            candidate.Score.ToString("0.0000", CultureInfo.InvariantCulture), decision is null ? "-" : $"{(decision.Stranger.IsAtMost ? "< " : "")}{(100 * decision.Stranger.Value).ToString("0.###", CultureInfo.InvariantCulture)}", $"{candidate.Resolution} px"
        ];
    }

    private sealed record Found(string Path, FaceEmbedding Embedding, string? Doubt, IReadOnlyList<Candidate> Candidates)
    {
        public IReadOnlyList<Decision?> Decisions { get; init; } = [];

        public object ForJson() => new
        {
            Picture = Path, Embedding.Branch, Embedding.Choice.Width, Embedding.Choice.Height, Warning = Doubt, Decision = Decisions.Count > 0 ? Decisions[0]?.Verdict.ToString().ToLowerInvariant() : null,
            MatchFrom = Decisions.Count > 0 ? Decisions[0]?.Threshold.Value : null, UnsureFrom = Decisions.Count > 0 ? Decisions[0]?.UnsureFrom : null,
            Candidates = Candidates.Select((candidate, i) => new { candidate.Id, candidate.Name, candidate.Score, candidate.Template, candidate.Resolution, Stranger = Decisions[i]?.Stranger.Value, StrangerIsAtMost = Decisions[i]?.Stranger.IsAtMost })
        };
    }
}
