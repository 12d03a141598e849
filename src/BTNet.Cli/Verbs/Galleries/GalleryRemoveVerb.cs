using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Output;
using BTNet.Gallery;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery remove</c>.</summary>
internal static class GalleryRemoveVerb
{
    public static Command Create(Terminal terminal)
    {
        var (file, ids) = (GalleryVerb.Place(), new Argument<string[]>("ID") { Description = "Whom to remove; with --face or --picture one person, who stays", Arity = ArgumentArity.OneOrMore });
        var faces = new Option<long[]>("--face") { Description = "Remove only this face of the person, by the number that `btnet gallery list --faces` shows; may be given several times", HelpName = "NUMBER" };
        var pictures = new Option<string[]>("--picture") { Description = "Remove only what was enrolled of this file, which is told by its bytes; may be given several times. Where the file stays in a folder, the next `enroll` of that adds it again", HelpName = "FILE" };
        var verb = new Verb(
            "remove", "Removes people with all their faces, or single faces of one, and overwrites what was in the file; on a server that is left to `btnet gallery compact`. Their ids stay in the change feed until `btnet gallery compact`; copies and backups are others' files.",
            "btnet gallery remove people.gallery 4711 anna",
            "btnet gallery remove people.gallery anna --picture blurred.jpg") { file, ids, faces, pictures };
        verb.Validators.Add(result =>
        {
            if ((result.GetResult(faces) ?? result.GetResult(pictures)) is not null && result.GetValue(ids)!.Distinct(StringComparer.Ordinal).ToArray() is { Length: not 1 } several) result.AddError($"--face and --picture are of one person, and {several.Length} are named; expected one ID");
        });
        verb.SetAction(async (parsed, cancellation) =>
        {
            var place = GalleryPlace.Of(parsed.GetRequiredValue(file));
            await using var gallery = await place.OpenAsync(model: null, cancellation).ConfigureAwait(false);
            string[] wanted = [.. parsed.GetRequiredValue(ids).Distinct(StringComparer.Ordinal)];
            var (numbers, files) = (parsed.GetValue(faces) ?? [], parsed.GetValue(pictures) ?? []);
            var (removed, missing) = numbers.Length + files.Length > 0 ? await OfFacesAsync(wanted[0], numbers, files).ConfigureAwait(false) : await OfPeopleAsync(wanted).ConfigureAwait(false);
            if (removed > 0 && place.AfterRemoval is { } rest) terminal.Result($"  {rest}");
            return ExitCode.After(missing);

            async Task<(int Removed, int Missing)> OfPeopleAsync(string[] people)
            {
                List<string> nobody = [];
                foreach (var id in people)
                    if (await gallery.FindAsync(id, cancellation).ConfigureAwait(false) is null) nobody.Add(id);
                var count = await gallery.RemoveAsync(people, cancellation).ConfigureAwait(false);
                foreach (var id in nobody) terminal.Say($"skipped {id}: nobody of that id is enrolled; `btnet gallery list` shows who is");
                terminal.Result($"{count} of {people.Length} removed");
                return (count, nobody.Count);
            }

            async Task<(int Removed, int Missing)> OfFacesAsync(string id, long[] some, string[] named)
            {
                var subject = await gallery.FindAsync(id, cancellation).ConfigureAwait(false) ?? throw new InputException($"{id}: nobody of that id is enrolled; `btnet gallery list` shows who is");
                var (chosen, skipped) = (new HashSet<long>(), 0);
                foreach (var number in some) Choose(number.ToString(CultureInfo.InvariantCulture), [.. subject.Templates.Where(face => face.Number == number)]);
                foreach (var picture in named)
                {
                    if (!File.Exists(picture)) throw new InputException($"--picture {picture}: there is no such file; expected one that was enrolled, byte for byte. Faces can be named by --face NUMBER instead (`btnet gallery list --faces`)");
                    var hash = FileHash.Of(picture);
                    Choose(picture, [.. subject.Templates.Where(face => face.Source == hash)]);
                }

                var count = await gallery.RemoveFacesAsync(id, [.. chosen], cancellation).ConfigureAwait(false);
                terminal.Result($"{count} of {subject.Templates.Count} faces of {id} removed");
                if (named.Length > 0 && count > 0) terminal.Result("  take the pictures out of the folder or table that is enrolled, or the next `btnet gallery enroll` adds them again");
                return (count, skipped);

                void Choose(string what, List<SubjectTemplate> found)
                {
                    foreach (var face in found) chosen.Add(face.Number);
                    if (found.Count > 0) return;
                    skipped++;
                    terminal.Say($"skipped {what}: {id} has no such face; `btnet gallery list --faces` shows all");
                }
            }
        });
        return verb;
    }
}
