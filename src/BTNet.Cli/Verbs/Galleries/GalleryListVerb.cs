using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Output;
using BTNet.Gallery;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary><c>btnet gallery list</c>.</summary>
internal static class GalleryListVerb
{
    private const int Short = 12;

    public static Command Create(Terminal terminal)
    {
        var (file, where, json) = (GalleryVerb.Place(), new AttributeOption(), new Option<bool>("--json") { Description = "Print JSON" });
        var faces = new Option<bool>("--faces") { Description = "A line for each face, with the number that `btnet gallery remove --face` takes; with --json they are there in any case" };
        var verb = new Verb("list", "Lists who is enrolled, with their faces.", "btnet gallery list people.gallery", "btnet gallery list people.gallery --faces", "btnet gallery list people.gallery --where site=north --json") { file, where.Option, faces, json };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var place = GalleryPlace.Of(parsed.GetRequiredValue(file));
            await using var gallery = await place.OpenAsync(model: null, cancellation).ConfigureAwait(false);
            List<Subject> subjects = [];
            await foreach (var subject in gallery.ListAsync(where.Read(parsed), cancellation: cancellation).ConfigureAwait(false)) subjects.Add(subject);
            if (parsed.GetValue(json)) ResultJson.Print(terminal, subjects);
            else if (parsed.GetValue(faces))
            {
                terminal.Result($"{place.Name}: {subjects.Sum(subject => subject.Templates.Count)} faces of {subjects.Count} people", ["id", "face", "pixels", "quality", "time", "picture"], [.. subjects.SelectMany(subject => subject.Templates.Select(IReadOnlyList<string> (face) =>
                [
                    subject.Id, face.Number.ToString(CultureInfo.InvariantCulture), face.Resolution.ToString(), face.Quality?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-",
                    face.Time.ToString("u", CultureInfo.InvariantCulture), face.Source is { Length: > Short } source ? source[..Short] : face.Source ?? "-"
                ]))], ["picture: how the SHA-256 of its file begins."]);
            }
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
