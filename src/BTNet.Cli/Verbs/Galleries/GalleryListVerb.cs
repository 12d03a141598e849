using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Output;
using BTNet.Gallery;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery list</c>.</summary>
internal static class GalleryListVerb
{
    public static Command Create(Terminal terminal)
    {
        var (file, where, json) = (GalleryVerb.Place(), new AttributeOption(), new Option<bool>("--json") { Description = "Print JSON" });
        var verb = new Verb("list", "Lists who is enrolled, with their faces.", "btnet gallery list people.gallery", "btnet gallery list people.gallery --where site=north --json") { file, where.Option, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var place = GalleryPlace.Of(parsed.GetRequiredValue(file));
            await using var gallery = await place.OpenAsync(model: null, cancellation).ConfigureAwait(false);
            List<Subject> subjects = [];
            await foreach (var subject in gallery.ListAsync(where.Read(parsed), cancellation: cancellation).ConfigureAwait(false)) subjects.Add(subject);
            if (parsed.GetValue(json)) ResultJson.Print(terminal, subjects);
            else
            {
                terminal.Result($"{place.Name}: {subjects.Count} people", ["id", "name", "faces", "pixels", "attributes"], [.. subjects.Select(IReadOnlyList<string> (subject) =>
                [
                    subject.Id, subject.Name, subject.Templates.Count.ToString(CultureInfo.InvariantCulture),
                    string.Join(", ", subject.Templates.Select(template => template.Resolution).Distinct().OrderDescending()), string.Join(", ", subject.Attributes.Select(attribute => $"{attribute.Key}={attribute.Value}"))
                ])], []);
            }

            return ExitCode.Done;
        });
        return verb;
    }
}
