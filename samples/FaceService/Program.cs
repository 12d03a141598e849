// Embeddings over HTTP, for this machine only.
//
//     dotnet run -- PACKAGE [PORT]
//     curl --data-binary @face.jpg http://127.0.0.1:5080/embedding

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using BTNet;
using BTNet.Faces;
using BTNet.Inference;

try
{
    if (args.Length is < 1 or > 2) throw new InputException("Usage: FaceService PACKAGE [PORT]");
    if (!ushort.TryParse(args.Length > 1 ? args[1] : "5080", CultureInfo.InvariantCulture, out var port)) throw new InputException($"{args[1]} is no port; expected a number from 0 to 65535, 0 for any that is free");

    // One embedder for all requests: it is safe for use from several threads, and with many of them one thread each gives the most faces a second.
    using var embedder = FaceEmbedder.Load(args[0], new FaceEmbedderOptions { Threads = 1 });

    var builder = WebApplication.CreateSlimBuilder();
    builder.WebHost.ConfigureKestrel(server =>
    {
        // Embeddings identify people. Before you listen anywhere else, add authentication and HTTPS.
        server.Listen(IPAddress.Loopback, port);
        server.Limits.MaxRequestBodySize = 8 << 20;
    });
    // What keeps it from starting is told below.
    builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
    await using var app = builder.Build();

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

    try
    {
        await app.StartAsync();
    }
    catch (Exception fault) when (fault is IOException or SocketException)
    {
        throw new InputException($"port {port} cannot be listened on ({fault.Message.TrimEnd('.')}); give another", fault);
    }

    await app.WaitForShutdownAsync();
    return 0;
}
catch (InputException fault)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}
