using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Gallery;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery templates</c>.</summary>
internal static class GalleryTemplatesVerb
{
    public static Command Create(Terminal terminal)
    {
        var (file, way) = (GalleryVerb.Place(), new Argument<string>("WAY") { Description = "max, mean, quality-mean, clusters-2 or quality-clusters-2 and so on, up to 16" });
        var verb = new Verb("templates", "Says what several faces of a person come to in a search, from the next one on. Faces are kept as they are, so that it may be changed at any time.", "btnet gallery templates people.gallery max") { file, way };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var templates = TemplateFusion.Parse(parsed.GetRequiredValue(way));
            var place = GalleryPlace.Of(parsed.GetRequiredValue(file));
            var before = await place.UseTemplatesAsync(templates, cancellation).ConfigureAwait(false);
            terminal.Result($"{place.Name}: several faces of a person by {templates}, {(before == templates ? "as before" : $"by {before} before")}");
            return ExitCode.Done;
        });
        return verb;
    }
}
