// Embeddings over HTTP, for this machine only.
//
//     dotnet run -- PACKAGE [PORT]
//     curl --data-binary @face.jpg http://127.0.0.1:5080/embedding

using System.Globalization;
using System.Net;
using BTNet;
using BTNet.Faces;
using BTNet.Inference;

if (args.Length is < 1 or > 2)
{
    Console.Error.WriteLine("Usage: FaceService PACKAGE [PORT]");
    return 2;
}

// One embedder for all requests: it is safe for use from several threads, and with many of them one thread each gives the most faces a second.
using var embedder = FaceEmbedder.Load(args[0], new FaceEmbedderOptions { Threads = 1 });

var builder = WebApplication.CreateSlimBuilder();
builder.WebHost.ConfigureKestrel(server =>
{
    // Embeddings identify people. Before you listen anywhere else, add authentication and HTTPS.
    server.Listen(IPAddress.Loopback, args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5080);
    server.Limits.MaxRequestBodySize = 8 << 20;
});
var app = builder.Build();

app.MapPost("/embedding", async (HttpRequest request, CancellationToken cancelled) =>
{
    try
    {
        var face = await FaceDecoder.DecodeAsync(request.Body, "the request's body", cancelled);
        var embedding = await embedder.EmbedAsync(face, cancelled);
        return Results.Json(new { branch = embedding.Branch.Side, why = embedding.Choice.ToString(), embedding = embedding.Values.ToArray() });
    }
    catch (InputException fault)
    {
        return Results.Problem(fault.Message, statusCode: StatusCodes.Status400BadRequest);
    }
});

await app.RunAsync();
return 0;
