using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Gallery.Embedded;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery salvage</c>.</summary>
internal static class GallerySalvageVerb
{
    public static Command Create(Terminal terminal)
    {
        var (file, saved) = (new Argument<string>("DAMAGED") { Description = "The damaged gallery, which is left as it is" }, new Argument<string>("GALLERY") { Description = "The new gallery, which must not be there" });
        var verb = new Verb("salvage", "Saves what is whole in a damaged gallery into a new one, face by face.", "btnet gallery salvage damaged.gallery saved.gallery") { file, saved };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var result = await GallerySalvage.RunAsync(GalleryPlace.Of(parsed.GetRequiredValue(file)).RequireFile(), GalleryPlace.Of(parsed.GetRequiredValue(saved)).RequireFile(), cancellation).ConfigureAwait(false);
            terminal.Result($"{parsed.GetRequiredValue(saved)}: {result.Subjects:N0} people with {result.Templates:N0} faces saved, {result.LostTemplates:N0} faces lost");
            return ExitCode.After((int)Math.Min(int.MaxValue, result.LostTemplates));
        });
        return verb;
    }
}
