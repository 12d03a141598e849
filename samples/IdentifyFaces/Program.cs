// Enrols a folder of people, one sub-folder each, and says who is on a picture, or that it is nobody of them.
//
//     dotnet run -- PACKAGE PEOPLE people.gallery VISITOR.jpg

using BTNet;
using BTNet.Faces;
using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.Inference;
using BTNet.Matching;

try
{
    if (args is not [var package, var people, var file, var visitor]) throw new InputException("Usage: IdentifyFaces PACKAGE PEOPLE people.gallery VISITOR.jpg");
    using var embedder = FaceEmbedder.Load(package);
    await using var gallery = File.Exists(file) ? EmbeddedGallery.Open(file, embedder.Model) : EmbeddedGallery.Create(file, embedder.Model);

    foreach (var folder in PictureFiles.Find([people]).GroupBy(picture => Path.GetFileName(Path.GetDirectoryName(picture)!)))
    {
        // Each face by the branch for its size. A picture that is there already, as its source tells, is left out.
        var faces = embedder.Embed([.. folder.Select(picture => FaceDecoder.DecodeFile(picture))]);
        await gallery.EnrolAsync([new Enrolment(folder.Key, [.. faces.Zip(folder, (face, picture) => new EnrolledFace(face.Values.ToArray(), face.Branch) { Source = picture })])]);
    }

    var searched = embedder.Embed(FaceDecoder.DecodeFile(visitor));
    var (counts, found) = (await gallery.CountAsync(), (await gallery.IdentifyAsync([searched.Values.ToArray()], places: 3))[0]);
    foreach (var candidate in found) Console.WriteLine($"{candidate.Score,7:0.0000}  {candidate.Name}");

    // Somebody always comes first. Whether it is that person, the model's calibration says, and how often strangers score so.
    if (embedder.Package.Manifest.Calibration is not { } calibration) throw new InputException($"{package} is not calibrated, so that nobody knows from which score on it is that person: btnet calibrate");
    var decisions = new SearchDecisions(CalibrationTable.Parse(calibration, package, embedder.Package.Networks), embedder.Model, DecisionPolicy.OneIn(100), counts.Templates);
    var decision = decisions.Of(found[0].Score, found[0].Resolution, searched.Branch, found[0].Networks, found[0].Model);
    Console.WriteLine(decision?.ToString() ?? string.Join(Environment.NewLine, decisions.Reasons));
    return 0;
}
catch (InputException fault)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}
