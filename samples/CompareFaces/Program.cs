// Embeds two faces of any size and says how alike they are.
//
//     dotnet run -- PACKAGE FIRST.jpg SECOND.jpg

using BTNet;
using BTNet.Faces;
using BTNet.Inference;

try
{
    if (args is not [var package, var first, var second]) throw new InputException("Usage: CompareFaces PACKAGE FIRST.jpg SECOND.jpg");
    using var embedder = FaceEmbedder.Load(package);
    var faces = embedder.Embed([FaceDecoder.DecodeFile(first), FaceDecoder.DecodeFile(second)]);
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
