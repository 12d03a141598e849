using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Gallery.Embedded;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery compact</c>.</summary>
internal static class GalleryCompactVerb
{
    public static Command Create(Terminal terminal)
    {
        var file = GalleryVerb.File();
        var verb = new Verb("compact", "Gives the disk back what a gallery does not use, and forgets its change feed with the ids of who was removed. It takes as much room again as the file twice, meanwhile: beside it, and where the system keeps temporary files (SQLITE_TMPDIR).", "btnet gallery compact people.gallery") { file };
        verb.SetAction(async (parsed, cancellation) =>
        {
            await using var gallery = EmbeddedGallery.Open(parsed.GetRequiredValue(file));
            var before = new FileInfo(gallery.Path).Length;
            await gallery.CompactAsync(cancellation).ConfigureAwait(false);
            terminal.Result($"{parsed.GetRequiredValue(file)}: {before:N0} bytes before, {new FileInfo(gallery.Path).Length:N0} now");
            return ExitCode.Done;
        });
        return verb;
    }
}
