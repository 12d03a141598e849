using System.Numerics.Tensors;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Resolutions;

namespace BTNet.Cli.Embedding;

/// <summary>Embeds pictures chunk by chunk: while one goes through the networks, the next is read. What is in memory does not depend on how
/// many pictures there are.</summary>
/// <param name="embedder">The networks.</param>
/// <param name="crops">Reads pictures.</param>
/// <param name="pictures">All of them.</param>
/// <param name="threads">Pictures that are read at once.</param>
internal sealed class EmbeddingRun(FaceEmbedder embedder, FaceCrops crops, IReadOnlyList<string> pictures, int threads)
{
    /// <summary>What a kill may cost: a few seconds of the largest network.</summary>
    private const int ChunkPictures = 64;

    private readonly FaceCheck _check = new(embedder.Package.Manifest);

    /// <summary>Embeds what the journal lacks.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; what was committed stays.</exception>
    public void Complete(EmbeddingJournal journal, SkippedItems skipped, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        // So that a resumed run has the batches of an unbroken one, and with them the same bits.
        var next = journal.Pictures < pictures.Count ? Read(journal.Pictures, cancellation) : null;
        while (next is not null)
        {
            Report();
            // Not Wait, which would wrap a cancellation in another exception where the reader saw it first.
            var read = next.GetAwaiter().GetResult();
            next = read.First + read.Pictures.Length < pictures.Count ? Read(read.First + read.Pictures.Length, cancellation) : null;
            var chunk = Embed(read, cancellation);
            journal.Append(chunk);
            foreach (var fault in chunk.Faults) skipped.Add(pictures[fault.Picture], fault.Reason);
        }

        Report();

        void Report() => progress.Report(new WorkProgress("embedding", journal.Pictures, pictures.Count, "pictures"));
    }

    /// <summary>The faces of a journal, in order.</summary>
    public IEnumerable<EmbeddedFace> Faces(EmbeddingJournal journal) => journal.Chunks().SelectMany(chunk => chunk.Rows).Select(row => new EmbeddedFace(
        pictures[row.Picture], row.Face, embedder.Choose(row.Width, row.Height), TensorPrimitives.Norm<float>(row.Values), row.Warning, row.Values));

    private Task<ReadPictures> Read(int first, CancellationToken cancellation) => Task.Run(
        () =>
        {
            var outcomes = new (IReadOnlyList<FaceCrop> Crops, string? Fault)[Math.Min(ChunkPictures, pictures.Count - first)];
            Parallel.For(0, outcomes.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i =>
            {
                try
                {
                    outcomes[i] = (crops.Read(pictures[first + i]), null);
                }
                catch (InputException fault)
                {
                    outcomes[i] = ([], PictureFault.Reason(pictures[first + i], fault.Message));
                }
            });
            return new ReadPictures(first, outcomes);
        },
        cancellation);

    private JournalChunk Embed(ReadPictures read, CancellationToken cancellation)
    {
        var faces = read.Pictures.SelectMany((picture, i) => picture.Crops.Select((crop, face) => (Picture: read.First + i, Face: face, Crop: crop))).ToList();
        var rows = new JournalRow[faces.Count];
        foreach (var branch in Enumerable.Range(0, faces.Count).GroupBy(i => faces[i].Crop.Choice.Branch))
        {
            var numbers = branch.ToArray();
            var embeddings = embedder.Embed([.. numbers.Select(i => faces[i].Crop.Image)], branch.Key, cancellation);
            for (var row = 0; row < numbers.Length; row++)
            {
                var (picture, face, crop) = faces[numbers[row]];
                rows[numbers[row]] = new JournalRow(picture, face, branch.Key.Side, crop.Choice.Width, crop.Choice.Height, _check.Doubt(crop.Image, branch.Key, embeddings[row]) ?? "", embeddings[row].ToArray());
            }
        }

        return new JournalChunk(read.First, read.Pictures.Length, rows, [.. read.Pictures.Select((picture, i) => (picture.Fault, Number: read.First + i)).Where(picture => picture.Fault is not null).Select(picture => new JournalFault(picture.Number, picture.Fault!))]);
    }

    private sealed record ReadPictures(int First, (IReadOnlyList<FaceCrop> Crops, string? Fault)[] Pictures);
}
