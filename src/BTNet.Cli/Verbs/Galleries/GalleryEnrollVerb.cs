using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Faces;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery enroll</c>.</summary>
internal static class GalleryEnrollVerb
{
    public static Command Create(Terminal terminal)
    {
        var file = GalleryVerb.Place();
        var folder = new Argument<string?>("FOLDER") { Description = "A folder with a folder for each person, whose name is the id, with aligned faces of any size", Arity = ArgumentArity.ZeroOrOne };
        var csv = new Option<string?>("--csv") { Description = "A table of pictures instead: file (from the table's folder), id, perhaps name; every other column is kept as an attribute", HelpName = "FILE.csv" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var choices = new EmbedderChoices();
        var verb = new Verb(
            "enroll",
            "Enrols people, each face by the branch for its size. A picture that a person has already is told by its bytes and left out, so that the same command goes on where it was interrupted; broken pictures are listed and left out.",
            "btnet gallery enroll people.gallery faces",
            "btnet gallery enroll people.gallery --csv people.csv --model package") { file, folder };
        choices.AddTo(verb);
        verb.Add(csv);
        verb.Add(json);
        verb.Validators.Add(result =>
        {
            if (result.GetValue(folder) is null == result.GetValue(csv) is null) result.AddError("expected either a folder with a folder for each person, or --csv with a table");
        });
        verb.SetAction(async (parsed, cancellation) =>
        {
            var place = GalleryPlace.Of(parsed.GetRequiredValue(file));
            var pictures = parsed.GetValue(csv) is { } table ? PeopleSource.OfTable(table) : PeopleSource.OfFolder(parsed.GetValue(folder)!);
            using var embedder = choices.Open(terminal, parsed, choices.For(parsed));
            await using var gallery = await place.OpenAsync(embedder.Model, cancellation).ConfigureAwait(false);
            var skipped = new SkippedItems(terminal.Say);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var run = new EnrolmentRun(embedder, gallery, skipped, terminal.Say);
            try
            {
                ProgressDisplay.During(terminal, progress => run.Enrol(pictures, progress, interruption.Token));
            }
            catch (OperationCanceledException)
            {
                terminal.Say($"stopped after {run.Enrolled} faces; the same command goes on from there");
                return ExitCode.Interrupted;
            }

            if (parsed.GetValue(json)) ResultJson.Print(terminal, new { People = run.People, run.NewPeople, run.Enrolled, run.Known, Skipped = skipped.Count, Elsewhere = run.Elsewhere });
            else
            {
                terminal.Result($"{place.Name}: {run.Enrolled} faces enrolled of {run.People} people, {run.NewPeople} of whom are new; {run.Known} pictures were there already");
                foreach (var (id, others) in run.Elsewhere) terminal.Result($"  {id} has a picture that {string.Join(", ", others)} has as well: somebody may be enrolled twice");
            }

            return ExitCode.After(skipped.Count);
        });
        return verb;
    }
}
