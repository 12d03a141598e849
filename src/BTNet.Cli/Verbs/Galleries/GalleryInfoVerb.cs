using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Output;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery info</c>.</summary>
internal static class GalleryInfoVerb
{
    public static Command Create(Terminal terminal)
    {
        var (file, json) = (GalleryVerb.Place(), new Option<bool>("--json") { Description = "Print JSON" });
        var verb = new Verb("info", "Says what a gallery is: its model, how much is in it, its size.", "btnet gallery info people.gallery") { file, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var place = GalleryPlace.Of(parsed.GetRequiredValue(file));
            await using var gallery = await place.OpenAsync(model: null, cancellation).ConfigureAwait(false);
            var (info, counts, (bytes, search)) = (gallery.Info, await gallery.CountAsync(cancellation).ConfigureAwait(false), await place.StorageAsync(gallery, cancellation).ConfigureAwait(false));
            if (parsed.GetValue(json)) ResultJson.Print(terminal, new { info.Id, info.Created, info.Model, TemplateFusion = info.Templates.ToString(), counts.Subjects, counts.Templates, counts.LastChange, Bytes = bytes, Search = search });
            else
            {
                terminal.Result($"{place.Name}: a gallery of {counts.Subjects:N0} people with {counts.Templates:N0} faces, {bytes:N0} bytes");
                terminal.Result($"  id {info.Id:D}, made {info.Created.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)}, {counts.LastChange:N0} changes since");
                terminal.Result($"  model: {info.Model.Name}, embeddings of {info.Model.Size} numbers, fingerprint {info.Model.Fingerprint}");
                terminal.Result($"  templates: {info.Templates} (what several faces of a person come to in a search)");
                terminal.Result($"  search: {search}");
                terminal.Result($"  takes embeddings of every model of the trunk {info.Model.Compatibility}");
            }

            return ExitCode.Done;
        });
        return verb;
    }
}
