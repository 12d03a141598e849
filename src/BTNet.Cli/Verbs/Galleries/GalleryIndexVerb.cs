using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Output;
using BTNet.Gallery.Postgres;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery index</c>.</summary>
internal static class GalleryIndexVerb
{
    public static Command Create(Terminal terminal)
    {
        var defaults = new PostgresIndexOptions();
        var gallery = GalleryVerb.Place();
        var neighbours = new Option<int>("--neighbours") { Description = "Neighbours that each face is joined to (m)", HelpName = "N", DefaultValueFactory = _ => defaults.Neighbours };
        var candidates = new Option<int>("--candidates") { Description = "Candidates in view while a face is put in (ef_construction)", HelpName = "N", DefaultValueFactory = _ => defaults.CandidatesInView };
        var memory = new Option<int?>("--memory") { Description = "Megabytes that the server may use for it (maintenance_work_mem); what does not fit takes several times as long. By default what the server is set to", HelpName = "MB" };
        var searches = new Option<int>("--searches") { Description = "Enrolled faces that are searched for afterwards, by the index and by a scan, to see what the index misses", HelpName = "N", DefaultValueFactory = _ => 100 };
        var drop = new Option<bool>("--drop") { Description = "Take the index away: searches are exact again" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        searches.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) && count < 1) result.AddError($"--searches {token.Value}: expected 1 or more");
        });
        var verb = new Verb(
            "index",
            "Builds the index of a gallery on PostgreSQL, while it is used. Searches are fast from then on and no longer exact: what is missed is measured and told. A gallery in a file is searched exactly, and has none.",
            "btnet gallery index postgres://anna@host/faces?gallery=people",
            "btnet gallery index postgres://anna@host/faces?gallery=people --memory 4000 --candidates 128") { gallery };
        foreach (var option in new Option[] { neighbours, candidates, memory, searches, drop, json }) verb.Add(option);
        verb.SetAction(async (parsed, _) =>
        {
            var place = GalleryPlace.Of(parsed.GetRequiredValue(gallery));
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            if (parsed.GetValue(drop))
            {
                await place.DropIndexAsync(interruption.Token).ConfigureAwait(false);
                terminal.Result($"{place.Name}: searches are exact");
                return ExitCode.Done;
            }

            var options = new PostgresIndexOptions { Neighbours = parsed.GetValue(neighbours), CandidatesInView = parsed.GetValue(candidates), MemoryMegabytes = parsed.GetValue(memory) };
            ProgressDisplay.During(terminal, progress =>
            {
                place.BuildIndexAsync(options, progress, interruption.Token).GetAwaiter().GetResult();
                return true;
            });
            // At once: where measuring fails or is interrupted, there is an index all the same.
            var built = $"{place.Name}: the index is built";
            if (parsed.GetValue(json)) terminal.Say(built);
            else terminal.Result(built);
            var recall = await place.RecallAsync(parsed.GetValue(searches), interruption.Token).ConfigureAwait(false);
            if (parsed.GetValue(json)) ResultJson.Print(terminal, new { recall.Searches, recall.Places, Recall = recall.Searches == 0 ? (double?)null : recall.Recall, IndexMilliseconds = recall.Index.TotalMilliseconds, ScanMilliseconds = recall.Scan.TotalMilliseconds });
            else if (recall.Searches == 0) terminal.Result("  nobody could be searched for to see how good it is");
            else
            {
                terminal.Result(string.Create(CultureInfo.InvariantCulture,
                    $"  of the {recall.Places} people nearest to an enrolled face, itself left out, it finds {100 * recall.Recall:0.##} % ({recall.Searches} searches, in {100 * recall.Perfect:0.##} % of them all)"));
                terminal.Result(string.Create(CultureInfo.InvariantCulture, $"  a search takes {recall.Index.TotalMilliseconds:0.0} ms by the index and {recall.Scan.TotalMilliseconds:0.0} ms by a scan; ef_search in the address finds more and takes longer, search=exact scans"));
            }

            return ExitCode.Done;
        });
        return verb;
    }
}
