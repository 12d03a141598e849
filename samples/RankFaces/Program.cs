// Ranks the faces of a folder by how alike they are to one face.
//
//     dotnet run -- PACKAGE WANTED.jpg FOLDER

using BTNet;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Inference;

if (args.Length != 3)
{
    Console.Error.WriteLine("Usage: RankFaces PACKAGE WANTED.jpg FOLDER");
    return 2;
}

try
{
    using var embedder = FaceEmbedder.Load(args[0]);
    var wanted = embedder.Embed(FaceDecoder.DecodeFile(args[1]));
    List<(double Similarity, string File, FaceEmbedding Face)> ranked = [];
    var skipped = 0;

    // In portions, so that a large folder needs no large memory; each goes to its branches in batches.
    foreach (var portion in Directory.EnumerateFiles(args[2], "*", SearchOption.AllDirectories).Chunk(256))
    {
        List<(string File, FaceImage Image)> readable = [];
        foreach (var file in portion)
        {
            try
            {
                readable.Add((file, FaceDecoder.DecodeFile(file)));
            }
            catch (InputException fault)
            {
                Console.Error.WriteLine($"skipped: {fault.Message}");
                skipped++;
            }
        }

        var faces = embedder.Embed([.. readable.Select(face => face.Image)]);
        ranked.AddRange(readable.Zip(faces, (face, embedding) => (wanted.Similarity(embedding), face.File, embedding)));
    }

    foreach (var (similarity, file, face) in ranked.OrderByDescending(face => face.Similarity).Take(20))
        Console.WriteLine($"{similarity,7:0.0000}  {face.Branch,3} px  {Path.GetRelativePath(args[2], file)}");
    return skipped > 0 ? 3 : 0;
}
catch (Exception fault) when (fault is InputException or DirectoryNotFoundException)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}
