using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Faces;
using BTNet.Matching;

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
        var (choices, alarms) = (new EmbedderChoices(), GalleryVerb.FalseAlarms());
        var verb = new Verb(
            "enroll",
            "Enrols people, each face by the branch for its size. A picture that a person has already is told by its bytes and left out, so that the same command goes on where it was interrupted, and brings names and attributes up to the table's; broken pictures are listed and left out. With a calibrated model it says what the enrolments will be worth.",
            "btnet gallery enroll people.gallery faces",
            "btnet gallery enroll people.gallery --csv people.csv --model package") { file, folder };
        choices.AddTo(verb);
        verb.Add(csv);
        verb.Add(alarms);
        verb.Add(json);
        verb.Validators.Add(result =>
        {
            if (result.GetValue(folder) is null == result.GetValue(csv) is null) result.AddError("expected either a folder with a folder for each person, or --csv with a table");
        });
        verb.SetAction(async (parsed, cancellation) =>
        {
            var place = GalleryPlace.Of(parsed.GetRequiredValue(file));
            var pictures = parsed.GetValue(csv) is { } table ? PeopleSource.OfTable(table) : PeopleSource.OfFolder(parsed.GetValue(folder)!);
            var (policy, how) = (DecisionPolicy.Parse(parsed.GetRequiredValue(alarms)), choices.For(parsed));
            using var embedder = choices.Open(terminal, parsed, how);
            var calibration = PackageCalibration.Of(embedder.Package, how.Int8);
            await using var gallery = await place.OpenAsync(embedder.Model, cancellation).ConfigureAwait(false);
            var skipped = new SkippedItems(terminal.Say);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var run = new EnrolmentRun(embedder, gallery, calibration.Table, skipped, terminal.Say);
            try
            {
                ProgressDisplay.During(terminal, progress => run.Enrol(pictures, progress, interruption.Token));
            }
            catch (OperationCanceledException)
            {
                terminal.Say($"stopped after {run.Enrolled} faces; the same command goes on from there");
                return ExitCode.Interrupted;
            }

            var outlook = EnrolmentOutlook.Of(run.People.Values, embedder, calibration, policy, (await gallery.CountAsync(interruption.Token).ConfigureAwait(false)).Templates);
            if (parsed.GetValue(json)) ResultJson.Print(terminal, new { People = run.People.Count, run.NewPeople, run.Updated, run.Enrolled, run.Known, Skipped = skipped.Count, Elsewhere = run.Elsewhere, Outlook = outlook.ForJson() });
            else
            {
                terminal.Result($"{place.Name}: {run.Enrolled} faces enrolled of {run.People.Count} people, {run.NewPeople} of whom are new; {run.Known} pictures were there already{(run.Updated > 0 ? $"; names or attributes of {run.Updated} people were brought up to date" : "")}");
                foreach (var (id, others) in run.Elsewhere) terminal.Result($"  {id} has a picture that {string.Join(", ", others)} has as well: somebody may be enrolled twice");
                outlook.Tell(terminal);
            }

            return ExitCode.After(skipped.Count);
        });
        return verb;
    }
}
