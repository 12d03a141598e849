using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Gallery.Embedded;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery backup</c>.</summary>
internal static class GalleryBackupVerb
{
    public static Command Create(Terminal terminal)
    {
        var (file, copy) = (GalleryVerb.Place(), new Argument<string>("COPY") { Description = "The copy, which must not be there" });
        var verb = new Verb("backup", "Writes a copy of a gallery as it is now, while it is used. The copy is a gallery as well, in one file. For one on a server it says what to use.", "btnet gallery backup people.gallery backups/monday.gallery") { file, copy };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var target = GalleryPlace.Of(parsed.GetRequiredValue(copy)).RequireFile();
            await GalleryPlace.Of(parsed.GetRequiredValue(file)).BackupAsync(target, cancellation).ConfigureAwait(false);
            await using var written = EmbeddedGallery.Open(target);
            var counts = await written.CountAsync(cancellation).ConfigureAwait(false);
            terminal.Result($"{target}: a copy with {counts.Subjects:N0} people and {counts.Templates:N0} faces");
            return ExitCode.Done;
        });
        return verb;
    }
}
