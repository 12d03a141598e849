using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Gallery.Embedded;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery create</c>.</summary>
internal static class GalleryCreateVerb
{
    public static Command Create(Terminal terminal)
    {
        var (file, choices) = (GalleryVerb.File(), new EmbedderChoices());
        var verb = new Verb(
            "create", "Makes an empty gallery for the embeddings of a model, and of every other model on the same trunk.", "btnet gallery create people.gallery", "btnet gallery create people.gallery --model package") { file };
        choices.AddModelTo(verb);
        verb.SetAction(async (parsed, _) =>
        {
            using var embedder = choices.Open(terminal, parsed, new());
            await using var gallery = EmbeddedGallery.Create(parsed.GetRequiredValue(file), embedder.Model);
            terminal.Result($"{parsed.GetRequiredValue(file)}: an empty gallery for {gallery.Info.Model.Name}, embeddings of {gallery.Info.Model.Size} numbers");
            return ExitCode.Done;
        });
        return verb;
    }
}
