using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Output;
using BTNet.Gallery.Embedded;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery info</c>.</summary>
internal static class GalleryInfoVerb
{
    public static Command Create(Terminal terminal)
    {
        var (file, json) = (GalleryVerb.File(), new Option<bool>("--json") { Description = "Print JSON" });
        var verb = new Verb("info", "Says what a gallery is: its model, how much is in it, its size.", "btnet gallery info people.gallery") { file, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            await using var gallery = EmbeddedGallery.Open(parsed.GetRequiredValue(file));
            var (info, counts, bytes) = (gallery.Info, await gallery.CountAsync(cancellation).ConfigureAwait(false), new FileInfo(gallery.Path).Length);
            if (parsed.GetValue(json)) ResultJson.Print(terminal, new { info.Id, info.Created, info.Model, TemplateFusion = info.Templates.ToString(), counts.Subjects, counts.Templates, counts.LastChange, Bytes = bytes });
            else
            {
                terminal.Result($"{parsed.GetRequiredValue(file)}: a gallery of {counts.Subjects:N0} people with {counts.Templates:N0} faces, {bytes:N0} bytes");
                terminal.Result($"  id {info.Id:D}, made {info.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)}, {counts.LastChange:N0} changes since");
                terminal.Result($"  model: {info.Model.Name}, embeddings of {info.Model.Size} numbers, fingerprint {info.Model.Fingerprint}");
                terminal.Result($"  templates: {info.Templates} (what several faces of a person come to in a search)");
                terminal.Result($"  takes embeddings of every model of the trunk {info.Model.Compatibility}");
            }

            return ExitCode.Done;
        });
        return verb;
    }
}
