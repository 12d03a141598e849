using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Gallery.Embedded;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery remove</c>.</summary>
internal static class GalleryRemoveVerb
{
    public static Command Create(Terminal terminal)
    {
        var (file, ids) = (GalleryVerb.File(), new Argument<string[]>("ID") { Description = "Whom to remove", Arity = ArgumentArity.OneOrMore });
        var verb = new Verb(
            "remove", "Removes people with all their faces, and overwrites what was on the disk. Their ids stay in the change feed until `btnet gallery compact`; copies and backups are others' files.",
            "btnet gallery remove people.gallery 4711 anna") { file, ids };
        verb.SetAction(async (parsed, cancellation) =>
        {
            await using var gallery = EmbeddedGallery.Open(parsed.GetRequiredValue(file));
            string[] wanted = [.. parsed.GetRequiredValue(ids).Distinct(StringComparer.Ordinal)];
            List<string> missing = [];
            foreach (var id in wanted)
                if (await gallery.FindAsync(id, cancellation).ConfigureAwait(false) is null) missing.Add(id);
            var removed = await gallery.RemoveAsync(wanted, cancellation).ConfigureAwait(false);
            foreach (var id in missing) terminal.Say($"skipped {id}: nobody of that id is enrolled; `btnet gallery list` shows who is");
            terminal.Result($"{removed} of {wanted.Length} removed");
            return ExitCode.After(missing.Count);
        });
        return verb;
    }
}
