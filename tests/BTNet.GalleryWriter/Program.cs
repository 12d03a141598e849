using System.Globalization;
using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.Resolutions;

// Copies a gallery: "copy", the one, and where the copy is to be.
if (args is ["copy", var from, var to])
{
    await using var source = EmbeddedGallery.Open(from);
    Console.WriteLine("begun");
    await EmbeddedGallery.CreateCopyAsync(to, source);
    return;
}

// Enrols, renames and removes people for as long as it is let live, and says each time that it was acknowledged: the gallery's file, and the seed, which begins the ids too.
await using var gallery = EmbeddedGallery.Open(args[0]);
var random = new Random(int.Parse(args[1], CultureInfo.InvariantCulture));
for (var i = 0; ; i++)
{
    List<Enrolment> people = [.. Enumerable.Range(0, random.Next(1, 20)).Select(person => new Enrolment($"{args[1]}-{i}-{person}", [new EnrolledFace(Face(), Resolution.Of(14))]))];
    await gallery.EnrolAsync(people);
    Say("+", people.Select(one => one.Id));
    if (i % 3 == 2)
    {
        Say("?", [people[0].Id]);
        await gallery.RemoveAsync([people[0].Id]);
        Say("-", [people[0].Id]);
    }

    if (i % 4 == 3) await gallery.CompactAsync();
}

float[] Face() => [.. Enumerable.Range(0, gallery.Info.Model.Size).Select(_ => random.NextSingle() - 0.5f)];

static void Say(string what, IEnumerable<string> ids)
{
    foreach (var id in ids) Console.Out.Write($"{what} {id}\n");
    Console.Out.Flush();
}
