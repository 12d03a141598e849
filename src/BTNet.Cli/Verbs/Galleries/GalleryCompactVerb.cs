using System.CommandLine;
using BTNet.Cli.Output;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery compact</c>.</summary>
internal static class GalleryCompactVerb
{
    public static Command Create(Terminal terminal)
    {
        var file = GalleryVerb.Place();
        var verb = new Verb("compact", "Gives the disk back what a gallery does not use, and forgets its change feed with the ids of who was removed. Of a file it takes as much room again as the file twice, meanwhile: beside it, and where the system keeps temporary files (SQLITE_TMPDIR). On a server all tables are written anew, and nobody else can use the gallery meanwhile.", "btnet gallery compact people.gallery") { file };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var place = GalleryPlace.Of(parsed.GetRequiredValue(file));
            await using var gallery = await place.OpenAsync(model: null, cancellation).ConfigureAwait(false);
            var (before, _) = await place.StorageAsync(gallery, cancellation).ConfigureAwait(false);
            await place.CompactAsync(gallery, cancellation).ConfigureAwait(false);
            terminal.Result($"{place.Name}: {before:N0} bytes before, {(await place.StorageAsync(gallery, cancellation).ConfigureAwait(false)).Bytes:N0} now");
            return ExitCode.Done;
        });
        return verb;
    }
}
