using System.CommandLine;
using BTNet.Cli.Output;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery create</c>.</summary>
internal static class GalleryCreateVerb
{
    public static Command Create(Terminal terminal)
    {
        var (file, choices) = (GalleryVerb.Place(), new EmbedderChoices());
        var verb = new Verb(
            "create", "Makes an empty gallery for the embeddings of a model, and of every other model on the same trunk.", "btnet gallery create people.gallery", "btnet gallery create people.gallery --model package",
            "btnet gallery create postgres://anna@host/faces?gallery=people") { file };
        choices.AddModelTo(verb);
        verb.SetAction(async (parsed, cancellation) =>
        {
            var place = GalleryPlace.Of(parsed.GetRequiredValue(file));
            using var embedder = choices.Open(terminal, parsed, new());
            await using var gallery = await place.CreateAsync(embedder.Model, cancellation).ConfigureAwait(false);
            terminal.Result($"{place.Name}: an empty gallery for {gallery.Info.Model.Name}, embeddings of {gallery.Info.Model.Size} numbers");
            return ExitCode.Done;
        });
        return verb;
    }
}
