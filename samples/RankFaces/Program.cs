// Ranks the faces of a folder by how alike they are to one face.
//
//     dotnet run -- PACKAGE WANTED.jpg FOLDER

using BTNet;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Inference;

try
{
    if (args is not [var package, var one, var folder]) throw new InputException("Usage: RankFaces PACKAGE WANTED.jpg FOLDER");
    using var embedder = FaceEmbedder.Load(package);
    var wanted = embedder.Embed(FaceDecoder.DecodeFile(one));
    List<(double Similarity, string File, FaceEmbedding Face)> ranked = [];
    var skipped = 0;

    // In portions, so that a large folder needs no large memory; each goes to its branches in batches.
    foreach (var portion in PictureFiles.Find([folder]).Chunk(256))
    {
        var readable = portion.Select(file => (File: file, Image: Read(file))).Where(face => face.Image is not null).ToList();
        skipped += portion.Length - readable.Count;
        var faces = embedder.Embed([.. readable.Select(face => face.Image!)]);
        ranked.AddRange(readable.Zip(faces, (face, embedding) => (wanted.Similarity(embedding), face.File, embedding)));
    }

    foreach (var (similarity, file, face) in ranked.OrderByDescending(face => face.Similarity).Take(20))
        Console.WriteLine($"{similarity,7:0.0000}  {face.Branch,3} px  {Path.GetRelativePath(folder, file)}");
    return skipped > 0 ? 3 : 0;
}
catch (InputException fault)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}

static FaceImage? Read(string file)
{
    try
    {
        return FaceDecoder.DecodeFile(file);
    }
    catch (InputException fault)
    {
        Console.Error.WriteLine($"skipped: {fault.Message}");
        return null;
    }
}
