// Embeds two faces of any size and says how alike they are.
//
//     dotnet run -- PACKAGE FIRST.jpg SECOND.jpg

using BTNet;
using BTNet.Faces;
using BTNet.Inference;

if (args.Length != 3)
{
    Console.Error.WriteLine("Usage: CompareFaces PACKAGE FIRST.jpg SECOND.jpg");
    return 2;
}

try
{
    using var embedder = FaceEmbedder.Load(args[0]);
    var faces = embedder.Embed([FaceDecoder.DecodeFile(args[1]), FaceDecoder.DecodeFile(args[2])]);
    foreach (var face in faces) Console.WriteLine(face.Choice);
    // -1 to 1. From where on two faces are one person's depends on the model and on how many strangers may pass.
    Console.WriteLine($"similarity {faces[0].Similarity(faces[1]):0.0000}");
    return 0;
}
catch (InputException fault)
{
    // Says which file is wrong, what was expected and what to do.
    Console.Error.WriteLine(fault.Message);
    return 2;
}
