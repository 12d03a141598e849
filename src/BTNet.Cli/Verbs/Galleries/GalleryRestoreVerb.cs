using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Gallery.Embedded;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery restore</c>.</summary>
internal static class GalleryRestoreVerb
{
    public static Command Create(Terminal terminal)
    {
        var (copy, file) = (new Argument<string>("COPY") { Description = "A copy that `btnet gallery backup` wrote" }, new Argument<string>("GALLERY") { Description = "Where the gallery is to be, which must not be there: what is there is moved away first, and by you" });
        var verb = new Verb("restore", "Makes a gallery of a backup, after looking at every face of it.", "btnet gallery restore backups/monday.gallery people.gallery") { copy, file };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var target = GalleryPlace.Of(parsed.GetRequiredValue(file)).RequireFile();
            await using var backup = EmbeddedGallery.Open(GalleryPlace.Of(parsed.GetRequiredValue(copy)).RequireFile());
            var counts = await backup.CheckAsync(cancellation).ConfigureAwait(false);
            await backup.BackupAsync(target, cancellation).ConfigureAwait(false);
            terminal.Result($"{parsed.GetRequiredValue(file)}: {counts.Subjects:N0} people with {counts.Templates:N0} faces, all whole");
            return ExitCode.Done;
        });
        return verb;
    }
}
