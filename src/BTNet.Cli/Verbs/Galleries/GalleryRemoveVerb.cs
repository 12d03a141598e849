using System.CommandLine;
using BTNet.Cli.Output;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery remove</c>.</summary>
internal static class GalleryRemoveVerb
{
    public static Command Create(Terminal terminal)
    {
        var (file, ids) = (GalleryVerb.Place(), new Argument<string[]>("ID") { Description = "Whom to remove", Arity = ArgumentArity.OneOrMore });
        var verb = new Verb(
            "remove", "Removes people with all their faces, and overwrites what was in the file; on a server that is left to `btnet gallery compact`. Their ids stay in the change feed until `btnet gallery compact`; copies and backups are others' files.",
            "btnet gallery remove people.gallery 4711 anna") { file, ids };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var place = GalleryPlace.Of(parsed.GetRequiredValue(file));
            await using var gallery = await place.OpenAsync(model: null, cancellation).ConfigureAwait(false);
            string[] wanted = [.. parsed.GetRequiredValue(ids).Distinct(StringComparer.Ordinal)];
            List<string> missing = [];
            foreach (var id in wanted)
                if (await gallery.FindAsync(id, cancellation).ConfigureAwait(false) is null) missing.Add(id);
            var removed = await gallery.RemoveAsync(wanted, cancellation).ConfigureAwait(false);
            foreach (var id in missing) terminal.Say($"skipped {id}: nobody of that id is enrolled; `btnet gallery list` shows who is");
            terminal.Result($"{removed} of {wanted.Length} removed");
            if (removed > 0 && place.AfterRemoval is { } rest) terminal.Result($"  {rest}");
            return ExitCode.After(missing.Count);
        });
        return verb;
    }
}
