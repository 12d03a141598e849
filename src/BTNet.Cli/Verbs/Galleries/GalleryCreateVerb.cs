using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Gallery;
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
        var templates = new Option<string>("--templates") { Description = "What several faces of a person come to in a search: the most alike of them (max), their mean (mean, or quality-mean, in which useful faces count more), or the centres of clusters (clusters-2 ...); faces are kept as they are, and `btnet gallery templates` changes it", HelpName = "max|mean|...", DefaultValueFactory = _ => TemplateFusion.Default.ToString() };
        choices.AddModelTo(verb);
        verb.Add(templates);
        verb.SetAction(async (parsed, _) =>
        {
            var fusion = TemplateFusion.Parse(parsed.GetRequiredValue(templates));
            using var embedder = choices.Open(terminal, parsed, new());
            await using var gallery = EmbeddedGallery.Create(parsed.GetRequiredValue(file), embedder.Model, fusion);
            terminal.Result($"{parsed.GetRequiredValue(file)}: an empty gallery for {gallery.Info.Model.Name}, embeddings of {gallery.Info.Model.Size} numbers, several faces of a person by {fusion}");
            return ExitCode.Done;
        });
        return verb;
    }
}
