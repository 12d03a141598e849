using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Gallery;

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
        var templates = new Option<string>("--templates") { Description = "What several faces of a person come to in a search: the most alike of them (max), their mean (mean, or quality-mean, in which useful faces count more), or the centres of clusters (clusters-2 ...); faces are kept as they are, and `btnet gallery templates` changes it", HelpName = "max|mean|...", DefaultValueFactory = _ => TemplateFusion.Default.ToString() };
        choices.AddModelTo(verb);
        verb.Add(templates);
        verb.SetAction(async (parsed, cancellation) =>
        {
            var (place, fusion) = (GalleryPlace.Of(parsed.GetRequiredValue(file)), TemplateFusion.Parse(parsed.GetRequiredValue(templates)));
            using var embedder = choices.Open(terminal, parsed, new());
            await using var gallery = await place.CreateAsync(embedder.Model, fusion, cancellation).ConfigureAwait(false);
            terminal.Result($"{place.Name}: an empty gallery for {gallery.Info.Model.Name}, embeddings of {gallery.Info.Model.Size} numbers, several faces of a person by {fusion}");
            return ExitCode.Done;
        });
        return verb;
    }
}
